/**
 * A message that the worker accepted, from its receipt to its ack: hears from the pool how it went, keeps the ack rules,
 * tells the monitors. It knows its delivery and its listeners, not the consumer. Celery: celery/worker/request.py
 */
import type { EventDispatcher } from '../../events/dispatcher.js'
import type { PoolJobListener } from '../../pool/pool-process.js'
import type { Clock } from '../../ports/clock.js'
import { assertNever, inBackground } from '../../ports/in-background.js'
import type { Log } from '../../ports/log.js'
import { signalNumber } from '../../ports/signal-names.js'
import { numberOrNull } from '../../message/shapes.js'
import type { ResultBackend } from '../../result-backend/result-meta.js'
import { pythonRepr, reprString } from '../../serialization/python-repr.js'
import { pyFloatOrNull, type WireObject, type WireValue } from '../../serialization/wire-value.js'
import type { Signals } from '../../signals/signals.js'
import { FAILURE, RETRY, REVOKED } from '../../states.js'
import type { TraceJob, TraceReport } from '../../trace/trace-job.js'
import type { Delivery } from '../../transport/channel.js'
import type { TrackedRequest, WorkerState } from '../worker-state.js'
import { cancelledArgs, cannotBeAcknowledgedWords } from './cancelled.js'
import { storeEnd, type FollowUpPool } from './follow-up.js'
import type { ReceivedTask } from './received-task.js'
import { receivedFields, requestInfo } from './request-info.js'
import type { TaskSettings } from './task-settings.js'
import { traceJob } from './trace-job.js'

export interface RequestParts {
  readonly delivery: Delivery
  readonly task: ReceivedTask
  readonly settings: TaskSettings
  readonly nodename: string
  readonly state: WorkerState
  readonly backend: Pick<ResultBackend, 'store'>
  readonly pool: FollowUpPool & { terminateJob(pid: number, signal: string): void }
  readonly events: Pick<EventDispatcher, 'sendTaskEvent'>
  readonly signals: Signals
  readonly clock: Clock
  readonly log: Log
}

export class Request implements PoolJobListener, TrackedRequest {
  readonly task: ReceivedTask
  readonly settings: TaskSettings
  private readonly parts: RequestParts
  private acknowledged = false
  private startedAtMs: number | null = null
  private workerPid: number | null = null
  /** Control has ended it: what its process still tells changes nothing. */
  private terminated = false
  private terminateOnceAccepted: string | null = null

  constructor(parts: RequestParts) {
    this.parts = parts
    this.task = parts.task
    this.settings = parts.settings
  }

  get job(): TraceJob {
    return traceJob(this.parts)
  }

  /** The caller's limits win over the task's and the app's. */
  get limits(): { readonly soft: number | null; readonly hard: number | null } {
    const [hard, soft] = this.task.message.headers.timelimit
    return {
      soft: numberOrNull(soft) ?? this.settings.softTimeLimitSeconds,
      hard: numberOrNull(hard) ?? this.settings.timeLimitSeconds,
    }
  }

  /** As `inspect active` and `inspect reserved` show it. */
  get info(): WireObject {
    const { startedAtMs, acknowledged, workerPid } = this
    return requestInfo(this.parts, { startedAtMs, acknowledged, workerPid })
  }

  get safeInfo(): WireObject {
    const { argsrepr, kwargsrepr } = this.task.message.headers
    return { ...this.info, args: argsrepr, kwargs: kwargsrepr }
  }

  get stamps(): WireObject {
    return this.task.message.headers.stamps
  }

  received(): void {
    this.parts.signals.send('task_received', { ...this.sender, info: () => this.info })
    this.tell('task-received', receivedFields(this.task, this.parts.delivery))
  }

  /** Asked again just before it runs: it may have been revoked, or have expired, while it waited. */
  mayBegin(): boolean {
    const why = this.whyRevoked()
    if (why === null) return true
    this.discard(why)
    return false
  }

