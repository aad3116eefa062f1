/**
 * The prefork pool: keeps `concurrency` pool processes alive, gives each waiting job to an idle one in order of arrival,
 * replaces those that exit, and tells every job how it ended. Celery: celery/concurrency/prefork.py, asynpool.py
 */
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { ProcessLauncher } from '../ports/process-launcher.js'
import type { TraceJob } from '../trace/trace-job.js'
import { PoolBusy, type PoolFact, type PoolMember, type PoolStart } from './pool-facts.js'
import type { LoadedCode, RefusedCode } from './pool-messages.js'
import { PoolProcess, exitInWords, type PoolJob, type PoolJobListener, type ProcessExit } from './pool-process.js'
import { recyclingLimits, type RecyclingOptions } from './recycling.js'
import { TimeLimits } from './time-limits.js'

export type { PoolFact, PoolMember } from './pool-facts.js'

export interface PreforkParts<Setup> {
  readonly launcher: ProcessLauncher
  readonly setup: Setup
  readonly concurrency: number
  readonly recycling: RecyclingOptions
  readonly clock: Clock
  readonly log: Log
  readonly tell: (fact: PoolFact) => void
}

const earlyDeathsUntilFailed = 3
const stopPatienceMs = 5_000

export class Prefork<Setup> {
  private readonly parts: PreforkParts<Setup>
  private readonly timeLimits: TimeLimits
  private readonly members: PoolProcess<Setup>[] = []
  private readonly waiting: PoolJob[] = []
  private readonly whenEmpty: (() => void)[] = []
  private readonly whenIdle: (() => void)[] = []
  private settleStart: ((start: PoolStart) => void) | null = null
  private stopping: 'no' | 'warm' | 'cold' = 'no'
  private readonly writesBySlot = new Map<number, number>()
  private launchedSoFar = 0
  private jobsSoFar = 0
  private earlyDeaths = 0
  /** null: a pool process lives as long as its worker. */
  private maxTasksPerChild: number | null = null
  private cancelRelaunch: (() => void) | null = null
  /** How many processes there are to be. */
  private wanted: number

  constructor(parts: PreforkParts<Setup>) {
    this.parts = parts
    this.wanted = parts.concurrency
    this.timeLimits = new TimeLimits(parts.clock)
  }

  get processes(): readonly PoolMember[] {
    return this.members.map(({ pid, label, job }) => ({ pid, label, taskId: job?.job.taskId ?? null }))
  }

  get size(): number {
    return this.wanted
  }

  /** How many jobs went to each place that had any, also to the processes before the ones that are there now. */
  get writes(): readonly number[] {
    return [...this.writesBySlot.values()]
  }

  grow(by: number): void {
    if (this.stopping !== 'no') return
    this.wanted += by
    for (let n = 0; n < by; n++) this.launch()
  }

  /** As billiard: only those without a job go; with fewer of them than asked for, those go and the rest is refused. */
  shrink(by: number): void {
    const idle = this.members.filter(({ state, job }) => !job && (state === 'idle' || state === 'starting'))
    this.wanted -= Math.min(by, idle.length)
    for (const member of idle.slice(0, by)) member.recycle()
    if (idle.length < by) throw new PoolBusy("Can't shrink pool. All processes busy!")
  }

  /** Every process makes room for a fresh one as soon as it has no job. */
  restart(): void {
    if (this.stopping === 'no') for (const member of [...this.members]) member.recycle()
  }

  terminateJob(pid: number, signal: string): void {
    this.members.find((member) => member.pid === pid && member.job)?.terminate(signal)
  }

  /** Settles with the first process that has loaded the code or says why it will not. */
  start(): Promise<PoolStart> {
    const started = new Promise<PoolStart>((resolve) => (this.settleStart = resolve))
    for (let n = 0; n < this.wanted; n++) this.launch()
    return started
  }

