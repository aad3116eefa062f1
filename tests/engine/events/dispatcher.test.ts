import { describe, expect, it } from 'vitest'
import { EventDispatcher } from '../../../src-main/engine/events/dispatcher.js'
import { Heartbeat } from '../../../src-main/engine/events/heartbeat.js'
import { LamportClock } from '../../../src-main/engine/events/lamport-clock.js'
import type { Envelope } from '../../../src-main/engine/message/envelope.js'
import { readPlainBody } from '../../../src-main/engine/message/plain-envelope.js'
import { PyFloat, type WireObject, type WireValue } from '../../../src-main/engine/serialization/wire-value.js'
import { Log } from '../../../src-main/engine/ports/log.js'
import { parseJson } from '../../../src-main/engine/serialization/json.js'
import { readText } from '../../wire/recording.js'
import { number } from '../../wire/timeline.js'
import { HeldClock } from '../../support/held-clock.js'

interface Sent {
  readonly exchange: string
  readonly routingKey: string
  readonly envelope: Envelope
}

function dispatcher(taskEvents: boolean): {
  readonly events: EventDispatcher
  readonly sent: Sent[]
  readonly clock: HeldClock
} {
  const clock = new HeldClock(1_795_347_436_731)
  const sent: Sent[] = []
  const log = new Log({ processName: 'MainProcess', level: 'DEBUG', sink: () => Promise.resolve(), clock })
  const channel = {
    broadcast: (exchange: string, routingKey: string, envelope: Envelope) => {
      sent.push({ exchange, routingKey, envelope })
      return Promise.resolve()
    },
  }
  const sender = { nodename: 'celery@host', pid: 14021, lamport: new LamportClock(), ids: { uuid: () => 'tag' } }
  const parts = { channel, exchange: 'celeryev', ...sender, clock, log }
  return { events: new EventDispatcher(parts, taskEvents), sent, clock }
}

/** Every event type with its fields in order, as real Celery sent it. */
function recordedFields(): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>()
  for (const recorded of [
    readText('01-basic-5.6.3/roundtrip/events.json'),
    readText('13-events-5.6.3/all/events.json'),
  ]) {
    for (const { event } of parseJson(recorded) as unknown as readonly {
      event: WireObject | readonly WireObject[]
    }[]) {
      for (const one of Array.isArray(event) ? (event as readonly WireObject[]) : [event as WireObject]) {
        if (!fields.has(String(one.type))) fields.set(String(one.type), Object.keys(one))
      }
    }
  }
  return fields
}

describe('events', () => {
  it('when the link is back, a worker was offline since its loss, and is online from now on', async () => {
    const { events, sent, clock } = dispatcher(false)
    const beganMs = clock.nowMs()
    const heart = new Heartbeat(events, clock, () => ({ active: 0, processed: 0 }))
    heart.lost() // before it was ever online: nobody is told
    heart.back()
    heart.start()
    clock.advance(1_000)
    heart.lost()
    heart.lost()
    clock.advance(9_000)
    expect(sent).toHaveLength(1)
    heart.back()
    clock.advance(2_000)
    heart.back() // the link that was back broke at once
    await events.settled()
    const told = sent.map(({ envelope }) => readPlainBody(envelope) as WireObject)
    const secondOf = (timestamp: WireValue | undefined): number => Math.round(number(timestamp) - beganMs / 1000)
    expect(told.map(({ type, timestamp }) => [type, secondOf(timestamp)])).toEqual([
      ['worker-online', 0],
      ['worker-offline', 1],
      ['worker-online', 10],
      ['worker-heartbeat', 12],
      ['worker-online', 12],
    ])
    expect(clock.pending).toBe(1)
  })

  it('a worker event has the fields of the recording, in their order, on its own channel', async () => {
    const { events, sent, clock } = dispatcher(false)
    const heart = new Heartbeat(events, clock, () => ({ active: 1, processed: 6 }))
    heart.start()
    clock.advance(2_000)
    heart.stop()
    await events.settled()
    const recorded = recordedFields()
    expect(sent.map(({ exchange, routingKey }) => `${exchange}/${routingKey}`)).toEqual([
      'celeryev/worker.online',
      'celeryev/worker.heartbeat',
      'celeryev/worker.offline',
    ])
    for (const { envelope } of sent) {
      const event = readPlainBody(envelope) as WireObject
      expect(Object.keys(event)).toEqual(recorded.get(String(event.type)))
      expect(event).toMatchObject({
        hostname: 'celery@host',
        pid: 14021,
        active: 1,
        processed: 6,
        freq: new PyFloat(2),
      })
      expect(envelope.headers).toEqual({ hostname: 'celery@host' })
      expect(envelope.properties).toMatchObject({ delivery_mode: 1, priority: 0, body_encoding: 'base64' })
    }
    expect(sent.map(({ envelope }) => (readPlainBody(envelope) as WireObject).clock)).toEqual([1, 2, 3])
  })

  it('task events of one turn travel together as task.multi, in order', async () => {
    const { events, sent } = dispatcher(true)
    events.sendTaskEvent('task-started', { uuid: 'a' })
    events.sendTaskEvent('task-succeeded', { uuid: 'a', result: '5', runtime: new PyFloat(0.5) })
    expect(sent).toEqual([])
    await events.settled()
    expect(sent.map(({ routingKey }) => routingKey)).toEqual(['task.multi'])
    const batch = readPlainBody(sent[0]!.envelope) as readonly WireObject[]
    const recorded = recordedFields()
    expect(batch.map((event) => Object.keys(event))).toEqual([
      recorded.get('task-started'),
      recorded.get('task-succeeded'),
    ])
  })

  it('a batch holds at most 24 events', async () => {
    const { events, sent } = dispatcher(true)
    for (let n = 0; n < 50; n++) events.sendTaskEvent('task-started', { uuid: String(n) })
    await events.settled()
    const sizes = sent.map(({ envelope }) => (readPlainBody(envelope) as readonly WireObject[]).length)
    expect(sizes).toEqual([24, 24, 2])
  })

  it('without -E no task event is sent', async () => {
    const { events, sent } = dispatcher(false)
    events.sendTaskEvent('task-started', { uuid: 'a' })
    await events.settled()
    expect(sent).toEqual([])
  })
})

describe('the Lamport clock', () => {
  it('goes past every clock it hears of', () => {
    const clock = new LamportClock()
    expect(clock.forward()).toBe(1)
    expect(clock.adjust(40)).toBe(41)
    expect(clock.adjust(3)).toBe(42)
  })
})
