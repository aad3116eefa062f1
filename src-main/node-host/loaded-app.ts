/** The learner's modules once they are loaded, and the runner of their app's tasks: what the thread is asked for. */
import type { Celery } from '../engine/app/celery.js'
import { configureBySignals } from '../engine/app/configure-by-signals.js'
import { codeSignals, type CodeSignals } from '../engine/app/code-signals.js'
import { FunctionRunner } from '../engine/app/function-runner.js'
import { afterPublish, beforePublish, publishListeners } from '../engine/app/publish-signals.js'
import { readTaskRequest } from '../engine/app/task-request.js'
import type { Log } from '../engine/ports/log.js'
import { stringifyJson } from '../engine/serialization/json.js'
import type {
  AfterwardsPart,
  BodyAnswer,
  BodyCall,
  ExportedName,
  LoadResult,
  RaisedError,
  TaskJob,
  TaskLogRecord,
  TaskOutcome,
} from '../engine/trace/task-runner.js'
import { callBody, type Body } from './call-body.js'
import { bodyName, exportedNames } from './exported-names.js'
import { appIn, findApp } from './find-app.js'
import { libraryFor } from './library.js'
import { loadProblem } from './load-problem.js'
import { ModuleLoader } from './module-loader.js'
import type { Asking } from './service-sockets.js'
import type { ThreadRequest, ThreadStart, ThreadToHost } from './thread-messages.js'
import type { ThreadOutput } from './thread-output.js'

const nobodysRun: Asking = { taskId: null, attempt: null }

export interface LoadedAppParts extends Omit<ThreadStart, 'shared'> {
  readonly ownFolder: string
  readonly interrupted: () => boolean
  readonly output: ThreadOutput
  readonly tell: (message: ThreadToHost) => void
}

export class LoadedApp {
  private readonly parts: LoadedAppParts
  private app: Celery | null = null
  private runner: FunctionRunner | null = null
  private isLoaded = false
  /** Signals go to the code one after another, in the order in which they were told. */
  private told: Promise<unknown> = Promise.resolve()
  private readonly signals: CodeSignals
  /** That are exported and no tasks. */
  private readonly functions = new Map<string, Body>()
  private listening = { before: false, after: false }
  /** Messages on their way, whether or not the code awaits that. */
  private readonly sending = new Set<Promise<unknown>>()
  /** Of the task that ran last: what it leaves open, and its handlers afterwards, are still its own. */
  private lastRun: Asking = nobodysRun

  constructor(parts: LoadedAppParts) {
    this.parts = parts
    this.signals = codeSignals(this.log)
  }

  private get log(): Pick<Log, 'error' | 'warning'> {
    const write = (level: 'ERROR' | 'WARNING') => (message: string) =>
      this.parts.output.log({ level, loggerName: 'celery', message })
    return { error: write('ERROR'), warning: write('WARNING') }
  }

  async load({ modules, wantsApp, fingerprint }: Extract<ThreadRequest, { kind: 'load' }>): Promise<LoadResult> {
    const { workdir, files, ownFolder, brokerUrl, resultBackend, sends } = this.parts
    const { log, signals } = this
    const onSending = (sending: Promise<unknown>): void => {
      const forget = (): void => void this.sending.delete(sending)
      this.sending.add(sending)
      sending.then(forget, forget) // who has sent it hears of an error
    }
    const library = libraryFor({
      brokerUrl,
      resultBackend,
      sends: () => sends === true || (sends === 'once-loaded' && this.isLoaded),
      onSending,
      log,
      signals,
    })
    const loader = new ModuleLoader({ workdir, files, library })
    let mainFile = ''
    let app: Celery | null = null
    let ownLogging = false
    const exported: ExportedName[] = []
    try {
      for (const module of modules) {
        const [name = '', attribute = null] = module.split(':')
        mainFile = name
        const { file, exports } = await loader.importModule(name)
        mainFile = file
        for (const one of exportedNames(name, exports)) {
          exported.push(one)
          if (one.task === null) this.functions.set(bodyName(one), (exports as Record<string, Body>)[one.name] as Body)
        }
        if (!wantsApp) app = appIn(exports, attribute) ?? app
        else if (module === modules[0]) app = findApp(exports, attribute, file) // those after it are `--include`
      }
      if (app !== null) ownLogging = await this.take(app, loader)
    } catch (thrown) {
      return { kind: 'refused', fingerprint, error: loadProblem(thrown, { workdir, mainFile, ownFolder }) }
    }
    this.isLoaded = true
    if (this.runner === null) return { kind: 'loaded', tasks: [], appName: '', conf: {}, fingerprint }
    const loaded = await this.runner.load()
    return loaded.kind === 'loaded'
      ? { ...loaded, conf: crossing(loaded.conf), fingerprint, ownLogging, exported }
      : loaded
  }

