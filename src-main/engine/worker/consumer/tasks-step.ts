/**
 * Takes messages from the worker's queues, decides on each, and carries the decision out: to the pool, into the timer,
 * or away with a log line. Keeps the prefetch count. Celery: celery/worker/consumer/tasks.py, celery/worker/strategy.py
 */
import type { QueueName } from '../../ids.js'
import { readTaskMessage } from '../../message/read.js'
import type { PoolJobListener } from '../../pool/pool-process.js'
import type { Clock } from '../../ports/clock.js'
import { assertNever, inBackground } from '../../ports/in-background.js'
import { withTraceback, type Log } from '../../ports/log.js'
import type { TraceJob } from '../../trace/trace-job.js'
import type { Channel, ChannelConsumer, Delivery, Unreadable } from '../../transport/channel.js'
import { Request, type RequestParts } from '../request/request.js'
import type { ReceivedTask } from '../request/received-task.js'
import type { TaskSettings } from '../request/task-settings.js'
import { decide, type Decision } from '../strategy.js'
import type { RateLimits } from '../rate-limits.js'
import type { WorkerState } from '../worker-state.js'
import { EtaTimer } from './eta-timer.js'
import { PrefetchWindow, type PrefetchWindowParts } from './prefetch-window.js'
import {
  invalidTaskWords,
  malformedWords,
  undecodableWords,
  unknownMessageWords,
  unknownTaskWords,
  unreadableWords,
} from './message-words.js'

/** As Celery's lines of a received task are named. */
const strategyLogger = 'celery.worker.strategy'

export interface TasksStepParts {
  readonly channel: Pick<Channel, 'consume'>
  readonly queues: readonly QueueName[]
  readonly prefetch: Omit<PrefetchWindowParts, 'onChange' | 'log'>
  /** `worker_disable_prefetch`: how many tasks may be here, waiting or running; null: as the prefetch count says. */
  readonly mostReserved: (() => number) | null
  readonly acceptContent: ReadonlySet<string>
  readonly pool: {
    dropWaiting(): void
    terminateJob(pid: number, signal: string): void
    apply(job: TraceJob, limits: { soft: number | null; hard: number | null }, listener: PoolJobListener): void
  }
  readonly isRegistered: (taskName: string) => boolean
  readonly settingsOf: (taskName: string) => TaskSettings
  /** null: `worker_disable_rate_limits`. */
  readonly rateLimits: RateLimits | null
  readonly state: WorkerState
  /** After each request that goes to the pool. */
  readonly onReserved?: () => void
  readonly clock: Clock
  readonly log: Log
  /** What every request gets beside its own message. */
  readonly forRequests: Omit<RequestParts, 'delivery' | 'task' | 'settings' | 'pool'>
}

export class TasksStep {
  readonly name = 'Tasks'
  private readonly parts: TasksStepParts
  private readonly timer: EtaTimer
  private consumer: ChannelConsumer | null = null
  private readonly window: PrefetchWindow

  constructor(parts: TasksStepParts) {
    this.parts = parts
    this.timer = new EtaTimer(parts.clock)
    const onChange = (count: number): void => this.consumer?.setPrefetchCount(count)
    this.window = new PrefetchWindow({ ...parts.prefetch, onChange, log: parts.log })
  }

  /** As it is now: with those that wait for their eta on top. */
  get prefetchCount(): number {
    return this.window.count
  }

  /** For control's add_consumer and cancel_consumer; null before the start. */
  get consuming(): ChannelConsumer | null {
    return this.consumer
  }

  async start(): Promise<void> {
    const { mostReserved, state } = this.parts
    if (mostReserved) state.whenReady = () => this.consumer?.wake()
    this.consumer = await this.parts.channel.consume({
      queues: this.parts.queues,
      prefetchCount: this.window.count,
      ...(mostReserved ? { mayTake: () => state.reserved.size < mostReserved() } : {}),
      onDelivery: (delivery) => this.onDelivery(delivery),
      onUnreadable: (found) => this.onUnreadable(found),
    })
    this.parts.log.debug(`basic.qos: prefetch_count->${this.window.count}`)
  }

  /** No new message from now on; what waits for its eta goes back with the unacked. */
  async stop(): Promise<void> {
    await this.consumer?.cancel()
    this.timer.clear() // only now: the last message may have come while the consumer was cancelled
    this.parts.rateLimits?.clear()
  }

  /** The connection was lost: what waited here goes back to its queue and comes again. Celery: consumer.on_close */
  forgetWaiting(): void {
    this.timer.clear()
    this.parts.rateLimits?.clear()
    this.parts.pool.dropWaiting()
    this.parts.state.forgetWaiting()
    this.window.reduceAfterLoss(this.parts.state.active.size)
  }

  /** As `qos.increment_eventually` and its opposite. */
  changePrefetch(by: number): void {
    this.window.change(by)
    this.consumer?.wake()
  }

  /** The pool has `by` processes more (or fewer) than before. */
  poolChanged(by: number): void {
    this.window.poolChanged(by)
    this.consumer?.wake()
  }

