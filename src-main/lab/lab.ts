/**
 * Everything that runs for the learner, put together, and the record of what it does. The only file that knows all of the lab's
 * parts; each part knows its own. Changes of what runs take turns; faults, purchases and stops do not wait. Longer than other files
 * because it answers for each command of the lab, in a line or three each.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FaultOrder } from '../contract/fault-orders.js'
import type { Fact } from '../contract/feed.js'
import type { Problem, Reply } from '../contract/problem.js'
import { storesResults } from '../contract/topology.js'
import type { LabView, MessageView } from '../contract/views.js'
import { applyFault } from '../faults/apply-fault.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import { codeFingerprint, readCodeFiles } from '../record/code-fingerprint.js'
import { Record } from '../record/record.js'
import { RecordFile } from '../record/record-file.js'
import { buy } from './buy.js'
import { CodeCheckProcess } from './code-check-process.js'
import { faultTargets } from './fault-targets.js'
import { Ground } from './ground.js'
import type { CodeSettings, Lab, LabPlaces, RecordReader } from './lab-interface.js'
import { LearnersProcesses } from './learners-processes.js'
import { MemoryWatch } from './memory-watch.js'
import { PageVisitor } from './page-visitor.js'
import { answerMark, answerPreview } from './crontab-answers.js'
import { DONE, labNotReady, notRunning, recordNotWritten, refuse, unexpected } from './problems.js'
import { RESULTS_DB } from './redis-links.js'
import { ProcessBook } from './process-book.js'
import { CODE_MODULES, filesSaved } from './save-files.js'
import { settingsOf } from './code-settings.js'
import { buildStartState } from './start-state.js'
import type { Surroundings } from './surroundings.js'
import { Terminals } from './terminals.js'
import { Turns } from './turns.js'
import { TypedTerminals } from './typed-terminals.js'

/** Views are told at most this often; the record is told at once. */
const VIEW_AFTER_MS = 50

export function createLab(places: LabPlaces): Lab {
  return new LearnersLab(places)
}

class LearnersLab implements Lab {
  readonly #places: LabPlaces
  readonly #file: RecordFile
  readonly #record: Record
  readonly #terminals = new Terminals()
  readonly #turns = new Turns()
  readonly #viewListeners = new Set<(view: LabView) => void>()
  readonly #book: ProcessBook
  readonly #ground: Ground
  readonly #learners: LearnersProcesses
  readonly typed: TypedTerminals
  readonly #check: CodeCheckProcess
  readonly #memory: MemoryWatch
  readonly #visitor = new PageVisitor()
  readonly #stopping = new AbortController()
  #state: LabView['state'] = 'starting'
  #problem: Problem | null = null
  #workdir: string | null = null
  #fingerprint = ''
  #viewTimer: NodeJS.Timeout | null = null