  /** Who a connection of the code's is made for. */
  get asking(): Asking {
    return this.lastRun
  }

  run(job: TaskJob): Promise<TaskOutcome> {
    const { id, retries } = readTaskRequest(job.taskName, job.requestJson)
    this.lastRun = { taskId: id, attempt: retries + 1 }
    return this.running.run(job)
  }

  /** No task of its own: whoever calls is asking. */
  callBody(call: BodyCall): Promise<BodyAnswer> {
    this.lastRun = nobodysRun
    return callBody(call, { tasks: this.app?.tasks ?? new Map(), functions: this.functions })
  }

  afterwards(part: AfterwardsPart | 'end'): Promise<RaisedError | null> {
    return this.running.afterwards(part)
  }

  signal(name: string, fieldsJson: string): Promise<void> {
    const sent = this.told.then(() => this.running.signal(name, fieldsJson))
    this.told = sent.catch(() => {}) // who asked for it hears of an error
    return sent
  }

  async publishing(when: 'before' | 'after', messageJson: string): Promise<string | null> {
    if (when === 'before') return beforePublish(this.signals, messageJson)
    await afterPublish(this.signals, messageJson)
    return null
  }

  /** A record of the engine's own. */
  logged(record: TaskLogRecord): Promise<unknown> {
    return this.parts.output.record(record)
  }

  /** Receivers may come and go with whatever the code does. */
  tellListening(): void {
    const listening = publishListeners(this.signals)
    if (listening.before === this.listening.before && listening.after === this.listening.after) return
    this.listening = listening
    this.parts.tell({ kind: 'listens-to-publishing', ...listening })
  }

  softTimeLimit(): void {
    this.runner?.softTimeLimit()
  }

  /** What is on its way arrives first: a script may end with `void add.delay(1, 1)`. */
  async close(): Promise<void> {
    while (this.sending.size > 0) await Promise.allSettled(this.sending)
    await this.app?.close()
  }

  private get running(): FunctionRunner {
    if (this.runner === null) throw new Error('no app is loaded here')
    return this.runner
  }

  /** As Celery: the modules of `imports` and `include` define tasks of the app as well. True: its logging is its own. */
  private async take(app: Celery, loader: ModuleLoader): Promise<boolean> {
    const { imports, include } = app.changes
    await app.signals.importModules.send(app, {})
    for (const name of [imports, include].flat()) if (typeof name === 'string') await loader.importModule(name)
    const { output, tell, interrupted, nodename, loglevel } = this.parts
    if (nodename !== null) await configureBySignals(app, nodename)
    output.use(app.changes)
    this.tellListening()
    this.app = app
    this.runner = new FunctionRunner({
      app,
      onLog: (record) => void output.record(record),
      onChild: (parentId, childId) => tell({ kind: 'child', parentId, childId }),
      onTree: (parentId, tree) => tell({ kind: 'tree', parentId, treeJson: stringifyJson(tree) }),
      interrupted,
      monotonicSeconds: () => performance.now() / 1000,
      random: () => Math.random(),
    })
    return loglevel !== null && (await output.setUpLogging(app, loglevel))
  }
}

/** As it will be on the other side of the worker's IPC, which is JSON. */
function crossing(conf: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(conf)) as Readonly<Record<string, unknown>> // of an object
}
