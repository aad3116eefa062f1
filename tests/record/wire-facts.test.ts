import { describe, expect, test } from 'vitest'
import type { WireFact } from '../../src-main/contract/feed.js'
import { WireFacts, readListKey } from '../../src-main/record/wire-facts.js'

const TAG = '7aff8d4e-d8f8-4a64-acf0-4ac61630f89a'

function envelope(
  overrides: { readonly tag?: string; readonly retries?: number; readonly redelivered?: boolean } = {},
): string {
  return JSON.stringify({
    body: Buffer.from('[[7], {}, {"callbacks": null}]').toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: {
      lang: 'py',
      task: 'tasks.send_mail',
      id: 'task-1',
      retries: overrides.retries ?? 0,
      argsrepr: '(7,)',
      kwargsrepr: '{}',
      eta: null,
    },
    properties: {
      correlation_id: 'task-1',
      delivery_mode: 2,
      delivery_info: {
        exchange: '',
        routing_key: 'celery',
        ...(overrides.redelivered === true ? { redelivered: true } : {}),
      },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: overrides.tag ?? TAG,
    },
  })
}

class Wire {
  readonly #reader = new WireFacts()
  readonly facts: WireFact[] = []

  run(by: string, name: string, ...args: readonly string[]): this {
    this.facts.push(...this.#reader.read({ by, db: 0, client: `127.0.0.1:${by.length}`, name, args }))
    return this
  }

  kinds(): readonly string[] {
    return this.facts.map((fact) => fact.kind)
  }
}

function publishedAndReserved(): Wire {
  return new Wire()
    .run('web', 'LPUSH', 'celery', envelope())
    .run('worker@1', 'MULTI')
    .run('worker@1', 'ZADD', 'unacked_index', '1795347532.64', TAG)
    .run('worker@1', 'HSET', 'unacked', TAG, JSON.stringify([JSON.parse(envelope()), '', 'celery']))
    .run('worker@1', 'EXEC')
}

describe('what commands mean', () => {
  test('BRPOP says where a worker listens: told when its queues or its connection change, mailboxes left out', () => {
    const lists = (queue: string): string[] => [queue, `${queue}\x06\x163`, `${queue}\x06\x166`, `${queue}\x06\x169`]
    const wire = new Wire()
      .run('worker@2', 'BRPOP', ...lists('reports'), ...lists('celery'), '1')
      .run('worker@2', 'BRPOP', ...lists('celery'), ...lists('reports'), '1')
      .run('web', 'BRPOP', 'a-uuid.reply.celery.pidbox', '1')
      .run('worker@2', 'BRPOP', ...lists('reports'), '1')
    expect(wire.facts).toEqual([
      { kind: 'queues-consumed', by: 'worker@2', queues: ['celery', 'reports'] },
      { kind: 'queues-consumed', by: 'worker@2', queues: ['reports'] },
    ])
  })

  test('a worker that was started again says anew where it listens, the same queues or not', () => {
    const reader = new WireFacts()
    const command = { by: 'worker@1', db: 0, name: 'BRPOP', args: ['celery', '1'] }
    expect(reader.read({ ...command, client: '127.0.0.1:1' })).toHaveLength(1)
    expect(reader.read({ ...command, client: '127.0.0.1:1' })).toHaveLength(0)
    expect(reader.read({ ...command, client: '127.0.0.1:2' })).toHaveLength(1)
  })

  test('LPUSH of a task message is published, HSET unacked is reserved, HDEL alone is acked', () => {
    const wire = publishedAndReserved()
      .run('worker@1', 'MULTI')
      .run('worker@1', 'ZREM', 'unacked_index', TAG)
      .run('worker@1', 'HDEL', 'unacked', TAG)
      .run('worker@1', 'EXEC')
    expect(wire.facts).toEqual([
      {
        kind: 'message-published',
        by: 'web',
        queue: 'celery',
        priority: 0,
        deliveryTag: TAG,
        taskId: 'task-1',
        taskName: 'tasks.send_mail',
        argsrepr: '(7,)',
        kwargsrepr: '{}',
        retries: 0,
        redelivered: false,
        eta: null,
        expires: null,
        bytes: envelope().length,
        parentId: null,
        groupId: null,
      },
      {
        kind: 'message-reserved',
        by: 'worker@1',
        queue: 'celery',
        deliveryTag: TAG,
        taskId: 'task-1',
        taskName: 'tasks.send_mail',
      },
      { kind: 'message-acked', by: 'worker@1', deliveryTag: TAG, taskId: 'task-1' },
    ])
  })

  test.each([
    ['RPUSH', 'head'],
    ['LPUSH', 'tail'],
  ] as const)(
    'HDEL with %s of the same tag in one transaction is restored at the %s, not acked and published',
    (push, side) => {
      const wire = publishedAndReserved()
        .run('worker@1', 'WATCH', 'unacked')
        .run('worker@1', 'HGET', 'unacked', TAG)
        .run('worker@1', 'MULTI')
        .run('worker@1', 'ZREM', 'unacked_index', TAG)
        .run('worker@1', 'HDEL', 'unacked', TAG)
        .run('worker@1', push, 'celery', envelope({ redelivered: true }))
        .run('worker@1', 'EXEC')
      expect(wire.facts.slice(2)).toEqual([
        { kind: 'message-restored', by: 'worker@1', queue: 'celery', deliveryTag: TAG, taskId: 'task-1', side },
      ])
    },
  )

  test('two connections in transactions at once do not mix', () => {
    const wire = publishedAndReserved()
      .run('worker@1', 'MULTI')
      .run('web', 'MULTI')
      .run('worker@1', 'HDEL', 'unacked', TAG)
      .run('web', 'LPUSH', 'celery', envelope({ tag: 'tag-2' }))
      .run('worker@1', 'EXEC')
      .run('web', 'EXEC')
    expect(wire.kinds().slice(2)).toEqual(['message-acked', 'message-published'])
  })

  test('a transaction that WATCH aborted leaves nothing behind', () => {
    const wire = publishedAndReserved()
      .run('worker@1', 'MULTI')
      .run('worker@1', 'MULTI')
      .run('worker@1', 'HDEL', 'unacked', TAG)
      .run('worker@1', 'EXEC')
    expect(wire.kinds().slice(2)).toEqual(['message-acked'])
  })

  test('a second ack of one delivery, or an ack after the message was put back, is no fact', () => {
    const wire = publishedAndReserved().run('worker@1', 'HDEL', 'unacked', TAG).run('worker@1', 'HDEL', 'unacked', TAG)
    expect(wire.kinds().filter((kind) => kind === 'message-acked')).toHaveLength(1)
  })

  test('mailboxes and event queues are no task queues', () => {
    const wire = new Wire()
      .run('worker@1', 'LPUSH', 'celeryev.8e18e29f', envelope())
      .run('worker@1', 'LPUSH', 'bf2a6fa0.reply.celery.pidbox', envelope())
    expect(wire.facts).toEqual([])
  })

  test('a message of protocol 1 has its names in the body', () => {
    const body = Buffer.from(
      JSON.stringify({ task: 'tasks.add', id: 'old-1', args: [2, 3], kwargs: {}, retries: 1 }),
    ).toString('base64')
    const properties = {
      delivery_tag: 'old-tag',
      body_encoding: 'base64',
      delivery_info: { exchange: '', routing_key: 'celery' },
    }
    const wire = new Wire().run('outside', 'LPUSH', 'celery', JSON.stringify({ body, headers: {}, properties }))
    expect(wire.facts[0]).toMatchObject({ taskId: 'old-1', taskName: 'tasks.add', retries: 1, argsrepr: '[2,3]' })
  })

  test('a result keeps every digit, and its time to live', () => {
    const document =
      '{"status": "SUCCESS", "result": [123456789012345678901, NaN], "traceback": null, "task_id": "task-1"}'
    const wire = new Wire()
      .run('worker@1', 'SETEX', 'celery-task-meta-task-1', '86400', document)
      .run('worker@1', 'SET', 'celery-task-meta-task-2', document)
    expect(wire.facts).toEqual([
      {
        kind: 'result-stored',
        by: 'worker@1',
        taskId: 'task-1',
        state: 'SUCCESS',
        resultText: '[123456789012345678901, NaN]',
        ttlSeconds: 86_400,
      },
      {
        kind: 'result-stored',
        by: 'worker@1',
        taskId: 'task-2',
        state: 'SUCCESS',
        resultText: '[123456789012345678901, NaN]',
        ttlSeconds: null,
      },
    ])
  })

  test('a 5 MB message is summed up', () => {
    const big = JSON.stringify({ ...(JSON.parse(envelope()) as object), body: 'A'.repeat(5_000_000) })
    const wire = new Wire().run('web', 'LPUSH', 'celery', big)
    expect(wire.facts[0]).toMatchObject({ taskId: 'task-1', bytes: big.length })
  })

  test('priority lists belong to their queue', () => {
    expect(readListKey('celery\x06\x169')).toEqual({ queue: 'celery', priority: 9 })
    expect(readListKey('celery')).toEqual({ queue: 'celery', priority: 0 })
  })
})
