/**
 * A pool in the worker's own process: the worker starts "processes" as ever, and each of them is a runner here. Tasks that
 * await run side by side; one that never awaits holds up all of them, the worker's own heartbeat included.
 * Nothing can be killed here: a task past its hard limit, or of a cold shutdown, is given up. Its signal aborts; should it
 * run on, nothing of it is stored or sent.
 * Celery: celery/concurrency/solo.py
 */
import type { PoolToWorker, WorkerToPool } from '../pool/pool-messages.js'
import type { ProcessLauncher, LaunchedProcess } from '../ports/process-launcher.js'
import type { TraceJob, TraceReport } from '../trace/trace-job.js'
import type { LoadResult } from '../trace/task-runner.js'

/** What runs the jobs of one member: a runner with its trace. */
export interface PoolMember {
  load(): Promise<LoadResult>
  run(job: TraceJob): Promise<TraceReport>
  softTimeLimit(): void
  /** Nothing of what runs may be heard of any more. */
  giveUp(): void
}

export function inProcessLauncher(makeMember: (label: string) => PoolMember): ProcessLauncher {
  return { launch: (label) => new MemberProcess(makeMember(label)) }
}

class MemberProcess implements LaunchedProcess {
  readonly pid = process.pid
  private readonly member: PoolMember
  private running = false
  private stopping = false
  private ended = false
  private tellWorker: (message: unknown) => void = () => {}
  private tellExit: (exit: { readonly code: number | null; readonly signal: string | null }) => void = () => {}

  constructor(member: PoolMember) {
    this.member = member
  }

  onMessage(listener: (message: unknown) => void): void {
    this.tellWorker = listener
  }

  onExit(listener: (exit: { readonly code: number | null; readonly signal: string | null }) => void): void {
    this.tellExit = listener
  }

  send(message: unknown): void {
    // Sent by pool-process.ts. Answered later, as a real process would.
    setImmediate(() => this.onOrder(message as WorkerToPool<unknown>))
  }

  kill(signal: string): void {
    setImmediate(() => {
      this.member.giveUp()
      this.end({ code: null, signal })
    })
  }

  private onOrder(order: WorkerToPool<unknown>): void {
    if (this.ended) return
    switch (order.kind) {
      case 'start':
        void this.member.load().then(
          (loaded) => this.tell(loaded),
          () => this.end({ code: 1, signal: null }),
        )
        return
      case 'job':
        void this.run(order.jobId, order.job)
        return
      case 'soft-time-limit':
        this.member.softTimeLimit()
        return
      case 'stop':
        this.stopping = true
        if (!this.running) this.end({ code: 0, signal: null })
    }
  }

  private async run(jobId: number, job: TraceJob): Promise<void> {
    this.running = true
    this.tell({ kind: 'accepted', jobId })
    try {
      const report = await this.member.run(job)
      this.running = false
      this.tell({ kind: 'report', jobId, report })
      if (this.stopping) this.end({ code: 0, signal: null })
    } catch {
      this.end({ code: 1, signal: null }) // the host broke: the job is lost with its process, as it would be with a real one
    }
  }

  private tell(message: PoolToWorker): void {
    if (!this.ended) this.tellWorker(message)
  }

  private end(exit: { readonly code: number | null; readonly signal: string | null }): void {
    if (this.ended) return
    this.ended = true
    this.tellExit(exit)
  }
}
