/** The prefork pool with processes that are played: all tests use the player, the job and the listener below, so they stand together. */
import { describe, expect, it } from 'vitest'
import type { PoolToWorker } from '../../../src-main/engine/pool/pool-messages.js'
import type { PoolJobListener } from '../../../src-main/engine/pool/pool-process.js'
import { Prefork, type PoolFact, type PreforkParts } from '../../../src-main/engine/pool/prefork.js'
import { Log } from '../../../src-main/engine/ports/log.js'
import type { LaunchedProcess } from '../../../src-main/engine/ports/process-launcher.js'
import type { TraceJob } from '../../../src-main/engine/trace/trace-job.js'
import { HeldClock } from '../../support/held-clock.js'

/** A pool process that a test plays: it hears what the pool sends and says what the test says. */
class PlayedProcess implements LaunchedProcess {
  readonly pid: number
  readonly label: string
  readonly heard: { readonly kind: string; readonly jobId?: number }[] = []
  killedBy: string | null = null
  private toPool: (message: unknown) => void = () => {}
  private onEnd: (exit: { code: number | null; signal: string | null }) => void = () => {}

  constructor(pid: number, label: string) {
    this.pid = pid
    this.label = label
  }
  send(message: unknown): void {
    this.heard.push(message as { kind: string })
  }
  onMessage(listener: (message: unknown) => void): void {
    this.toPool = listener
  }
  onExit(listener: (exit: { code: number | null; signal: string | null }) => void): void {
    this.onEnd = listener
  }
  kill(signal: string): void {
    this.killedBy = signal
    this.onEnd({ code: null, signal })
  }
  says(message: PoolToWorker): void {
    this.toPool(message)
  }
  loads(): void {
    this.says({ kind: 'loaded', tasks: [], appName: 'tasks', conf: {}, fingerprint: 'f' })
  }
  exits(exit: { code: number | null; signal: string | null }): void {
    this.onEnd(exit)
  }
  get jobs(): readonly number[] {
    return this.heard.flatMap((message) =>
      message.jobId !== undefined && message.kind === 'job' ? [message.jobId] : [],
    )
  }
}

function setUp(change: Partial<PreforkParts<null>> = {}) {
  const clock = new HeldClock(0)
  const processes: PlayedProcess[] = []
  const lines: string[] = []
  const facts: PoolFact[] = []
  const log = new Log({
    processName: 'MainProcess',
    level: 'INFO',
    sink: (text) => {
      lines.push(text.replace(/^\[.*?: (.*?)\] /, '$1 ').trimEnd())
      return Promise.resolve()
    },
    clock,
  })
  const pool = new Prefork<null>({
    launcher: {
      launch: (label) => {
        const launched = new PlayedProcess(100 + processes.length, label)
        processes.push(launched)
        return launched
      },
    },
    setup: null,
    concurrency: 2,
    recycling: {},
    clock,
    log,
    tell: (fact) => facts.push(fact),
    ...change,
  })
  return { pool, clock, processes, lines, facts }
}

function job(taskId: string): TraceJob {
  return {
    taskName: 'tasks.add',
    displayName: 'tasks.add',
    taskId,
    argsJson: '[]',
    kwargsJson: '{}',
    requestJson: '{}',
    groupId: null,
    parentId: null,
    retries: 0,
    queue: 'celery',
    ignoreResult: false,
    storeErrorsEvenIfIgnored: false,
    trackStarted: false,
    resultExtended: false,
    deduplicates: false,
    continues: false,
  }
}

function listener(told: string[], change: Partial<PoolJobListener> = {}): PoolJobListener {
  return {
    mayBegin: () => true,
    onAccepted: ({ pid }) => told.push(`accepted by ${pid}`),
    onSoftTimeLimit: (seconds) => told.push(`soft ${seconds}`),
    onReport: (report) => told.push(`report ${report.kind}`),
    onLost: (message) => told.push(`lost: ${message}`),
    onHardTimeLimit: (seconds) => told.push(`hard ${seconds}`),
    onTerminated: () => told.push('terminated'),
    ...change,
  }
}

const noLimits = { soft: null, hard: null }
const success = { kind: 'success', resultRepr: '5', runtimeSeconds: 0.1 } as const

