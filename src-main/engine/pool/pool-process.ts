/**
 * One pool process as its worker sees it: starting, idle, busy with one job, exited. It knows jobs, not requests.
 * Celery: billiard/pool.py (the parent's view of a Worker)
 */
import type { LaunchedProcess, ProcessLauncher } from '../ports/process-launcher.js'
import { signalNumber } from '../ports/signal-names.js'
import type { TraceJob, TraceReport } from '../trace/trace-job.js'
import { isPoolToWorker, type LoadedCode, type RefusedCode, type WorkerToPool } from './pool-messages.js'

export interface PoolJob {
  /** Counts from 0 in one pool; billiard names it in `Worker exited prematurely: … Job: 0.` */
  readonly jobId: number
  readonly job: TraceJob
  readonly softTimeLimitSeconds: number | null
  readonly timeLimitSeconds: number | null
  readonly listener: PoolJobListener
}

/** Exactly one of onReport, onLost, onHardTimeLimit and onTerminated ends a job. */
export interface PoolJobListener {
  /** Asked when a process is free for it; false: it has ended by itself and the process takes the next. */
  mayBegin(): boolean
  onAccepted(by: { readonly pid: number; readonly label: string }): void
  onSoftTimeLimit(seconds: number): void
  onReport(report: TraceReport): void
  /** Its process ended by itself or was killed from outside: billiard's WorkerLostError message. */
  onLost(message: string): void
  onHardTimeLimit(seconds: number): void
  /** The worker itself ended the process: cold shutdown. */
  onTerminated(): void
}

export interface ProcessExit {
  readonly code: number | null
  readonly signal: string | null
}

export interface PoolProcessListener<Setup> {
  onLoaded(process: PoolProcess<Setup>, code: LoadedCode): void
  onRefused(process: PoolProcess<Setup>, refused: RefusedCode): void
  onAccepted(process: PoolProcess<Setup>, job: PoolJob): void
  onReport(process: PoolProcess<Setup>, job: PoolJob, report: TraceReport): void
  onExit(process: PoolProcess<Setup>, exit: ProcessExit): void
}

export class PoolProcess<Setup> {
  readonly label: string
  /** Its place in the pool, from 0: the one that follows it has the same. */
  readonly slot: number
  state: 'starting' | 'idle' | 'busy' | 'stopping' | 'exited' = 'starting'
  job: PoolJob | null = null
  /** The job has begun to run: from here on its loss is the task's. */
  accepted = false
  jobsDone = 0
  wasLoaded = false
  /** Asked to make room for a fresh one (max_tasks_per_child), or to go: its exit is no news. */
  recycled = false
  /** Control ends the job it runs. */
  terminating = false
  /** It uses more memory than it may. */
  leaves = false
  private launched: LaunchedProcess | null = null

  constructor(label: string, slot: number) {
    this.label = label
    this.slot = slot
  }

  get pid(): number {
    return this.launched?.pid ?? 0
  }

  start(launcher: ProcessLauncher, setup: Setup, listener: PoolProcessListener<Setup>): void {
    const launched = launcher.launch(this.label)
    this.launched = launched
    launched.onMessage((message) => this.onMessage(message, listener))
    launched.onExit((exit) => {
      this.state = 'exited'
      listener.onExit(this, exit)
    })
    this.send({ kind: 'start', label: this.label, setup })
  }

  run(job: PoolJob): void {
    this.state = 'busy'
    this.job = job
    this.accepted = false
    this.terminating = false
    this.send({ kind: 'job', jobId: job.jobId, job: job.job })
  }

  raiseSoftTimeLimit(): void {
    if (this.job) this.send({ kind: 'soft-time-limit', jobId: this.job.jobId })
  }

  /** It exits by itself when what runs has ended. */
  stop(): void {
    if (this.state === 'exited') return
    this.state = 'stopping'
    this.send({ kind: 'stop' })
  }

  recycle(): void {
    this.recycled = true
    this.stop()
  }

  kill(signal = 'SIGKILL'): void {
    if (this.state !== 'exited') this.launched?.kill(signal)
  }

  /** The slot is free again when the process has exited, or has ended its job in spite of the signal. */
  terminate(signal: string): void {
    // Node keeps SIGUSR1 for its debugger. As Celery: in a child it raises SoftTimeLimitExceeded.
    if (signal === 'SIGUSR1') return this.raiseSoftTimeLimit()
    this.terminating = true
    this.kill(signal)
  }

  private send(message: WorkerToPool<Setup>): void {
    this.launched?.send(message)
  }

  private onMessage(message: unknown, listener: PoolProcessListener<Setup>): void {
    if (!isPoolToWorker(message) || this.state === 'exited') return
    switch (message.kind) {
      case 'loaded':
        this.wasLoaded = true
        if (this.state === 'starting') this.state = 'idle'
        listener.onLoaded(this, message)
        return
      case 'refused':
        listener.onRefused(this, message)
        return
      case 'accepted':
        if (this.job?.jobId !== message.jobId) return
        this.accepted = true
        listener.onAccepted(this, this.job)
        return
      case 'report': {
        const job = this.job
        if (job?.jobId !== message.jobId) return
        this.job = null
        this.accepted = false
        this.jobsDone += 1
        this.leaves = message.leaves === true
        if (this.state === 'busy') this.state = 'idle'
        listener.onReport(this, job, message.report)
      }
    }
  }
}

/** billiard's words for how a process ended: `signal 9 (SIGKILL)`, `exitcode 1`. */
export function exitInWords(exit: ProcessExit): string {
  if (exit.signal === null) return `exitcode ${exit.code ?? 0}`
  return `signal ${signalNumber(exit.signal)} (${exit.signal})`
}
