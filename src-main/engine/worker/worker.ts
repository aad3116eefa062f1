/**
 * A worker: loads the code into its pool, connects, and runs what its queues hold until it is told to stop.
 * Everything it needs of the world comes in as parts. Celery: celery/worker/worker.py, celery/apps/worker.py
 */
import { Blueprint, type Bootstep } from '../bootsteps/blueprint.js'
import { commands } from '../control/commands.js'
import { Mailbox } from '../control/mailbox.js'
import { isErrorOfType } from '../errors.js'
import { EventDispatcher } from '../events/dispatcher.js'
import { Heartbeat } from '../events/heartbeat.js'
import { LamportClock } from '../events/lamport-clock.js'
import type { QueueName } from '../ids.js'
import type { LoadedCode, RefusedCode } from '../pool/pool-messages.js'
import { Prefork, type PoolFact } from '../pool/prefork.js'
import type { Clock, Ids } from '../ports/clock.js'
import { inBackground } from '../ports/in-background.js'
import { asctime, withTraceback, type Log } from '../ports/log.js'
import type { ProcessLauncher } from '../ports/process-launcher.js'
import type { ResultBackend } from '../result-backend/result-meta.js'
import { Signals } from '../signals/signals.js'
import type { Channel } from '../transport/channel.js'
import { banner, maskPassword, platformName } from './banner.js'
import { ConnectionStep } from './consumer/connection-step.js'
import { GossipStep } from './consumer/gossip-step.js'
import { MingleStep } from './consumer/mingle-step.js'
import { RedeliveryStep } from './consumer/redelivery-step.js'
import { TasksStep } from './consumer/tasks-step.js'
import { controlledWorker } from './controlled-worker.js'
import { taskSettings, type TaskSettings } from './request/task-settings.js'
import { WorkerState } from './worker-state.js'

export interface WorkerOptions {
  readonly nodename: string
  readonly concurrency: number
  readonly queues: readonly string[]
  /** null: the app's `worker_send_task_events`. */
  readonly taskEvents: boolean | null
  readonly prefetchMultiplier: number | null
  readonly maxTasksPerChild: number | null
  readonly timeLimitSeconds: number | null
  readonly softTimeLimitSeconds: number | null
  readonly mingle: boolean
  readonly gossip: boolean
  readonly heartbeat: boolean
}

/** What a worker connects to once it knows the app's settings. */
export interface Broker {
  readonly channel: Channel
  readonly backend: ResultBackend
  readonly transportUrl: string
  readonly resultsUrl: string
  readonly acceptContent: ReadonlySet<string>
}

export interface WorkerParts<Setup> {
  readonly options: WorkerOptions
  readonly launcher: ProcessLauncher
  readonly poolSetup: Setup
  readonly connect: (conf: Readonly<Record<string, unknown>>) => Broker
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** stdout, for the banner. */
  readonly print: (text: string) => void
  readonly tell: (fact: PoolFact) => void
  readonly pid: number
}

export type WorkerStart =
  | { readonly kind: 'ready'; readonly tasks: readonly string[]; readonly fingerprint: string }
  | { readonly kind: 'refused'; readonly refused: RefusedCode }
  | { readonly kind: 'failed'; readonly message: string }
  /** It was told to stop before it was ready. */
  | { readonly kind: 'stopped' }

/** Everything that exists only while the worker consumes. */
interface Running {
  readonly broker: Broker
  readonly blueprint: Blueprint
  readonly connection: ConnectionStep
  readonly tasks: TasksStep
  readonly events: EventDispatcher
}

export class Worker<Setup> {
  readonly signals: Signals
  /** Settles with the exit code when the worker has stopped, whoever asked it to. */
  readonly stopped: Promise<number>
  private readonly parts: WorkerParts<Setup>
  private readonly state: WorkerState
  private readonly lamport = new LamportClock()
  private readonly pool: Prefork<Setup>
  private running: Running | null = null
  private stopping: 'no' | 'warm' | 'cold' = 'no'
  private settleStopped: (exitCode: number) => void = () => {}

  constructor(parts: WorkerParts<Setup>) {
    this.parts = parts
    this.signals = new Signals(parts.log)
    this.state = new WorkerState(parts.clock)
    const { launcher, poolSetup: setup, clock, log, tell } = parts
    const { concurrency, maxTasksPerChild } = parts.options
    this.pool = new Prefork({ launcher, setup, concurrency, maxTasksPerChild, clock, log, tell })
    this.stopped = new Promise((resolve) => (this.settleStopped = resolve))
  }