  /** After the pool has stopped, or the connection was lost. */
  async restoreUnacked(): Promise<void> {
    const count = this.consumer?.unackedCount ?? 0
    if (count === 0) return
    this.parts.log.warning(`Restoring ${count} unacknowledged message(s)`)
    await this.consumer?.restoreUnacked()
  }

  private onDelivery(taken: Delivery): void {
    const delivery = this.window.isToBeRestored ? whenEnded(taken, () => this.window.restoreOneShare()) : taken
    try {
      this.carryOut(this.decide(delivery), delivery)
    } catch (error) {
      // Nothing a message holds may stop the worker: what was not foreseen is dropped like any malformed message.
      this.parts.log.critical(withTraceback(malformedWords(String(error), delivery.envelope), error))
      this.discard(delivery)
    }
  }

  private decide(delivery: Delivery): Decision {
    const { acceptContent, clock, isRegistered, rateLimits, state } = this.parts
    return decide(readTaskMessage(delivery.envelope, acceptContent), {
      nowMs: clock.nowMs(),
      isRegistered,
      isRevoked: ({ taskId, message }) =>
        state.revoked.has(taskId) || state.revoked.stampAmong(message.headers.stamps) !== null,
      isRateLimited: (name) => rateLimits?.isLimited(name) ?? false,
    })
  }

  private carryOut(decision: Decision, delivery: Delivery): void {
    const { log } = this.parts
    switch (decision.kind) {
      case 'to-pool':
        this.execute(this.receive(decision.task, delivery))
        return
      case 'wait-until':
        this.schedule(this.receive(decision.task, delivery), decision.atMs)
        return
      case 'rate-limited':
        this.executeInTurn(this.receive(decision.task, delivery))
        return
      case 'drop':
        log.write('INFO', `Task ${decision.task.displayName}[${decision.task.taskId}] received`, strategyLogger)
        this.requestOf(decision.task, delivery).discard(decision.why)
        return
      case 'unknown-task':
        log.error(unknownTaskWords(decision.task.name, delivery.envelope))
        this.requestOf(decision.task, delivery).unregistered()
        return
      case 'reject':
        log.error(invalidTaskWords(decision.reason, delivery.envelope))
        this.discard(delivery)
        this.tellRejected(decision.reason)
        return
      case 'unreadable':
        this.sayUnreadable(decision.what, decision.reason, delivery)
        this.discard(delivery)
        if (decision.what === 'unknown') this.tellRejected(decision.reason) // As Celery: not for what cannot be decoded
        return
      default:
        assertNever(decision)
    }
  }

  private receive(task: ReceivedTask, delivery: Delivery): Request {
    this.parts.log.write('INFO', `Task ${task.displayName}[${task.taskId}] received`, strategyLogger)
    const request = this.requestOf(task, delivery)
    request.received()
    return request
  }

  private requestOf(task: ReceivedTask, delivery: Delivery): Request {
    const { forRequests, pool, settingsOf } = this.parts
    return new Request({ ...forRequests, pool, delivery, task, settings: settingsOf(task.name) })
  }

  private execute(request: Request): void {
    this.parts.state.taskReserved(request)
    this.parts.pool.apply(request.job, request.limits, request)
    this.parts.onReserved?.()
  }

  /** As Celery: a message that waits for its eta does not use up the prefetch window. */
  private schedule(request: Request, atMs: number): void {
    this.parts.state.taskScheduled(request, atMs)
    this.window.grow()
    this.timer.callAt(atMs, () => {
      this.parts.state.scheduled.delete(request)
      this.executeInTurn(request)
      this.window.shrink()
    })
  }

  /** As Celery: what waits for its turn is neither reserved nor scheduled, but holds its place in the prefetch window. */
  private executeInTurn(request: Request): void {
    const { rateLimits } = this.parts
    if (rateLimits) rateLimits.admit(request.task.name, () => this.execute(request))
    else this.execute(request)
  }

  private sayUnreadable(what: 'unknown' | 'undecodable' | 'malformed', reason: string, { envelope }: Delivery): void {
    const { log } = this.parts
    if (what === 'unknown') log.warning(unknownMessageWords(envelope))
    else if (what === 'undecodable') log.critical(undecodableWords(reason, envelope))
    else log.critical(malformedWords(reason, envelope))
  }

  private discard(delivery: Delivery): void {
    inBackground('the reject of a message', delivery.reject({ requeue: false }), this.parts.log)
  }

  private tellRejected(reason: string): void {
    this.parts.forRequests.signals.send('task_rejected', { reason })
  }

  private onUnreadable(found: Unreadable): void {
    this.parts.log.critical(unreadableWords(found.queue, found.reason, found.raw))
  }
}

/** The same delivery, whose ack or reject is told of. */
function whenEnded(delivery: Delivery, ended: () => void): Delivery {
  const { envelope, deliveryTag, queue } = delivery
  return {
    envelope,
    deliveryTag,
    queue,
    ack: () => delivery.ack().finally(ended),
    reject: (how) => delivery.reject(how).finally(ended),
  }
}
