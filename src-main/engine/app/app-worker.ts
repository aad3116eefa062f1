/**
 * A worker started by a program: `await app.worker({ concurrency: 4 }).start()`. Its tasks are the functions of the app,
 * run in this process, or whatever the pool it is given loads. Celery: celery/apps/worker.py
 */
import { cpus, hostname } from 'node:os'
import { nodenameOf } from '../cli/option-values.js'
import type { PoolFact } from '../pool/prefork.js'
import { Queues } from '../message/queues.js'
import { Log, type LogSink } from '../ports/log.js'
import type { LogLevel } from '../ports/log-record.js'
import type { ProcessLauncher } from '../ports/process-launcher.js'
import { acceptedTypes } from '../serialization/registry.js'
import type { Signals } from '../signals/signals.js'
import { Worker as EngineWorker } from '../worker/worker.js'
import type { Broker } from '../worker/worker-parts.js'
import { tellMainCode } from '../worker/main-code.js'
import { hostSignalNames } from './code-signals.js'
import { callReceived } from './apply-signature.js'
import { inProcessLauncher } from './in-process-pool.js'
import { backendFor, channelFor } from './open-broker.js'
import { memberOf, type MemberApp } from './pool-member.js'
import { ProcessCode } from './process-code.js'

/** Processes that a host provides, as node-host does for modules in files. */
export interface WorkerPool {
  readonly launcher: ProcessLauncher
  /** What each of its processes is told to load. */
  readonly setup: unknown
}

export interface AppWorkerOptions {
  /** `w1`, `w1@%h` or `celery@host`. */
  readonly hostname?: string
  /** Tasks at a time. Default: `worker_concurrency`; else 1 in this process, the number of processors with a pool of processes. */
  readonly concurrency?: number
  /** Default: all that the app knows: those of `task_queues`, or the default queue alone. */
  readonly queues?: readonly string[]
  readonly loglevel?: LogLevel
  /** Default: this process' stderr. */
  readonly log?: LogSink
  /** Default: no banner. */
  readonly print?: (text: string) => void
  readonly taskEvents?: boolean
  readonly prefetchMultiplier?: number
  readonly maxTasksPerChild?: number
  /** Seconds. */
  readonly timeLimit?: number
  /** Seconds. */
  readonly softTimeLimit?: number
  readonly mingle?: boolean
  readonly gossip?: boolean
  readonly heartbeat?: boolean
  readonly pool?: WorkerPool
  /** What happens to the pool's processes. */
  readonly tell?: (fact: PoolFact) => void
}

export class AppWorker {
  /** `celery@host` */
  readonly nodename: string
  private readonly worker: EngineWorker<unknown>
  private readonly code: ProcessCode
  private readonly app: MemberApp
  private readonly hasPool: boolean

  constructor(app: MemberApp, options: AppWorkerOptions = {}) {
    const { clock, ids } = app.ports
    const { loglevel: level = 'WARNING', log: sink = toStderr, pool } = options
    this.app = app
    this.hasPool = pool !== undefined
    this.nodename = nodenameOf(options.hostname ?? null, hostname())
    const log = new Log({ processName: 'MainProcess', level, sink, clock })
    this.worker = new EngineWorker<unknown>({
      options: workerOptions(options, this.nodename),
      launcher: pool?.launcher ?? inProcessLauncher(() => memberOf(app, this.nodename, log)),
      poolSetup: pool?.setup ?? null,
      connect: () => brokerOf(app, log),
      clock,
      ids,
      log,
      print: options.print ?? (() => {}),
      tell: options.tell ?? (() => {}),
      pid: process.pid,
      appModule: app.name,
    })
    this.code = new ProcessCode(app, log)
    const code = { signals: hostSignalNames }
    tellMainCode(this.code, { signals: this.worker.signals, code, nodename: this.nodename, log })
  }

  get signals(): Signals {
    return this.worker.signals
  }

  /** Settles with the exit code when the worker has stopped, whoever asked it to. */
  get stopped(): Promise<number> {
    return this.worker.stopped
  }

  /** Settles when the worker consumes, with the names of its tasks. */
  async start(): Promise<readonly string[]> {
    await this.code.start(this.nodename)
    if (!this.hasPool) await this.app.signals.workerProcessInit.send(null, {})
    const start = await this.worker.start()
    switch (start.kind) {
      case 'ready':
        return start.tasks
      case 'refused':
        throw new Error(`the worker did not start, its code cannot be loaded:\n${start.refused.error.traceback}`)
      case 'failed':
        throw new Error(`the worker did not start: ${start.message}`)
      case 'stopped':
        throw new Error('the worker was stopped before it was ready')
    }
  }

  /** Warm: what runs may end, what waits goes back to its queue. Cold: what runs is given up. */
  async stop(how: 'warm' | 'cold' = 'warm'): Promise<void> {
    await this.worker.stop(how)
    await this.stopped
    await this.code.close()
  }
}

function workerOptions(
  given: AppWorkerOptions,
  nodename: string,
): ConstructorParameters<typeof EngineWorker>[0]['options'] {
  return {
    nodename,
    concurrency: given.concurrency ?? (given.pool ? cpus().length : 1),
    concurrencyIsDefault: given.concurrency === undefined,
    queues: given.queues ?? null,
    taskEvents: given.taskEvents ?? null,
    prefetchMultiplier: given.prefetchMultiplier ?? null,
    maxTasksPerChild: given.maxTasksPerChild ?? null,
    timeLimitSeconds: given.timeLimit ?? null,
    softTimeLimitSeconds: given.softTimeLimit ?? null,
    mingle: given.mingle ?? true,
    gossip: given.gossip ?? true,
    heartbeat: given.heartbeat ?? true,
  }
}

/** Connections of the worker's own: it closes them when it stops, and the app may go on sending. */
function brokerOf(app: MemberApp, log: Log): Broker {
  const settings = app.conf
  const ports = { ...app.ports, log }
  const queues = new Queues(settings)
  return {
    channel: channelFor(settings, queues, ports, 'read'),
    backend: backendFor(settings, ports),
    transportUrl: settings.broker_url ?? '',
    resultsUrl: settings.result_backend ?? 'disabled://',
    acceptContent: acceptedTypes(settings.accept_content),
    queues,
    callTask: (signature) => callReceived(signature, { app, uuid: () => app.ports.ids.uuid() }),
  }
}

function toStderr(text: string): Promise<void> {
  process.stderr.write(text)
  return Promise.resolve()
}