describe('the prefork pool', () => {
  it('counts the jobs of each place, also of processes that were replaced', () => {
    const { pool, processes } = setUp()
    void pool.start()
    for (const process of processes) process.loads()
    expect(pool.writes).toEqual([])
    pool.apply(job('a'), noLimits, listener([]))
    pool.apply(job('b'), noLimits, listener([]))
    processes[0]!.exits({ code: null, signal: 'SIGKILL' })
    processes[2]!.loads()
    pool.apply(job('c'), noLimits, listener([]))
    expect(pool.writes).toEqual([2, 1])
  })

  it('starts with the first process that has loaded the code', async () => {
    const { pool, processes } = setUp()
    const started = pool.start()
    expect(processes.map(({ label }) => label)).toEqual(['ForkPoolWorker-1', 'ForkPoolWorker-2'])
    processes[1]!.loads()
    expect(await started).toMatchObject({ kind: 'loaded', code: { appName: 'tasks' } })
  })

  it('does not start with code that is refused', async () => {
    const { pool, processes } = setUp()
    const started = pool.start()
    const error = { type: 'SyntaxError', message: 'bad', file: 'tasks.py', line: 3, column: null, traceback: 'T' }
    processes[0]!.says({ kind: 'refused', error, fingerprint: 'f' })
    expect(await started).toMatchObject({ kind: 'refused', refused: { error: { line: 3 } } })
    await pool.stop('cold')
    expect(processes.every(({ killedBy }) => killedBy === 'SIGKILL')).toBe(true)
  })

  it('says so when its processes end before they have loaded anything', async () => {
    const { pool, processes, clock } = setUp()
    const started = pool.start()
    for (let n = 0; n < 3; n++) {
      for (const launched of [...processes]) if (launched.killedBy === null) launched.exits({ code: 7, signal: null })
      clock.advance(60_000)
    }
    expect(await started).toMatchObject({ kind: 'failed', message: expect.stringContaining('exitcode 7') })
  })

  it('gives waiting jobs to idle processes in order of arrival', async () => {
    const { pool, processes } = setUp()
    const started = pool.start()
    for (const launched of processes) launched.loads()
    await started
    const told: string[] = []
    for (const id of ['a', 'b', 'c', 'd']) pool.apply(job(id), noLimits, listener(told))
    expect(processes.map(({ jobs }) => jobs)).toEqual([[0], [1]])
    processes[1]!.says({ kind: 'accepted', jobId: 1 })
    processes[1]!.says({ kind: 'report', jobId: 1, report: success })
    expect(processes.map(({ jobs }) => jobs)).toEqual([[0], [1, 2]])
    expect(told).toEqual(['accepted by 101', 'report success'])
  })

  it('asks a waiting job again before it begins, and passes over one that may not', async () => {
    const { pool, processes } = setUp({ concurrency: 1 })
    const started = pool.start()
    processes[0]!.loads()
    await started
    pool.apply(job('a'), noLimits, listener([]))
    pool.apply(job('revoked'), noLimits, listener([], { mayBegin: () => false }))
    pool.apply(job('c'), noLimits, listener([]))
    processes[0]!.says({ kind: 'report', jobId: 0, report: success })
    expect(processes[0]!.jobs).toEqual([0, 2])
  })

  it('tells a job that began that its process was killed, in billiard words, and replaces the process', async () => {
    const { pool, processes, lines, facts } = setUp({ concurrency: 1 })
    const started = pool.start()
    processes[0]!.loads()
    await started
    const told: string[] = []
    pool.apply(job('victim'), noLimits, listener(told))
    processes[0]!.says({ kind: 'accepted', jobId: 0 })
    processes[0]!.exits({ code: null, signal: 'SIGKILL' })
    expect(told).toEqual(['accepted by 100', 'lost: Worker exited prematurely: signal 9 (SIGKILL) Job: 0.'])
    expect(lines).toEqual(["ERROR/MainProcess Process 'ForkPoolWorker-1' pid:100 exited with 'signal 9 (SIGKILL)'"])
    expect(processes.map(({ label }) => label)).toEqual(['ForkPoolWorker-1', 'ForkPoolWorker-2'])
    expect(facts).toContainEqual({
      kind: 'exited',
      pid: 100,
      label: 'ForkPoolWorker-1',
      expected: false,
      code: null,
      signal: 'SIGKILL',
    })
  })

  it('gives a job that had not begun to another process', async () => {
    const { pool, processes } = setUp({ concurrency: 1 })
    const started = pool.start()
    processes[0]!.loads()
    await started
    const told: string[] = []
    pool.apply(job('a'), noLimits, listener(told))
    processes[0]!.exits({ code: null, signal: 'SIGKILL' })
    processes[1]!.loads()
    expect(processes[1]!.jobs).toEqual([0])
    expect(told).toEqual([])
  })

  it('raises the soft limit in the process, and kills it at the hard one', async () => {
    const { pool, processes, clock } = setUp({ concurrency: 1 })
    const started = pool.start()
    processes[0]!.loads()
    await started
    const told: string[] = []
    pool.apply(job('slow'), { soft: 1, hard: 3 }, listener(told))
    clock.advance(10_000)
    expect(told).toEqual([]) // it has not begun, so no time has passed for it
    processes[0]!.says({ kind: 'accepted', jobId: 0 })
    clock.advance(1_000)
    expect(processes[0]!.heard.at(-1)).toEqual({ kind: 'soft-time-limit', jobId: 0 })
    clock.advance(2_000)
    expect(told).toEqual(['accepted by 100', 'soft 1', 'hard 3'])
    expect(processes[0]!.killedBy).toBe('SIGKILL')
    expect(processes).toHaveLength(2)
  })

  it('takes its timers along when a job ends in time', async () => {
    const { pool, processes, clock } = setUp({ concurrency: 1 })
    const started = pool.start()
    processes[0]!.loads()
    await started
    pool.apply(job('quick'), { soft: 1, hard: 3 }, listener([]))
    processes[0]!.says({ kind: 'accepted', jobId: 0 })
    processes[0]!.says({ kind: 'report', jobId: 0, report: success })
    expect(clock.pending).toBe(0)
  })

  it('replaces a process after its number of tasks', async () => {
    const { pool, processes, lines } = setUp({ concurrency: 1, recycling: { maxTasksPerChild: 1 } })
    const started = pool.start()
    processes[0]!.loads()
    await started
    pool.apply(job('a'), noLimits, listener([]))
    pool.apply(job('b'), noLimits, listener([]))
    processes[0]!.says({ kind: 'report', jobId: 0, report: success })
    expect(processes[0]!.heard.at(-1)).toEqual({ kind: 'stop' })
    processes[0]!.exits({ code: 0, signal: null })
    processes[1]!.loads()
    expect(processes[1]!.jobs).toEqual([1])
    expect(lines).toEqual([])
  })

  it('warm: lets what runs end, drops what waits, and leaves no process', async () => {
    const { pool, processes } = setUp({ concurrency: 1 })
    const started = pool.start()
    processes[0]!.loads()
    await started
    const told: string[] = []
    pool.apply(job('running'), noLimits, listener(told))
    pool.apply(job('waiting'), noLimits, listener(told))
    processes[0]!.says({ kind: 'accepted', jobId: 0 })
    const finished = pool.finishRunning()
    processes[0]!.says({ kind: 'report', jobId: 0, report: success })
    await finished
    const stopped = pool.stop('warm')
    expect(processes[0]!.heard.at(-1)).toEqual({ kind: 'stop' })
    processes[0]!.exits({ code: 0, signal: null })
    await stopped
    expect(told).toEqual(['accepted by 100', 'report success'])
    expect(pool.processes).toEqual([])
  })

  it('cold: ends what runs', async () => {
    const { pool, processes } = setUp({ concurrency: 1 })
    const started = pool.start()
    processes[0]!.loads()
    await started
    const told: string[] = []
    pool.apply(job('running'), noLimits, listener(told))
    processes[0]!.says({ kind: 'accepted', jobId: 0 })
    await pool.stop('cold')
    expect(told).toEqual(['accepted by 100', 'terminated'])
    expect(processes).toHaveLength(1)
  })
})
