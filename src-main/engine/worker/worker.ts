/**
 * A worker: loads the code into its pool, connects, and runs what its queues hold until it is told to stop.
 * Everything it needs of the world comes in as parts. Celery: celery/worker/worker.py, celery/apps/worker.py
 */
import { resolve } from 'node:path'
import { warnOfSettingsWithoutEffect } from '../control/settings-without-effect.js'
import { isErrorOfType } from '../errors.js'
import { LamportClock } from '../events/lamport-clock.js'
import type { LoadedCode } from '../pool/pool-messages.js'
import { poolAs } from '../pool/inline-pool.js'
import { poolKindOf, unknownPoolWords, type PoolKind } from '../pool/pool-kind.js'
import { Prefork } from '../pool/prefork.js'
import { inBackground } from '../ports/in-background.js'
import { withTraceback } from '../ports/log.js'
import { sleep } from '../ports/sleep.js'
import { Signals } from '../signals/signals.js'
import { taskNames, withDirectQueue } from './code-facts.js'
import { assembleConsumer, type Consumer } from './consumer/assemble-consumer.js'
import { cry } from './cry.js'
import { softShutdownSeconds } from './soft-shutdown.js'
import { needsMainCode, tellMainCode, type MainCode } from './main-code.js'
import { StateDb } from './state-db.js'
import { MemorySamples } from './memory-samples.js'
import { isUnrecoverable, unrecoverableWords } from './unrecoverable.js'
import { workerBanner } from './worker-banner.js'
import type { EmbeddedBeat, WorkerOptions, WorkerParts, WorkerStart } from './worker-parts.js'
import { WorkerState } from './worker-state.js'

/** As Celery's SHUTDOWN_SOCKET_TIMEOUT. */
const storingPatienceMs = 5_000

export class Worker<Setup> {
  readonly signals: Signals
  /** Settles with the exit code when the worker has stopped, whoever asked it to. */
  readonly stopped: Promise<number>
  private readonly parts: WorkerParts<Setup>
  private readonly state: WorkerState
  private readonly lamport = new LamportClock()
  private readonly memory = new MemorySamples()
  private readonly startedAtMs: number
  private readonly pool: Prefork<Setup>
  private stateDb: StateDb | null = null
  private beat: EmbeddedBeat | null = null
  private mainCode: MainCode | null = null
  private running: Consumer | null = null
  private stopping: 'no' | 'warm' | 'cold' = 'no'
  private exitCode = 0
  private settleStopped: (exitCode: number) => void = () => {}

  constructor(parts: WorkerParts<Setup>) {
    this.parts = parts
    this.signals = new Signals(parts.log)
    this.state = new WorkerState(parts.clock)
    this.startedAtMs = parts.clock.nowMs()
    const { launcher, poolSetup: setup, clock, log, tell } = parts
    const { autoscale, pool: kind } = parts.options
    // As long as only the code knows how many there are to be, the one that loads it is enough.
    const size = kind === 'solo' || parts.options.concurrencyIsDefault ? 1 : parts.options.concurrency
    const concurrency = autoscale ? Math.max(1, autoscale.min) : size // the first one loads the code
    this.pool = new Prefork({ launcher, setup, concurrency, recycling: parts.options, clock, log, tell })
    this.stopped = new Promise((resolve) => (this.settleStopped = resolve))
  }

  /** The pool goes first: code that does not load never takes a message. */
  async start(): Promise<WorkerStart> {
    const { nodename } = this.parts.options
    const start = await this.pool.start()
    if (this.isStopping) return { kind: 'stopped' }
    if (start.kind !== 'loaded') {
      await this.pool.stop('cold')
      return start
    }
    const kind = poolKindOf(this.parts.options.pool, start.code.conf)
    if (kind === null) {
      await this.pool.stop('cold')
      return { kind: 'failed', message: `worker_pool: ${unknownPoolWords(String(start.code.conf['worker_pool']))}` }
    }
    this.parts.log.use(start.code.conf)
    warnOfSettingsWithoutEffect(start.code.conf, this.parts.log)
    await this.startMainCode(start.code)
    this.signals.send('worker_init', { hostname: nodename })
    this.openStateDb(start.code)
    try {
      await this.consume(start.code, kind)
    } catch (error) {
      // In a stop it is a connection that was closed under a step that was starting.
      if (!this.isStopping) await this.endUnrecoverably(error)
    }
    if (this.isStopping) return { kind: 'stopped' }
    const tasks = taskNames(start.code)
    this.signals.send('worker_ready', { hostname: nodename, tasks })
    return { kind: 'ready', tasks, fingerprint: start.code.fingerprint }
  }

