/**
 * Entry of one pool process, forked by its worker: loads the learner's code once, then runs one job after another.
 * The main thread here talks to the worker and to Redis; the code itself runs in a thread of its own. It ends when its
 * worker says so, and at once when its worker is gone.
 */
import type { Writable } from 'node:stream'
import { errorDetail } from '../contract/error-text.js'
import { nodeFormat } from '../engine/cli/node-format.js'
import { poolKindOf, readPoolKind } from '../engine/pool/pool-kind.js'
import {
  overMemoryWords,
  recyclingLimits,
  type RecyclingLimits,
  type RecyclingOptions,
} from '../engine/pool/recycling.js'
import type { PoolToWorker, WorkerToPool } from '../engine/pool/pool-messages.js'
import { Log } from '../engine/ports/log.js'
import { systemClock } from '../engine/ports/system.js'
import { Signals } from '../engine/signals/signals.js'
import { Children } from '../engine/trace/children.js'
import type { TaskRunner } from '../engine/trace/task-runner.js'
import { Continuation } from '../engine/trace/continuation.js'
import { traceTask, type TraceParts } from '../engine/trace/trace.js'
import type { TraceJob } from '../engine/trace/trace-job.js'
import type { PoolNote } from './messages/pool-note.js'
import type { PoolSetup } from './messages/pool-setup.js'
import { tellParent } from './parent.js'
import { createCodeRunner } from './wiring/code-runner.js'
import { LazyApp } from './wiring/lazy-app.js'
import { flushed, logStream, streamSink } from './wiring/stream-sink.js'

class PoolProcess {
  private readonly log: Log
  private readonly logTo: Writable
  private readonly app: LazyApp
  private readonly children = new Children()
  private readonly runner: TaskRunner
  private readonly trace: TraceParts
  private readonly recycling: RecyclingOptions
  private limits: RecyclingLimits = { tasks: null, memoryKiB: null }
  private listenedTo: ReadonlySet<string> = new Set()
  private stopping = false
  private running = false

  constructor(label: string, setup: PoolSetup) {
    const { environment, code, appModule, include = [], nodename, loglevel } = setup
    const { maxMemoryPerChild = null, terminal = false } = setup
    this.recycling = { pool: readPoolKind(setup.pool ?? ''), maxMemoryPerChild }
    const [stderr, stdout] = [streamSink(process.stderr), streamSink(process.stdout)]
    this.logTo = logStreamOf(label, setup)
    const log = new Log({
      processName: label,
      level: loglevel,
      sink: streamSink(this.logTo),
      clock: systemClock,
      terminal,
    })
    this.log = log
    this.app = new LazyApp(environment, this.children, log)
    this.runner = createCodeRunner({
      environment,
      code,
      appModule,
      include,
      nodename,
      loglevel,
      app: this.app.port,
      processName: label,
      terminal,
      onLog: (record) => log.fromCode(record),
      onOutput: (stream, text) => (stream === 'stdout' ? stdout(text) : stderr(text)),
      onChild: (parentId, childId) => this.children.add(parentId, childId),
      onTree: (parentId, tree) => this.children.addTree(parentId, tree),
      onImporting: () => tellEntry({ kind: 'importing' }),
      onExit: (code) => void this.said().then(() => process.exit(code)),
    })
    this.trace = {
      runner: this.runner,
      backend: {
        store: (meta) => this.app.backend.store(meta),
        get: (taskId) => this.app.backend.get(taskId),
      },
      children: this.children,
      continuation: new Continuation({
        runner: this.runner,
        canvas: this.app.canvas,
        children: this.children,
        backend: () => this.app.backend,
        clock: systemClock,
        log,
        inheritPriority: () => this.app.inheritsPriority,
        chordJoinTimeoutSeconds: () => this.app.chordJoinTimeoutSeconds,
      }),
      signals: new Signals(log),
      log,
      clock: systemClock,
      monotonicSeconds: () => performance.now() / 1000,
      nodename,
      pid: process.pid,
    }
  }