  whyRevoked(): 'revoked' | 'expired' | null {
    const { state, clock } = this.parts
    if (this.task.expiresMs !== null && this.task.expiresMs < clock.nowMs()) return 'expired'
    return state.revoked.has(this.task.taskId) || state.revoked.stampAmong(this.stamps) !== null ? 'revoked' : null
  }

  discard(why: 'revoked' | 'expired'): void {
    const stamp = this.parts.state.revoked.stampAmong(this.stamps)
    const byHeader = why === 'revoked' && stamp !== null ? ` (revoked by header: ${pythonRepr(stamp)})` : ''
    this.parts.log.info(`Discarding revoked task: ${this.named}${byHeader}`)
    this.revoke(why, { terminated: false, signum: null, expired: why === 'expired' })
  }

  /** `control revoke` with terminate. As Celery: it counts as revoked at once, whatever the signal does to its process. */
  terminate(signal: string): void {
    if (this.terminated) return
    if (this.workerPid === null) return void (this.terminateOnceAccepted = signal)
    this.parts.pool.terminateJob(this.workerPid, signal)
    this.revoke('terminated', { terminated: true, signum: signalNumber(signal), expired: false })
    this.terminated = true
  }

  private revoke(
    reason: 'revoked' | 'expired' | 'terminated',
    how: { readonly terminated: boolean; readonly signum: number | null; readonly expired: boolean },
  ): void {
    this.tell('task-revoked', how)
    this.end()
    const stored = this.storeException(REVOKED, 'TaskRevokedError', 'celery.exceptions', [reason])
    this.afterStoring(stored, () => this.acknowledge())
    this.parts.signals.send('task_revoked', { ...this.sender, ...how, info: () => this.info })
  }

  onAccepted(by: { readonly pid: number }): void {
    this.startedAtMs = this.parts.clock.nowMs()
    this.workerPid = by.pid
    this.parts.state.taskAccepted(this)
    if (!this.settings.acksLate) this.acknowledge()
    this.tell('task-started', {})
    if (this.terminateOnceAccepted !== null) this.terminate(this.terminateOnceAccepted)
  }

  onReport(report: TraceReport): void {
    this.end()
    if (this.terminated) return
    switch (report.kind) {
      case 'success':
        this.acknowledgeLate()
        this.tell('task-succeeded', { result: report.resultRepr, runtime: pyFloatOrNull(report.runtimeSeconds) })
        return
      case 'failure':
        this.settleLateFailure()
        this.tell('task-failed', { exception: report.exceptionRepr, traceback: report.traceback })
        return
      case 'retry':
        this.acknowledgeLate()
        this.tell('task-retried', { exception: report.exceptionRepr, traceback: report.traceback })
        return
      case 'ignored':
        this.acknowledgeLate()
        return
      case 'rejected':
        this.reject(report.requeue)
        return
      case 'internal-error':
        this.acknowledgeLate()
        this.tell('task-failed', { exception: report.exceptionRepr, traceback: report.traceback })
        return
      default:
        assertNever(report)
    }
  }

  onLost(message: string): void {
    this.end()
    if (this.terminated) return
    const repr = `WorkerLostError(${reprString(message)})`
    if (this.settings.acksLate && this.settings.rejectOnWorkerLost) this.reject(true)
    else {
      const stored = this.storeException(FAILURE, 'WorkerLostError', 'billiard.exceptions', [message])
      this.afterStoring(stored, () => this.settleLateFailure())
      this.failed(repr, `billiard.exceptions.WorkerLostError: ${message}\n`)
    }
    this.parts.log.error(`Task handler raised error: ${repr}`)
  }

  onSoftTimeLimit(seconds: number): void {
    if (!this.terminated) this.parts.log.warning(`Soft time limit (${seconds}s) exceeded for ${this.named}`)
  }

