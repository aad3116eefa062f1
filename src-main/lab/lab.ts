/**
 * Everything that runs for the learner, put together: Redis, the outside world, web app, workers, and the record of what they do.
 * The only file that knows all of the lab's parts; each part knows its own.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FaultOrder } from '../contract/fault-orders.js'
import type { Fact } from '../contract/feed.js'
import type { Problem, Reply } from '../contract/problem.js'
import type { LabView } from '../contract/views.js'
import { applyFault } from '../faults/apply-fault.js'
import type { LearnerEnvironment, LabService } from '../processes/messages/learner-environment.js'
import { codeFingerprint, readCodeFiles } from '../record/code-fingerprint.js'
import { Record } from '../record/record.js'
import { RecordFile } from '../record/record-file.js'
import { BrokerWatch } from './broker-watch.js'
import { buy } from './buy.js'
import type { Exit } from './child-handle.js'
import { CodeCheckProcess } from './code-check-process.js'
import type { Lab, LabPlaces, RecordReader } from './lab-interface.js'
import { LearnersProcesses } from './learners-processes.js'
import { MemoryWatch } from './memory-watch.js'
import { DONE, labNotReady, notRunning, recordNotWritten, redisDied, refuse, worldDied } from './problems.js'
import { ProcessBook } from './process-book.js'
import { RedisLinks } from './redis-links.js'
import { RedisProcess } from './redis-process.js'
import { buildStartState } from './start-state.js'
import type { Surroundings } from './surroundings.js'
import { Terminals } from './terminals.js'
import { Turns } from './turns.js'
import { WorldProcess } from './world-process.js'

/** Views are told at most this often; the record is told at once. */
const VIEW_AFTER_MS = 50
const START_AGAIN_AFTER_MS = 300
const CHECKED_MODULES = ['tasks', 'web']

export function createLab(places: LabPlaces): Lab {
  return new LearnersLab(places)
}

type BuildOrder = Parameters<Lab['build']>[0]

class LearnersLab implements Lab {
  readonly #places: LabPlaces
  readonly #file: RecordFile
  readonly #record: Record
  readonly #terminals = new Terminals()
  readonly #turns = new Turns()
  readonly #viewListeners = new Set<(view: LabView) => void>()
  readonly #book: ProcessBook
  readonly #links = new RedisLinks()
  readonly #redis: RedisProcess
  readonly #world: WorldProcess
  readonly #broker: BrokerWatch
  readonly #learners: LearnersProcesses
  readonly #check: CodeCheckProcess
  readonly #memory: MemoryWatch
  readonly #stopping = new AbortController()
  #state: LabView['state'] = 'starting'
  #problem: Problem | null = null
  #workdir: string | null = null
  #fingerprint = ''
  #viewTimer: NodeJS.Timeout | null = null