  /** The pool goes first: code that does not load never takes a message. */
  async start(): Promise<WorkerStart> {
    const { nodename } = this.parts.options
    this.signals.send('worker_init', { hostname: nodename })
    const start = await this.pool.start()
    if (this.isStopping) return { kind: 'stopped' }
    if (start.kind !== 'loaded') {
      await this.pool.stop('cold')
      return start
    }
    try {
      await this.consume(start.code)
    } catch (error) {
      if (!this.isStopping) throw error // a connection that was closed under a step that was starting
    }
    if (this.isStopping) return { kind: 'stopped' }
    const tasks = taskNames(start.code)
    this.signals.send('worker_ready', { hostname: nodename, tasks })
    return { kind: 'ready', tasks, fingerprint: start.code.fingerprint }
  }

  /** A second, colder call may overtake the first. */
  async stop(how: 'warm' | 'cold', exitCode = 0): Promise<void> {
    if (this.stopping === 'cold' || this.stopping === how) return
    const alreadyWarm = this.stopping === 'warm'
    this.stopping = how
    this.signals.send('worker_shutting_down', { how })
    if (how === 'cold') this.pool.killRunning()
    if (alreadyWarm) return // the warm stop under way ends as soon as nothing runs any more
    try {
      await this.shutDown()
    } catch (error) {
      // With the broker away there is nothing to give back to it: what is unacked stays so and comes again.
      this.parts.log.error(withTraceback(`The shutdown was not complete: ${String(error)}`, error))
    }
    this.signals.send('worker_shutdown', { exitCode })
    this.settleStopped(exitCode)
  }

  private async shutDown(): Promise<void> {
    const { running } = this
    await running?.blueprint.stop()
    await this.pool.finishRunning()
    await this.pool.stop(this.stopping === 'cold' ? 'cold' : 'warm')
    await running?.tasks.restoreUnacked()
    await running?.events.settled()
    await running?.broker.channel.close()
    await running?.broker.backend.close()
  }

  /** For a process that has to end this instant: its children go first. */
  killChildren(): void {
    this.pool.killAll()
  }

  private get isStopping(): boolean {
    return this.stopping !== 'no'
  }

  /** As Celery: when the link breaks while the steps start, all of them start again, on a new one. */
  private async consume(code: LoadedCode): Promise<void> {
    for (let first = true; ; first = false) {
      try {
        return await this.startConsumer(code, first)
      } catch (error) {
        const wasConnected = this.running?.connection.wasMade === true
        if (this.isStopping || !wasConnected || !isErrorOfType(error, 'OperationalError')) throw error
        await this.giveUpConsumer()
      }
    }
  }

  private async giveUpConsumer(): Promise<void> {
    const { running } = this
    await running?.blueprint.stop()
    await running?.broker.channel.close()
    await running?.broker.backend.close()
  }

  private async startConsumer(code: LoadedCode, withBanner: boolean): Promise<void> {
    const { clock, ids, log, connect, print, pid, options } = this.parts
    const broker = connect(code.conf)
    const { channel } = broker
    const { nodename } = options
    const taskEvents = options.taskEvents ?? code.conf['worker_send_task_events'] === true
    if (withBanner) print(this.bannerFor(code, broker, taskEvents))
    const dispatcher = { channel, nodename, pid, clock, lamport: this.lamport, ids, log }
    const events = new EventDispatcher(dispatcher, taskEvents)
    const heart = new Heartbeat(events, clock, () => ({
      active: this.state.active.size,
      processed: this.state.processed,
    }))
    const tasks = this.tasksStep(code, broker, events)
    const connection = this.connectionStep(broker, tasks)
    const steps = [connection, ...this.stepsAfter(code, broker, events, heart), tasks]
    const blueprint = new Blueprint('Consumer', steps, log)
    this.running = { broker, blueprint, connection, tasks, events }
    await blueprint.start()
  }

  private connectionStep({ channel, transportUrl }: Broker, tasks: TasksStep): ConnectionStep {
    const { clock, log } = this.parts
    return new ConnectionStep({
      channel,
      address: maskPassword(transportUrl),
      clock,
      log,
      isStopping: () => this.isStopping,
      onLost: () => tasks.forgetWaiting(),
      onGivenUp: () => inBackground('the stop without a broker', this.stop('cold', 1), log),
    })
  }

