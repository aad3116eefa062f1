import { describe, expect, test } from 'vitest'
import { eventFacts } from '../../src-main/record/event-facts.js'

function published(body: unknown): string {
  return JSON.stringify({
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-type': 'application/json',
    headers: { hostname: 'celery@host' },
    properties: { body_encoding: 'base64', delivery_tag: 't' },
  })
}

// Bodies as in celery-wire/01-basic/roundtrip/events.json.
const common = { hostname: 'celery@host', utcoffset: 0, pid: 14021, clock: 4, timestamp: 1795347439.1 }

describe('Celery events as facts', () => {
  test('task.multi is a list of task events', () => {
    const facts = eventFacts(
      published([
        { ...common, uuid: 'a', type: 'task-started' },
        { ...common, clock: 5, uuid: 'a', result: '5', runtime: 0.009, type: 'task-succeeded' },
      ]),
    )
    expect(facts).toEqual([
      {
        kind: 'task-event',
        type: 'task-started',
        taskId: 'a',
        hostname: 'celery@host',
        pid: 14021,
        clock: 4,
        fields: {},
      },
      {
        kind: 'task-event',
        type: 'task-succeeded',
        taskId: 'a',
        hostname: 'celery@host',
        pid: 14021,
        clock: 5,
        fields: { result: '5', runtime: 0.009 },
      },
    ])
  })

  test('a heartbeat is a worker event with its own fields', () => {
    const facts = eventFacts(published({ ...common, freq: 2, active: 0, processed: 3, type: 'worker-heartbeat' }))
    expect(facts).toMatchObject([
      { kind: 'worker-event', type: 'worker-heartbeat', fields: { freq: 2, active: 0, processed: 3 } },
    ])
  })

  test.each(['', 'no json', '{}', '[]', published(null), published({ type: 'task-custom', hostname: 'h', uuid: 'x' })])(
    'what is no event of Celery’s is no fact: %j',
    (message) => expect(eventFacts(message)).toEqual([]),
  )
})
