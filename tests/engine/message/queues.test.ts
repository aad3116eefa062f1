import { describe, expect, test } from 'vitest'
import { destination } from '../../../src-main/engine/message/destination.js'
import { plainQueueConf, Queues, type QueueConf } from '../../../src-main/engine/message/queues.js'
import { readText } from '../../wire/recording.js'

const queuesOf = (conf: Partial<QueueConf> = {}): Queues => new Queues({ ...plainQueueConf, ...conf })
const names = (queues: Queues, include: readonly string[] | null, exclude: readonly string[] = []): readonly string[] =>
  queues.consumed(include, exclude).map((queue) => queue.name)
const abc = { task_queues: ['a', 'b', 'c'] }

describe('what a worker consumes', () => {
  test('without -Q all that the app knows: task_queues, or the default queue', () => {
    expect(names(queuesOf(), null)).toEqual(['celery'])
    expect(names(queuesOf({ task_default_queue: 'mine' }), null)).toEqual(['mine'])
    expect(names(queuesOf(abc), null)).toEqual(['a', 'b', 'c'])
  })

  test('-Q names them, made where they are missing; -X takes away, also what is not there', () => {
    expect(names(queuesOf(abc), ['c', 'new', 'c'])).toEqual(['c', 'new'])
    expect(names(queuesOf(abc), null, ['b'])).toEqual(['a', 'c'])
    expect(names(queuesOf(abc), ['a', 'b'], ['b', 'nothing'])).toEqual(['a'])
  })

  test('-X b of 16-queues/exclude-X: the queues and exchanges of the banner', () => {
    const recorded = readText('16-queues-5.6.3/exclude-X/worker.log.txt').matchAll(
      /\.> (\S+) +exchange=(\S+)\((\w+)\) key=(\S+)/g,
    )
    const ours = queuesOf(abc).consumed(null, ['b'])
    expect(ours.map(({ name, exchange, routingKey }) => [name, exchange.name, exchange.type, routingKey])).toEqual(
      [...recorded].map((match) => match.slice(1)),
    )
  })

  test('an unknown queue when none may be made', () => {
    const strict = queuesOf({ ...abc, task_create_missing_queues: false })
    expect(() => names(strict, ['x'])).toThrow(/^Trying to select queue subset of \['x'\], but queue 'x' isn't\n/)
    expect(() => strict.named('x')).toThrow("Queue 'x' missing from task_queues")
    expect(strict.declared('x').exchange.name).toBe('x')
  })
})

test('task_queues is read in every form, and refused by name in any other', () => {
  expect(
    queuesOf({ task_queues: { q: { exchange: 'e', exchange_type: 'topic', binding_key: 'k.#' } } }).named('q'),
  ).toEqual({
    name: 'q',
    alias: null,
    exchange: { name: 'e', type: 'topic', deliveryMode: null },
    routingKey: 'k.#',
    bindings: [],
    autoDelete: false,
  })
  const wrong = (task_queues: unknown) => (): unknown => queuesOf({ task_queues } as Partial<QueueConf>)
  expect(wrong([3])).toThrow('a queue of task_queues is 3, expected a mapping')
  expect(wrong([{}])).toThrow('a queue of task_queues is {}, expected a name or {name, exchange, routing_key}')
  expect(wrong([{ name: 'q', exchange: { name: 'e', type: 'headers' } }])).toThrow("an exchange is of type 'headers'")
})

describe('where a message goes', () => {
  const queues = queuesOf({
    task_queues: [
      { name: 'celery' },
      { name: 'feed', exchange: { name: 'feed', type: 'topic', delivery_mode: 1 }, routing_key: 'feed.#' },
      { name: 'all', exchange: { name: 'all', type: 'fanout' } },
      { name: 'bcast.1', alias: 'bc', exchange: { name: 'bc', type: 'fanout' } },
    ],
  })
  test.each([
    [{}, { exchange: '', routingKey: 'celery' }],
    [
      { queue: 'new', routing_key: 'ignored' },
      { exchange: '', routingKey: 'new' },
    ],
    [
      { exchange: 'e', routing_key: 'k' },
      { exchange: 'e', routingKey: 'k' },
    ],
    [{ queue: 'feed' }, { exchange: 'feed', routingKey: 'feed.#', deliveryMode: 1 }],
    [
      { queue: 'feed', routing_key: 'feed.a' },
      { exchange: 'feed', routingKey: 'feed.a' },
    ],
    [{ queue: 'all' }, { exchange: 'all', routingKey: 'celery', fanout: true }],
    [{ queue: 'bc' }, { exchange: 'bc', routingKey: 'celery', fanout: false, declare: null, queue: 'bcast.1' }],
    [
      { queue: { name: 'given', exchange: { name: 'x', type: 'topic' }, routing_key: 'y' } },
      { exchange: 'x', routingKey: 'y' },
    ],
  ])('%o', (options, expected) => {
    expect(destination(options, queues)).toMatchObject(expected)
  })
})