  apply(
    job: TraceJob,
    limits: { readonly soft: number | null; readonly hard: number | null },
    listener: PoolJobListener,
  ): void {
    const jobId = this.jobsSoFar++
    this.waiting.push({ jobId, job, softTimeLimitSeconds: limits.soft, timeLimitSeconds: limits.hard, listener })
    this.dispatch()
  }

  /** The broker was lost and has these messages again: what did not begin is forgotten here. */
  dropWaiting(): void {
    this.waiting.length = 0
  }

  /** Warm: what waits is dropped here (its messages are restored by their consumer), what runs may end. */
  async finishRunning(): Promise<void> {
    if (this.stopping === 'no') this.stopping = 'warm'
    this.waiting.length = 0
    if (this.members.some((member) => member.job)) await new Promise<void>((resolve) => this.whenIdle.push(resolve))
  }

  /** After finishRunning(), or for cold shutdown: nothing is left afterwards. */
  async stop(how: 'warm' | 'cold'): Promise<void> {
    this.stopping = how
    this.settle({ kind: 'failed', message: 'the pool was stopped before any of its processes had loaded the code' })
    this.waiting.length = 0
    this.cancelRelaunch?.()
    this.cancelRelaunch = null
    for (const member of this.members) {
      if (how === 'warm' && member.state !== 'starting') member.stop()
      else member.kill()
    }
    const giveUp = this.parts.clock.after(stopPatienceMs, () => this.killAll())
    if (this.members.length > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve))
    giveUp()
    this.timeLimits.endAll()
  }

  /** Cold shutdown: what runs ends here, as terminated. */
  killRunning(): void {
    this.stopping = 'cold'
    this.waiting.length = 0
    for (const member of this.members) if (member.job) member.kill()
  }

  /** At once, for a worker that is about to exit itself. */
  killAll(): void {
    for (const member of this.members) member.kill()
  }

  private launch(): void {
    const member = new PoolProcess<Setup>(`ForkPoolWorker-${++this.launchedSoFar}`, this.freeSlot())
    this.members.push(member)
    member.start(this.parts.launcher, this.parts.setup, {
      onLoaded: (process, code) => this.onLoaded(process, code),
      onRefused: (process, refused) => this.onRefused(process, refused),
      onAccepted: (process, job) => this.onAccepted(process, job),
      onReport: (process, job, report) => {
        this.endJob(process, job)
        job.listener.onReport(report)
        this.recycleOrReuse(process)
      },
      onExit: (process, exit) => this.onExit(process, exit),
    })
    this.parts.tell({ kind: 'starting', pid: member.pid, label: member.label })
  }

  private onLoaded(process: PoolProcess<Setup>, code: LoadedCode): void {
    this.earlyDeaths = 0
    this.maxTasksPerChild = recyclingLimits(this.parts.recycling, code.conf).tasks
    const { pid, label } = process
    this.parts.tell({ kind: 'loaded', pid, fingerprint: code.fingerprint, tasks: code.tasks.map((task) => task.name) })
    this.parts.tell({ kind: 'ready', pid, label })
    this.settle({ kind: 'loaded', code })
    this.dispatch()
  }

  private onRefused(process: PoolProcess<Setup>, refused: RefusedCode): void {
    if (!this.settle({ kind: 'refused', refused })) {
      this.parts.log.critical(
        `${process.label} cannot load the code again and is started once more:\n${refused.error.traceback}`,
      )
    }
    process.kill()
  }

  private onAccepted(process: PoolProcess<Setup>, job: PoolJob): void {
    this.parts.tell({ kind: 'slot', pid: process.pid, taskId: job.job.taskId })
    this.timeLimits.begin(job, {
      soft: () => {
        process.raiseSoftTimeLimit()
        job.listener.onSoftTimeLimit(job.softTimeLimitSeconds ?? 0)
      },
      hard: () => {
        process.job = null // ended here: its exit is no news to the task
        this.endJob(process, job)
        job.listener.onHardTimeLimit(job.timeLimitSeconds ?? 0)
        process.kill()
      },
    })
    job.listener.onAccepted({ pid: process.pid, label: process.label })
  }

  private onExit(process: PoolProcess<Setup>, exit: ProcessExit): void {
    this.members.splice(this.members.indexOf(process), 1)
    const { pid, label, job } = process
    const expected = this.stopping !== 'no' || process.recycled || process.terminating
    this.parts.tell({ kind: 'exited', pid, label, expected, ...exit })
    // As billiard: a process that left by itself, such as a task's sys.exit(), is no error of the pool's
    if (!expected && exit.code !== 0)
      this.parts.log.error(`Process '${label}' pid:${pid} exited with '${exitInWords(exit)}'`)
    if (job) this.loseJob(process, job, exit)
    if (this.stopping === 'no') this.replace(process, exit)
    if (this.members.length === 0) for (const resolve of this.whenEmpty.splice(0)) resolve()
  }

  private loseJob(process: PoolProcess<Setup>, job: PoolJob, exit: ProcessExit): void {
    process.job = null
    this.endJob(process, job)
    if (this.stopping === 'cold' || process.terminating) job.listener.onTerminated()
    else if (process.accepted) job.listener.onLost(`Worker exited prematurely: ${exitInWords(exit)} Job: ${job.jobId}.`)
    else if (this.stopping === 'no') this.waiting.unshift(job) // never began: another process takes it
  }

  private replace(process: PoolProcess<Setup>, exit: ProcessExit): void {
    if (this.members.length >= this.wanted) return // the pool has shrunk
    if (process.wasLoaded || process.recycled) {
      this.launch()
      return
    }
    this.earlyDeaths += 1
    if (this.earlyDeaths >= earlyDeathsUntilFailed) {
      const message = `pool processes end before they have loaded the code (${exitInWords(exit)})`
      if (this.settle({ kind: 'failed', message })) return
    }
    const delayMs = Math.min(30_000, 500 * 2 ** this.earlyDeaths)
    this.cancelRelaunch ??= this.parts.clock.after(delayMs, () => {
      this.cancelRelaunch = null
      for (let missing = this.wanted - this.members.length; missing > 0; missing--) this.launch()
    })
  }

  private recycleOrReuse(process: PoolProcess<Setup>): void {
    const { maxTasksPerChild } = this
    const isWorn = process.leaves || (maxTasksPerChild !== null && process.jobsDone >= maxTasksPerChild)
    if (this.stopping === 'no' && isWorn) process.recycle()
    this.dispatch()
  }

  private endJob(process: PoolProcess<Setup>, job: PoolJob): void {
    this.timeLimits.end(job)
    this.parts.tell({ kind: 'slot', pid: process.pid, taskId: null })
    if (!this.members.some((member) => member.job)) for (const resolve of this.whenIdle.splice(0)) resolve()
  }

  private dispatch(): void {
    if (this.stopping !== 'no') return
    for (const member of this.members) {
      if (member.state !== 'idle') continue
      const job = this.nextThatMayBegin()
      if (!job) return
      this.writesBySlot.set(member.slot, (this.writesBySlot.get(member.slot) ?? 0) + 1)
      member.run(job)
    }
  }

  /** The lowest that no process has. Celery: billiard/pool.py (_avail_index) */
  private freeSlot(): number {
    const taken = new Set(this.members.map(({ slot }) => slot))
    for (let slot = 0; ; slot++) if (!taken.has(slot)) return slot
  }

  private nextThatMayBegin(): PoolJob | null {
    for (;;) {
      const job = this.waiting.shift()
      if (!job) return null
      if (job.listener.mayBegin()) return job
    }
  }

  /** False when the start was settled before. */
  private settle(start: PoolStart): boolean {
    const settle = this.settleStart
    this.settleStart = null
    settle?.(start)
    return settle !== null
  }
}