  private async endUnrecoverably(error: unknown): Promise<void> {
    if (!isUnrecoverable(error)) throw error
    this.parts.log.critical(unrecoverableWords(error))
    await this.end('warm', 1)
  }

  private async startMainCode(code: LoadedCode): Promise<void> {
    const { mainCode, beat, options, log } = this.parts
    if (mainCode === undefined || !needsMainCode(code, beat !== undefined)) return
    this.mainCode = await mainCode(code)
    tellMainCode(this.mainCode, { signals: this.signals, code, nodename: options.nodename, log })
  }

  private openStateDb(code: LoadedCode): void {
    const setting = code.conf['worker_state_db']
    const file = this.parts.options.statedb ?? (typeof setting === 'string' ? setting : null)
    if (file === null || file === '') return
    const { lamport, state } = this
    this.stateDb = new StateDb(resolve(this.parts.folder ?? '.', file), {
      revoked: state.revoked,
      lamport,
      log: this.parts.log,
    })
    this.stateDb.open()
  }

  /**
   * The soft part of a cold stop: nothing new begins, what runs may go on until the time is over. As Celery: the whole
   * time, also when everything has ended before.
   */
  async softShutdown(): Promise<void> {
    const { running, state } = this
    const seconds = this.stopping === 'cold' || !running ? 0 : softShutdownSeconds(running.conf, state.active.size)
    if (seconds === 0) return
    this.parts.log.warning(`Initiating Soft Shutdown, terminating in ${seconds} seconds`)
    inBackground(
      'the end of consuming',
      Promise.all([running?.tasks.stop(), this.pool.finishRunning()]),
      this.parts.log,
    )
    await sleep(this.parts.clock, seconds * 1000)
  }

  /** What runs ends now; what of it acks late comes again. */
  cancelRunning(): void {
    this.pool.killRunning()
  }

  private startBeat(code: LoadedCode): void {
    const { beat } = this.parts
    if (beat === undefined) return
    this.beat = beat(code, this.mainCode)
    this.beat.start()
    this.signals.send('beat_init', {})
    this.signals.send('beat_embedded_init', {})
  }

  /** By a signal, or an order like one. A second, colder call may overtake the first. */
  async stop(how: 'warm' | 'cold', exitCode = 0): Promise<void> {
    if (!this.stopsAlready(how)) this.signals.send('worker_shutting_down', { how, exitCode })
    await this.end(how, exitCode)
  }

  /** As Celery: who ends by remote control, or without a broker, tells nobody that it is about to. */
  private async end(how: 'warm' | 'cold', exitCode = 0): Promise<void> {
    if (this.stopsAlready(how)) return
    const alreadyWarm = this.stopping === 'warm'
    this.stopping = how
    this.exitCode = exitCode
    if (how === 'cold') this.cancelRunning()
    if (alreadyWarm) return // the warm stop under way ends as soon as nothing runs any more
    try {
      await this.shutDown()
    } catch (error) {
      // With the broker away there is nothing to give back to it: what is unacked stays so and comes again.
      this.parts.log.error(withTraceback(`The shutdown was not complete: ${String(error)}`, error))
    }
    this.signals.send('worker_shutdown', { exitCode: this.exitCode })
    await this.mainCode?.close()
    this.settleStopped(this.exitCode)
  }