  /** Between the connection and the tasks. */
  private stepsAfter(
    code: LoadedCode,
    { channel }: Broker,
    events: EventDispatcher,
    heart: Heartbeat,
  ): readonly Bootstep[] {
    const { clock, ids, log, options } = this.parts
    const { nodename } = options
    const { lamport, state } = this
    const shared = { channel, nodename, lamport, clock, ids, log, state }
    const worker = controlledWorker({
      nodename,
      lamport,
      state,
      taskNames: taskNames(code),
      events,
      heart,
      shutDown: () => {
        log.warning('Got shutdown from remote')
        inBackground('the shutdown asked for by remote control', this.stop('warm'), log)
      },
    })
    const mailbox = new Mailbox({ ...shared, worker, panel: commands })
    const heartStep: Bootstep = {
      name: 'Heart',
      start: () => Promise.resolve(heart.start()),
      stop: () => Promise.resolve(heart.stop()),
    }
    const ready: Bootstep = {
      name: 'event loop',
      start: () => Promise.resolve(log.info(`${nodename} ready.`)), // As Celery: said before the first message is taken
    }
    const control: Bootstep = { name: 'Control', start: () => mailbox.start(), stop: () => mailbox.stop() }
    return [
      new RedeliveryStep(shared),
      ...(options.heartbeat ? [heartStep] : []),
      ...(options.mingle ? [new MingleStep(shared)] : []),
      control,
      ...(options.gossip ? [new GossipStep(shared)] : []),
      ready,
    ]
  }

  private tasksStep(code: LoadedCode, broker: Broker, events: EventDispatcher): TasksStep {
    const { clock, log, options } = this.parts
    const { nodename } = options
    const byName = new Map(code.tasks.map((task) => [task.name, task]))
    const conf = withLimits(code.conf, options)
    const known = new Map<string, TaskSettings>()
    const settingsOf = (name: string): TaskSettings => {
      const settings = known.get(name) ?? taskSettings(byName.get(name), conf)
      known.set(name, settings)
      return settings
    }
    const { state, signals, pool } = this
    return new TasksStep({
      channel: broker.channel,
      queues: options.queues as readonly QueueName[], // names from the command line or the lab
      prefetchCount: this.prefetchCount(code),
      acceptContent: broker.acceptContent,
      pool,
      isRegistered: (name) => byName.has(name),
      settingsOf,
      state,
      clock,
      log,
      forRequests: { nodename, state, backend: broker.backend, events, signals, clock, log },
    })
  }

  /** As Celery: `--prefetch-multiplier=0` is ignored, the setting 0 means no limit. */
  private prefetchCount(code: LoadedCode): number {
    const setting = code.conf['worker_prefetch_multiplier']
    const multiplier = this.parts.options.prefetchMultiplier || (typeof setting === 'number' ? setting : 4)
    return multiplier * this.parts.options.concurrency
  }

  private bannerFor(code: LoadedCode, broker: Broker, taskEvents: boolean): string {
    const { options, clock, log } = this.parts
    const shown = log.level === 'DEBUG' || log.level === 'INFO'
    return banner({
      nodename: options.nodename,
      app: `${code.appName}:0x${code.fingerprint.slice(0, 12)}`,
      transport: maskPassword(broker.transportUrl),
      results: maskPassword(broker.resultsUrl),
      concurrency: options.concurrency,
      taskEvents,
      queues: options.queues,
      tasks: shown ? taskNames(code) : null,
      platform: platformName(),
      startedAt: asctime(clock.nowMs()).slice(0, 19),
    })
  }
}

function taskNames(code: LoadedCode): readonly string[] {
  return code.tasks.map((task) => task.name).sort()
}

/** The command line's limits stand for the settings. */
function withLimits(conf: LoadedCode['conf'], options: WorkerOptions): LoadedCode['conf'] {
  return {
    ...conf,
    ...(options.timeLimitSeconds === null ? {} : { task_time_limit: options.timeLimitSeconds }),
    ...(options.softTimeLimitSeconds === null ? {} : { task_soft_time_limit: options.softTimeLimitSeconds }),
  }
}