  constructor(places: LabPlaces) {
    this.#places = places
    const nowMs = Date.now
    const tell = (fact: Fact): void => void this.#record.append(fact)
    const changed = (): void => this.#viewChanged()
    this.#file = new RecordFile({
      path: join(places.dataFolder, 'record.jsonl'),
      onRefused: (error) => this.problem(recordNotWritten(error)),
    })
    this.#record = new Record({ nowMs, file: this.#file })
    this.#book = new ProcessBook({ tell, changed, nowMs })
    const surroundings: Surroundings = {
      places,
      book: this.#book,
      terminals: this.#terminals,
      tell,
      nowMs,
      stopping: this.#stopping.signal,
    }
    this.#redis = new RedisProcess({ surroundings, onDied: (exit) => void this.#redisDied(exit) })
    this.#world = new WorldProcess({ surroundings, onDied: (exit) => void this.#worldDied(exit), onSettings: changed })
    this.#broker = new BrokerWatch({ links: this.#links, tell, nowMs })
    this.#check = new CodeCheckProcess(surroundings)
    this.#memory = new MemoryWatch({ pids: () => this.#book.pids(), tell })
    this.#learners = new LearnersProcesses({
      surroundings,
      environment: (name) => this.#environment(name),
      problem: (problem) => this.problem(problem),
    })
  }

  get record(): RecordReader {
    return this.#record
  }

  view(): LabView {
    const { redis } = this.#links
    const { port } = this.#learners.web
    return {
      state: this.#state,
      problem: this.#problem,
      redisAddress: redis === null ? null : `${redis.host}:${redis.port}`,
      redisVersion: redis?.version ?? null,
      webUrl: port === null ? null : `http://127.0.0.1:${port}`,
      processes: this.#book.views(this.#fingerprint),
      ...this.#world.settings,
      fingerprint: this.#fingerprint,
    }
  }

  onView(listener: (view: LabView) => void): () => void {
    this.#viewListeners.add(listener)
    return () => void this.#viewListeners.delete(listener)
  }

  terminals(): Readonly<globalThis.Record<string, string>> {
    return this.#terminals.texts()
  }

  onTerminal(listener: (process: string, text: string, reset: boolean) => void): () => void {
    return this.#terminals.onText(listener)
  }

  /** May be called again after a failure. */
  start(): Promise<Reply<null>> {
    return this.#turns.take(async () => {
      if (this.#state === 'running') return DONE
      this.#state = 'starting'
      this.#problem = null
      this.#viewChanged()
      const started = await this.#startAll()
      if (started.ok) {
        this.#state = 'running'
      } else {
        await this.#stopAll()
        this.#fail(started.problem)
      }
      this.#viewChanged()
      return started
    })
  }

  build(order: BuildOrder): Promise<Reply<null>> {
    return this.#turn(async () => {
      this.#workdir = order.workdir
      await this.#readFingerprint()
      const { topology, lesson, step, signal } = order
      const { tell, ...parts } = this.#parts()
      const built = await buildStartState(
        { topology, lesson, step, fingerprint: this.#fingerprint, signal },
        { ...parts, tell },
      )
      this.#check.warmUp() // after the learner's own processes: it must not compete with them for the processor
      return built
    })
  }

  filesSaved(files: readonly { readonly name: string; readonly fingerprint: string }[]): Promise<Reply<null>> {
    return this.#turn(async () => {
      await this.#readFingerprint()
      for (const { name } of files) this.note({ kind: 'file-saved', file: name, fingerprint: this.#fingerprint })
      const environment = await this.#environment('code-check')
      const result = await this.#check.check(environment, CHECKED_MODULES)
      if (result.kind === 'passed') return this.#learners.restartAll()
      const { problem } = result
      this.note({
        kind: 'code-refused',
        process: 'code-check',
        fingerprint: result.fingerprint ?? this.#fingerprint,
        problem,
      })
      for (const worker of this.#learners.runningWorkers) {
        this.#terminals.note(worker.name, `saved code not loaded: ${problem.what} The version it runs goes on.`)
        if (problem.detail !== undefined) this.#terminals.write(worker.name, `${problem.detail.trimEnd()}\n`)
      }
      return refuse(problem)
    })
  }

  startWorker(worker: string): Promise<Reply<null>> {
    return this.#turn(() => this.#learners.startWorker(worker))
  }

  stopWorker(worker: string, how: 'warm' | 'cold'): Promise<Reply<null>> {
    // Not in turn: a second stop has to reach a worker whose first stop is still waiting.
    return this.#learners.stopWorker(worker, how)
  }

  restartWorker(worker: string): Promise<Reply<null>> {
    return this.#turn(() => this.#learners.restartWorker(worker))
  }

  restartWeb(): Promise<Reply<null>> {
    return this.#turn(() => this.#learners.restartWeb())
  }

  async buy(order: {
    readonly count: number
    readonly path: string
    readonly together: boolean
  }): Promise<Reply<null>> {
    const { port } = this.#learners.web
    if (port === null)
      return refuse(
        notRunning('The web app', 'Start it with “restart web”; if its code did not load, the web terminal says why.'),
      )
    return buy({ port, ...order })
  }

  applyFault(order: FaultOrder): Promise<Reply<null>> {
    return applyFault(order, {
      worker: (name) => {
        const pid = this.#learners.worker(name)?.pid ?? null
        return pid === null ? null : { pid, children: this.#book.children(name) }
      },
      setMail: (mail) => this.#world.set({ mail }),
      tell: (fact) => this.note(fact),
    })
  }

  note(fact: Fact): void {
    this.#record.append(fact)
  }

  problem(problem: Problem): void {
    this.#record.append({ kind: 'problem', problem })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#stopAll()
    await this.#turns.over() // what was being started finds itself killed, and starts nothing more
    await this.#file.close()
    if (this.#viewTimer !== null) clearTimeout(this.#viewTimer)
    this.#viewListeners.clear()
  }

  async #startAll(): Promise<Reply<null>> {
    await mkdir(this.#places.dataFolder, { recursive: true }).catch(() => undefined) // whoever needs it says what is wrong
    await this.#file.open()
    const [redis, world] = await Promise.all([this.#redis.start(), this.#world.start()])
    if (!redis.ok) return redis
    if (!world.ok) return world
    this.#links.reach(redis.value)
    await this.#broker.start()
    this.#memory.start()
    return DONE
  }

  async #stopAll(): Promise<void> {
    this.#memory.stop()
    this.#broker.stop()
    await Promise.all([
      this.#learners.killAll({ web: false, workers: new Set() }),
      this.#check.stop(),
      this.#world.stop(),
      this.#redis.stop(),
    ])
    await this.#links.stop()
    this.#links.lost()
  }

  /** In turn, and only while the lab runs. */
  #turn(work: () => Promise<Reply<null>>): Promise<Reply<null>> {
    return this.#turns.take(async () =>
      this.#state === 'running' && !this.#stopping.signal.aborted ? work() : refuse(labNotReady()),
    )
  }

  #parts(): Parameters<typeof buildStartState>[1] {
    return { broker: this.#broker, world: this.#world, learners: this.#learners, tell: (fact) => this.note(fact) }
  }

  async #readFingerprint(): Promise<void> {
    if (this.#workdir === null) return
    this.#fingerprint = codeFingerprint(await readCodeFiles(this.#workdir))
    this.#viewChanged()
  }

  async #environment(name: string): Promise<LearnerEnvironment> {
    const url = await this.#links.urlFor(name)
    const { services } = this.#world
    const [mail, api] = [serviceNamed('mail', services), serviceNamed('api', services)]
    return {
      workdir: this.#workdir ?? this.#places.dataFolder,
      brokerUrl: url,
      resultBackend: url,
      environ: { MAIL_HOST: mail.host, MAIL_PORT: String(mail.port), API_URL: `http://${api.host}:${api.port}` },
      services,
      snapshotFile: this.#places.snapshotFile,
    }
  }

  async #redisDied(exit: Exit): Promise<void> {
    this.#links.lost()
    if (this.#stopping.signal.aborted || this.#state !== 'running') return
    this.problem(redisDied(exit))
    await this.#startAgain(async () => {
      const redis = await this.#redis.start()
      if (!redis.ok) return redis
      this.#links.reach(redis.value)
      this.#broker.forget()
      return DONE
    })
  }

  async #worldDied(exit: Exit): Promise<void> {
    if (this.#stopping.signal.aborted || this.#state !== 'running') return
    this.problem(worldDied(exit))
    await this.#startAgain(() => this.#world.start())
  }

  async #startAgain(start: () => Promise<Reply<null>>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, START_AGAIN_AFTER_MS))
    if (this.#stopping.signal.aborted) return
    const started = await start()
    if (!started.ok && !this.#stopping.signal.aborted) {
      await this.#stopAll()
      this.#fail(started.problem)
    }
    this.#viewChanged()
  }

  #fail(problem: Problem): void {
    this.#state = 'failed'
    this.#problem = problem
    this.problem(problem)
    this.#viewChanged()
  }

  #viewChanged(): void {
    this.#viewTimer ??= setTimeout(() => {
      this.#viewTimer = null
      const view = this.view()
      for (const listener of [...this.#viewListeners]) listener(view)
    }, VIEW_AFTER_MS)
  }
}

function serviceNamed(name: LabService['name'], services: readonly LabService[]): LabService {
  const service = services.find((one) => one.name === name)
  if (service === undefined) throw new Error(`The outside world offers no ${name}`)
  return service
}