  constructor(places: LabPlaces) {
    this.#places = places
    const { signal: stopping } = this.#stopping
    const nowMs = Date.now
    const tell = (fact: Fact): void => this.note(fact)
    const problem = (found: Problem): void => this.problem(found)
    const changed = (): void => this.#viewChanged()
    this.#file = new RecordFile({
      path: join(places.dataFolder, 'record.jsonl'),
      onRefused: (error) => problem(recordNotWritten(error)),
    })
    this.#record = new Record({ nowMs, file: this.#file })
    this.#book = new ProcessBook({ tell, changed, nowMs })
    const surroundings: Surroundings = { places, book: this.#book, terminals: this.#terminals, tell, nowMs, stopping }
    this.#ground = new Ground({ surroundings, changed, problem, failed: (found) => void this.#fail(found) })
    this.#check = new CodeCheckProcess(surroundings)
    this.#memory = new MemoryWatch({ pids: () => this.#book.pids(), tell })
    const environment = (name: string): Promise<LearnerEnvironment> => this.#environment(name)
    this.#learners = new LearnersProcesses({ surroundings, problem, environment })
    const fingerprint = (): string => this.#fingerprint
    const mayRun = (): boolean => this.#mayRun && this.#workdir !== null
    this.typed = new TypedTerminals({
      surroundings,
      environment,
      mayRun,
      names: () => this.#learners.names(),
      fingerprint,
    })
  }

  get record(): RecordReader {
    return this.#record
  }

  view(): LabView {
    const { redis } = this.#ground.links
    const { port } = this.#learners.web
    return {
      state: this.#state,
      problem: this.#problem,
      redisAddress: redis === null ? null : `${redis.host}:${redis.port}`,
      redisVersion: redis?.version ?? null,
      redis: this.#ground.redisSettings,
      webUrl: port === null ? null : `http://127.0.0.1:${port}`,
      processes: this.#book.views(this.#fingerprint),
      ...this.#ground.world.settings,
      resultBackend: storesResults(this.#learners.topology),
      fingerprint: this.#fingerprint,
    }
  }

  onView(listener: (view: LabView) => void): () => void {
    this.#viewListeners.add(listener)
    return () => void this.#viewListeners.delete(listener)
  }

  terminals(): ReturnType<Terminals['texts']> {
    return this.#terminals.texts()
  }

  onTerminal(listener: (process: string, text: string, reset: boolean) => void): () => void {
    return this.#terminals.onText(listener)
  }

  /** May be called again after a failure. */
  start(): Promise<Reply<null>> {
    return this.#turns.take(async () => {
      if (this.#state === 'running' || this.#stopping.signal.aborted) return DONE
      this.#state = 'starting'
      this.#problem = null
      this.#viewChanged()
      // Whoever needs the folder says what is wrong with it; the record goes on in memory.
      await mkdir(this.#places.dataFolder, { recursive: true }).catch(() => undefined)
      await this.#file.open()
      const started = await this.#ground.start().catch((error: unknown) => refuse(unexpected(error)))
      if (!started.ok) {
        await this.#fail(started.problem)
        return started
      }
      this.#memory.start()
      this.#state = 'running'
      this.#viewChanged()
      return DONE
    })
  }

  build({ workdir, ...order }: Parameters<Lab['build']>[0]): Promise<Reply<null>> {
    return this.#turn(async () => {
      this.#workdir = workdir
      this.#visitor.leave()
      await this.#readFingerprint()
      await this.typed.endForNewStep({ fingerprint: this.#fingerprint, workdir, stores: storesResults(order.topology) })
      const { world, broker, outages } = this.#ground
      const parts = { world, broker, outages, learners: this.#learners, tell: (fact: Fact) => this.note(fact) }
      const built = await buildStartState({ ...order, fingerprint: this.#fingerprint }, parts)
      this.typed.startWanted()
      this.#check.warmUp() // after the learner's own processes: it must not compete with them for the processor
      return built
    })
  }

  filesSaved(files: Parameters<Lab['filesSaved']>[0], restart: 'all' | 'web' = 'all'): Promise<Reply<null>> {
    return this.#turn(async () => {
      await this.#readFingerprint()
      const environment = await this.#environment('code-check')
      const names = files.map((file) => file.name)
      this.typed.filesSaved(names)
      const parts = {
        check: this.#check,
        learners: this.#learners,
        terminals: this.#terminals,
        tell: (fact: Fact) => this.note(fact),
      }
      return filesSaved({ names, fingerprint: this.#fingerprint, environment, restart }, parts)
    })
  }

  codeSettings(): Promise<Reply<CodeSettings>> {
    return this.#turn(async () => {
      const result = await this.#check.check(await this.#environment('code-check'), CODE_MODULES)
      return result.kind === 'passed' ? { ok: true, value: settingsOf(result) } : refuse(result.problem)
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

  startBeat: Lab['startBeat'] = () => this.#turn(() => this.#learners.beats.start())
  stopBeat: Lab['stopBeat'] = () => this.#turn(() => this.#learners.beats.stop())
  restartBeat: Lab['restartBeat'] = () => this.#turn(() => this.#learners.beats.restart())
  previewCrontab: Lab['previewCrontab'] = (ask) => answerPreview(ask, Date.now())
  markRun: Lab['markRun'] = (ask) => answerMark(ask, Date.now(), (fact) => this.note(fact))

  async buy(order: Parameters<Lab['buy']>[0]): Promise<Reply<null>> {
    const { port } = this.#learners.web
    if (port !== null) return buy({ port, ...order })
    return refuse(notRunning('The web app', 'Restart the web app; if its code did not load, its terminal says why.'))
  }

  async visit(order: Parameters<Lab['visit']>[0]): Promise<Reply<null>> {
    const { port } = this.#learners.web
    if (port !== null) return this.#visitor.visit({ port, ...order })
    return refuse(notRunning('The web app', 'Restart the web app; if its code did not load, its terminal says why.'))
  }

  showPagesWith(show: (path: string) => void): void {
    this.#visitor.showWith(show)
  }

  applyFault(order: FaultOrder): Promise<Reply<null>> {
    if (!this.#mayRun) return Promise.resolve(refuse(labNotReady()))
    const parts = { book: this.#book, ground: this.#ground, learners: this.#learners }
    return applyFault(
      order,
      faultTargets({ ...parts, turn: (work) => this.#turn(work), tell: (fact) => this.note(fact) }),
    )
  }

  message(deliveryTag: string): MessageView | null {
    return this.#ground.broker.messages.open(deliveryTag)
  }

  note(fact: Fact): void {
    this.#record.append(fact)
  }

  problem(problem: Problem): void {
    this.note({ kind: 'problem', problem })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#visitor.leave()
    await this.#stopAll()
    await this.#turns.over() // what was being started finds itself killed, and starts nothing more
    await this.#file.close()
    if (this.#viewTimer !== null) clearTimeout(this.#viewTimer)
    this.#viewListeners.clear()
  }

  async #stopAll(): Promise<void> {
    this.#memory.stop()
    const nothing = { web: false, workers: new Set<string>() }
    await Promise.all([this.#learners.killAll(nothing), this.typed.stop(), this.#check.stop(), this.#ground.stop()])
  }

  /** Everything down: the lab runs as a whole or not at all. `start()` tries again. */
  async #fail(problem: Problem): Promise<void> {
    this.#state = 'failed'
    this.#problem = problem
    this.problem(problem)
    await this.#stopAll()
    this.#viewChanged()
  }

  /** In turn, and only while the lab runs. */
  #turn<T = null>(work: () => Promise<Reply<T>>): Promise<Reply<T>> {
    const safely = (): Promise<Reply<T>> => work().catch((error: unknown) => refuse(unexpected(error)))
    return this.#turns.take(async () => (this.#mayRun ? safely() : refuse(labNotReady())))
  }

  get #mayRun(): boolean {
    return this.#state === 'running' && !this.#stopping.signal.aborted
  }

  async #readFingerprint(): Promise<void> {
    if (this.#workdir === null) return
    this.#fingerprint = codeFingerprint(await readCodeFiles(this.#workdir))
    this.#viewChanged()
  }

  async #environment(name: string): Promise<LearnerEnvironment> {
    const { world, links } = this.#ground
    const resultsUrl = await links.urlFor(name, RESULTS_DB)
    return {
      workdir: this.#workdir ?? this.#places.dataFolder,
      brokerUrl: await links.urlFor(name),
      resultBackend: storesResults(this.#learners.topology) ? resultsUrl : '',
      // For code that names its result backend itself: backend=os.environ['RESULT_STORE_URL'].
      environ: { ...world.environ, RESULT_STORE_URL: resultsUrl },
      services: world.services,
      snapshotFile: this.#places.snapshotFile,
    }
  }

  #viewChanged(): void {
    this.#viewTimer ??= setTimeout(() => {
      this.#viewTimer = null
      const view = this.view()
      for (const listener of [...this.#viewListeners]) listener(view)
    }, VIEW_AFTER_MS)
  }
}