  onHardTimeLimit(seconds: number): void {
    this.end()
    if (this.terminated) return
    const repr = `TimeLimitExceeded(${pythonRepr(seconds)})`
    this.parts.log.error(`Task handler raised error: ${repr}`)
    this.parts.log.error(`Hard time limit (${seconds}s) exceeded for ${this.named}`)
    const comesAgain = this.settings.acksLate && !this.settings.acksOnFailureOrTimeout
    const stored = this.storeException(FAILURE, 'TimeLimitExceeded', 'billiard.exceptions', [seconds])
    this.afterStoring(stored, () => (comesAgain ? this.reject(true) : this.acknowledgeLate()))
    if (!comesAgain)
      this.failed(repr, `billiard.exceptions.TimeLimitExceeded: TimeLimitExceeded(${pythonRepr(seconds)},)\n`)
  }

  /** The link is lost and with it the ack: its process is ended, and the message comes again. */
  cancel(): void {
    if (this.workerPid === null || this.acknowledged || this.terminated) return
    this.parts.log.warning(cannotBeAcknowledgedWords(this.named))
    this.parts.pool.terminateJob(this.workerPid, 'SIGTERM')
  }

  /**
   * Ended by the worker itself. One that acks late is still unacked and comes again. As Celery: one that acked early is
   * lost, and stored as RETRY with an exception that makes no sense (celery/worker/request.py, _announce_cancelled).
   */
  onTerminated(): void {
    this.end()
    if (this.terminated) return
    this.tell('task-cancelled', {})
    if (this.settings.acksLate) return
    const stored = this.storeException(RETRY, 'Retry', 'celery.exceptions', cancelledArgs)
    this.afterStoring(stored, () => this.parts.signals.send('task_retry', { ...this.sender, reason: 'cancelled' }))
  }

  /** Received, but no task of that name is here. As Celery: its result names no relatives, and no event tells of the reject. */
  unregistered(): void {
    const repr = `NotRegistered(${reprString(this.task.name)})`
    const stored = this.storeException(FAILURE, 'NotRegistered', 'celery.exceptions', [this.task.name])
    this.afterStoring(stored, () => this.giveBack(false))
    this.tell('task-failed', { exception: repr })
    this.parts.signals.send('task_unknown', this.sender)
  }

  private failed(repr: string, traceback: string): void {
    this.tell('task-failed', { exception: repr, traceback })
    this.parts.signals.send('task_failure', { ...this.sender, exception: repr })
  }

  private end(): void {
    this.parts.state.taskReady(this)
  }

  private acknowledgeLate(): void {
    if (this.settings.acksLate) this.acknowledge()
  }

  private settleLateFailure(): void {
    if (!this.settings.acksLate) return
    if (this.settings.acksOnFailureOrTimeout) this.acknowledge()
    else this.reject(false)
  }

  private acknowledge(): void {
    if (this.acknowledged) return
    this.acknowledged = true
    inBackground(`the ack of ${this.named}`, this.parts.delivery.ack(), this.parts.log)
  }

  private reject(requeue: boolean): void {
    if (this.giveBack(requeue)) this.tell('task-rejected', { requeue })
  }

  /** False: it was answered before. */
  private giveBack(requeue: boolean): boolean {
    if (this.acknowledged) return false
    this.acknowledged = true
    inBackground(`the reject of ${this.named}`, this.parts.delivery.reject({ requeue }), this.parts.log)
    return true
  }

  /** A message is not given up before its result can be read: what cannot be stored stays unacked and is delivered again. */
  private afterStoring(stored: Promise<void>, then: () => void): void {
    const settled = stored.then(then)
    this.parts.state.isSettling(settled)
    inBackground(`storing the result of ${this.named}`, settled, this.parts.log)
  }

  private storeException(status: string, type: string, module: string, args: readonly WireValue[]): Promise<void> {
    return storeEnd(this.job, { status, type, module, args }, this.parts)
  }

  private tell(type: Parameters<EventDispatcher['sendTaskEvent']>[0], fields: WireObject): void {
    this.parts.events.sendTaskEvent(type, { uuid: this.task.taskId, ...fields })
  }

  private get sender(): { readonly taskId: string; readonly taskName: string } {
    return { taskId: this.task.taskId, taskName: this.task.name }
  }

  private get named(): string {
    return `${this.task.displayName}[${this.task.taskId}]`
  }
}
