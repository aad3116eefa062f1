/** A task message as a Celery client writes it, made without our own code: what tests put into a queue. */
import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'

export interface SentTask {
  readonly task: string
  readonly id?: string
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, unknown>>
  readonly queue?: string
  readonly priority?: number
  /** Marked as kombu marks what it puts back. */
  readonly redelivered?: boolean
}

/** LPUSH, as a producer does; answers the task id. */
export async function pushTask(redis: Redis, sent: SentTask): Promise<string> {
  const { task, id = randomUUID(), args = [], kwargs = {}, queue = 'celery', priority = 0 } = sent
  const embed = { callbacks: null, errbacks: null, chain: null, chord: null }
  const envelope = {
    body: Buffer.from(JSON.stringify([args, kwargs, embed])).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: {
      lang: 'py',
      task,
      id,
      shadow: null,
      eta: null,
      expires: null,
      group: null,
      group_index: null,
      retries: 0,
      timelimit: [null, null],
      root_id: id,
      parent_id: null,
      argsrepr: '()',
      kwargsrepr: '{}',
      origin: 'gen1@test',
      ignore_result: false,
      replaced_task_nesting: 0,
      stamped_headers: null,
      stamps: {},
      ...(sent.redelivered ? { redelivered: true } : {}),
      ...sent.headers,
    },
    properties: {
      correlation_id: id,
      reply_to: randomUUID(),
      delivery_mode: 2,
      delivery_info: { exchange: '', routing_key: queue, ...(sent.redelivered ? { redelivered: true } : {}) },
      priority,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  }
  await redis.lpush(queue, JSON.stringify(envelope))
  return id
}

/** The stored document, once there is one in a ready state. */
export async function storedResult(redis: Redis, taskId: string): Promise<Record<string, unknown> | null> {
  const text = await redis.get(`celery-task-meta-${taskId}`)
  if (text === null) return null
  const document = JSON.parse(text) as Record<string, unknown>
  return ['SUCCESS', 'FAILURE', 'REVOKED'].includes(String(document.status)) ? document : null
}