  async load(): Promise<void> {
    const loaded = await this.runner.load()
    if (loaded.kind === 'loaded') {
      await this.app.configure(loaded.conf, loaded.tasks)
      this.listenedTo = new Set(loaded.signals)
      this.log.use(loaded.conf)
      if (loaded.ownLogging) this.log.give((record) => this.runner.log?.(record) ?? Promise.resolve())
      this.limits = recyclingLimits(this.recycling, loaded.conf)
      const kind = poolKindOf(this.recycling.pool, loaded.conf)
      if (kind !== 'prefork') this.log.processName = 'MainProcess' // as their tasks' records say in Celery
      await this.signal('worker_process_init', {})
    }
    send(loaded)
  }

  async run(jobId: number, job: TraceJob): Promise<void> {
    this.running = true
    send({ kind: 'accepted', jobId })
    const report = await traceTask(job, this.trace)
    this.running = false
    send({ kind: 'report', jobId, report, leaves: this.usesTooMuch() })
    if (this.stopping) await this.end()
  }

  /** What the system counts for this process: Node and the learner's code together. */
  private usesTooMuch(): boolean {
    const words = overMemoryWords(this.limits, Math.round(process.memoryUsage.rss() / 1024))
    if (words !== null) this.log.warning(words)
    return words !== null
  }

  raiseSoftTimeLimit(): void {
    this.runner.softTimeLimit()
  }

  async stop(): Promise<void> {
    this.stopping = true
    if (!this.running) await this.end()
  }

  fail(what: string, error: unknown): void {
    const text = errorDetail(error)
    this.log.critical(`${what}: ${text}`)
    void this.said().then(() => process.exit(1))
  }

  /** To receivers in the learner's code, when there are any. */
  private async signal(name: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    if (this.listenedTo.has(name)) await this.runner.signal?.(name, JSON.stringify(fields))
  }

  private async end(): Promise<void> {
    await this.signal('worker_process_shutdown', { pid: process.pid, exitcode: 0 })
    await this.app.close()
    await this.said()
    process.exit(0)
  }

  private async said(): Promise<void> {
    await Promise.all([this.logTo, process.stderr, process.stdout].map(flushed))
  }
}

/** `ForkPoolWorker-2` is the second process: `%i` in the name of a log file. */
function logStreamOf(label: string, { logfile = null, nodename }: PoolSetup): Writable {
  return logStream(logfile === null ? null : nodeFormat(logfile, nodename, Number(/\d+$/.exec(label)?.[0] ?? '0')))
}

let poolProcess: PoolProcess | null = null

// Sent by our own worker, built together with this file.
process.on('message', (message: WorkerToPool<PoolSetup>) => {
  switch (message.kind) {
    case 'start': {
      const starting = new PoolProcess(message.label, message.setup)
      poolProcess = starting
      starting.load().catch((error: unknown) => starting.fail('The code could not be loaded', error))
      return
    }
    case 'job': {
      const busy = poolProcess
      busy?.run(message.jobId, message.job).catch((error: unknown) => busy.fail('The pool process broke', error))
      return
    }
    case 'soft-time-limit':
      poolProcess?.raiseSoftTimeLimit()
      return
    case 'stop': {
      const ending = poolProcess
      ending?.stop().catch((error: unknown) => ending.fail('The pool process broke', error))
    }
  }
})
// The worker is gone, by whatever end: nobody would hear of a result, so there must be none.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL')) // exit() would wait for the thread and its code
// As Celery's children: Ctrl+C in a terminal reaches the whole group, and the worker decides what it means.
process.on('SIGINT', () => {})
process.on('SIGQUIT', () => {})

function send(message: PoolToWorker): void {
  tellParent(message)
}

function tellEntry(note: PoolNote): void {
  tellParent(note)
}