  private stopsAlready(how: 'warm' | 'cold'): boolean {
    return this.stopping === 'cold' || this.stopping === how
  }

  private async shutDown(): Promise<void> {
    const { running } = this
    await running?.blueprint.stop()
    await this.beat?.stop()
    await this.pool.finishRunning()
    await this.pool.stop(this.stopping === 'cold' ? 'cold' : 'warm')
    await this.resultsStored()
    await running?.tasks.restoreUnacked()
    await running?.events.settled()
    this.stateDb?.save()
    await running?.broker.channel.close()
    await running?.broker.backend.close()
  }

  /** The ack of a late task follows its result. With Redis away it is not waited for: the message comes again. */
  private async resultsStored(): Promise<void> {
    let giveUp = (): void => {}
    const patience = new Promise<void>((resolve) => (giveUp = this.parts.clock.after(storingPatienceMs, resolve)))
    await Promise.race([this.state.settled(), patience])
    giveUp()
  }

  /** For SIGUSR1. */
  cry(): string {
    return cry(this.state, this.pool.processes)
  }

  /** For a process that has to end this instant: its children go first. */
  killChildren(): void {
    this.pool.killAll()
  }

  private get isStopping(): boolean {
    return this.stopping !== 'no'
  }

  /** As Celery: when the link breaks while the steps start, all of them start again, on a new one. */
  private async consume(code: LoadedCode, kind: PoolKind): Promise<void> {
    for (let first = true; ; first = false) {
      try {
        return await this.startConsumer(code, kind, first)
      } catch (error) {
        const wasConnected = this.running?.connection.wasMade === true
        if (this.isStopping || !wasConnected || !isErrorOfType(error, 'OperationalError')) throw error
        await this.giveUpConsumer()
      }
    }
  }

  /** Pool and concurrency may be named by the code, which only the pool has loaded. */
  private fitPool({ concurrency, autoscale, pool }: WorkerOptions): void {
    if (autoscale) return // it begins with its lower limit
    const missing = (pool === 'solo' ? 1 : concurrency) - this.pool.size
    if (missing > 0) this.pool.grow(missing)
    else if (missing < 0) this.pool.shrink(-missing)
  }

  private async giveUpConsumer(): Promise<void> {
    const { running } = this
    await running?.blueprint.stop()
    await running?.broker.channel.close()
    await running?.broker.backend.close()
  }

  private async startConsumer(code: LoadedCode, kind: PoolKind, withBanner: boolean): Promise<void> {
    const { appModule, clock, ids, log, connect, print, pid } = this.parts
    const { state, lamport, signals, startedAtMs, memory } = this
    const broker = connect(code.conf)
    const options = withDirectQueue(code, broker, optionsOf(kind, code, this.parts.options))
    const pool = poolAs(kind, this.pool)
    if (withBanner) {
      this.fitPool(options)
      print(workerBanner(code, broker, { options, clock, log }))
      this.startBeat(code)
    }
    const world = { clock, ids, log, pid, startedAtMs, memory }
    const shared = { code, broker, options, appModule, pool, state, lamport, signals, ...world }
    this.running = assembleConsumer({
      ...shared,
      mainCode: this.mainCode,
      purge: options.purge && withBanner ? print : null,
      isStopping: () => this.isStopping,
      onShutdownAsked: () => inBackground('the shutdown asked for by remote control', this.end('warm'), log),
      onGivenUp: () => inBackground('the stop without a broker', this.end('warm', 1), log),
    })
    await this.running.blueprint.start()
  }
}

/** As Celery: a solo pool does not scale. It is one, but -c is said of it, and its prefetch count is made of that. */
function optionsOf(pool: PoolKind, code: LoadedCode, options: WorkerOptions): WorkerOptions {
  const setting = Number(code.conf['worker_concurrency'] ?? 0)
  const concurrency = options.concurrencyIsDefault && setting >= 1 ? Math.floor(setting) : options.concurrency
  return { ...options, pool, concurrency, ...(pool === 'solo' ? { autoscale: null } : {}) }
}
