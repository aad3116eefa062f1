/** Hand-made facts in the order that the real lab reports them: for the preview, and for tests of the projections. */
import type { Fact, FeedItem } from '../../../src-main/contract/feed.js'

export const WORKER = 'worker@1'
export const WORKER_PID = 40101
export const CHILD_A = 40112
export const CHILD_B = 40127
export const WEB_PID = 40140

export class Story {
  readonly items: FeedItem[] = []
  #seq = 0
  #atMs: number

  constructor(startMs: number) {
    this.#atMs = startMs
  }

  get atMs(): number {
    return this.#atMs
  }

  /** The facts that follow come this much later. */
  wait(ms: number): this {
    this.#atMs += ms
    return this
  }

  tell(...facts: readonly Fact[]): this {
    for (const fact of facts) this.items.push({ seq: ++this.#seq, atMs: this.#atMs, fact })
    return this
  }

  workerStarts(children: readonly number[] = [CHILD_A, CHILD_B], pid = WORKER_PID): this {
    this.tell({ kind: 'process-started', process: WORKER, role: 'worker', pid })
    children.forEach((child, at) => {
      const label = `ForkPoolWorker-${String(at + 1)}`
      this.tell({
        kind: 'process-started',
        process: `${WORKER}/${String(child)}`,
        role: 'pool-process',
        pid: child,
        worker: WORKER,
        label,
      })
      this.wait(30).tell({
        kind: 'process-ready',
        process: `${WORKER}/${String(child)}`,
        role: 'pool-process',
        pid: child,
      })
    })
    return this.tell({ kind: 'process-ready', process: WORKER, role: 'worker', pid })
  }

  webStarts(): this {
    return this.tell(
      { kind: 'process-started', process: 'web', role: 'web', pid: WEB_PID },
      { kind: 'process-ready', process: 'web', role: 'web', pid: WEB_PID },
    )
  }

  request(requestId: string, path: string, status: number, durationMs: number): this {
    this.tell({ kind: 'http-request', requestId, method: 'POST', path })
    return this.wait(durationMs).tell({
      kind: 'http-response',
      requestId,
      method: 'POST',
      path,
      status,
      durationMs,
      webPid: WEB_PID,
    })
  }

  publish(
    taskId: string,
    deliveryTag = `tag-${taskId}`,
    change: { retries?: number; redelivered?: boolean; queue?: string } = {},
  ): this {
    return this.tell({
      kind: 'message-published',
      by: 'web',
      queue: change.queue ?? 'celery',
      priority: 0,
      deliveryTag,
      taskId,
      taskName: 'tasks.send_confirmation',
      argsrepr: "('ada@example.com', 'A-17')",
      kwargsrepr: '{}',
      retries: change.retries ?? 0,
      redelivered: change.redelivered ?? false,
      eta: null,
      bytes: 842,
    })
  }

  reserve(taskId: string, deliveryTag = `tag-${taskId}`): this {
    return this.tell({
      kind: 'message-reserved',
      by: WORKER,
      queue: 'celery',
      deliveryTag,
      taskId,
      taskName: 'tasks.send_confirmation',
    })
  }

  ack(taskId: string, deliveryTag = `tag-${taskId}`): this {
    return this.tell({ kind: 'message-acked', by: WORKER, deliveryTag, taskId })
  }

  event(
    type: 'task-received' | 'task-started' | 'task-succeeded' | 'task-failed',
    taskId: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): this {
    return this.tell({
      kind: 'task-event',
      type,
      taskId,
      hostname: 'celery@worker1',
      pid: WORKER_PID,
      clock: 1,
      fields,
    })
  }

  slot(pid: number, taskId: string | null): this {
    return this.tell({ kind: 'slot', worker: WORKER, pid, taskId })
  }

  stored(taskId: string, state = 'SUCCESS', resultText = '"sent"'): this {
    return this.tell({ kind: 'result-stored', by: WORKER, taskId, state, resultText, ttlSeconds: 86_400 })
  }

  mail(key: string, taskId: string | null, pid: number): this {
    return this.tell({
      kind: 'ledger-row',
      effect: 'mail',
      key,
      summary: `Your ticket ${key}`,
      to: 'ada@example.com',
      taskId,
      pid,
      attempt: taskId === null ? null : 1,
      refused: false,
    })
  }

  lengths(celery: number, unacked: number): this {
    return this.tell({ kind: 'queue-lengths', queues: { celery }, unacked })
  }

  /** Early ack, as by default: taken, acked, run, stored. */
  takeEarly(taskId: string, pid: number): this {
    this.wait(2).reserve(taskId).wait(1).event('task-received', taskId)
    return this.wait(1).ack(taskId).slot(pid, taskId).event('task-started', taskId)
  }

  finish(taskId: string, pid: number, runtimeMs: number, order: string): this {
    this.wait(runtimeMs).mail(order, taskId, pid).wait(3).stored(taskId)
    return this.slot(pid, null).event('task-succeeded', taskId, { runtime: runtimeMs / 1000, result: "'sent'" })
  }

  workerDies(signal = 'SIGKILL'): this {
    return this.tell({
      kind: 'process-exited',
      process: WORKER,
      role: 'worker',
      pid: WORKER_PID,
      code: null,
      signal,
      expected: false,
    })
  }

  childDies(pid: number, signal = 'SIGKILL'): this {
    return this.tell({
      kind: 'process-exited',
      process: `${WORKER}/${String(pid)}`,
      role: 'pool-process',
      pid,
      worker: WORKER,
      code: null,
      signal,
      expected: false,
    })
  }
}
