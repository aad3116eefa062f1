/** The learner's modules once they are loaded, and the runner of their app's tasks: what the thread is asked for. */
import type { Celery } from '../engine/app/celery.js'
import { FunctionRunner } from '../engine/app/function-runner.js'
import { stringifyJson } from '../engine/serialization/json.js'
import type { AfterwardsPart, LoadResult, RaisedError, TaskJob, TaskOutcome } from '../engine/trace/task-runner.js'
import { appIn, findApp } from './find-app.js'
import { libraryFor } from './library.js'
import { loadProblem } from './load-problem.js'
import { ModuleLoader } from './module-loader.js'
import type { ThreadRequest, ThreadStart, ThreadToHost } from './thread-messages.js'
import type { ThreadOutput } from './thread-output.js'

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
  /** Messages on their way, whether or not the code awaits that. */
  private readonly sending = new Set<Promise<unknown>>()

  constructor(parts: LoadedAppParts) {
    this.parts = parts
  }

  async load({ modules, wantsApp, fingerprint }: Extract<ThreadRequest, { kind: 'load' }>): Promise<LoadResult> {
    const { workdir, files, ownFolder, output, brokerUrl, resultBackend, sends } = this.parts
    const write = (level: 'ERROR' | 'WARNING') => (message: string) =>
      output.log({ level, loggerName: 'celery', message })
    const log = { error: write('ERROR'), warning: write('WARNING') }
    const onSending = (sending: Promise<unknown>): void => {
      const forget = (): void => void this.sending.delete(sending)
      this.sending.add(sending)
      sending.then(forget, forget) // who has sent it hears of an error
    }
    const library = libraryFor({ brokerUrl, resultBackend, sends, onSending, log })
    const loader = new ModuleLoader({ workdir, files, library })
    let mainFile = ''
    let app: Celery | null = null
    try {
      for (const module of modules) {
        const [name = '', attribute = null] = module.split(':')
        mainFile = name
        const { file, exports } = await loader.importModule(name)
        mainFile = file
        if (!wantsApp) app = appIn(exports, attribute) ?? app
        else if (module === modules[0]) app = findApp(exports, attribute, file) // those after it are `--include`
      }
      if (app !== null) await this.take(app, loader)
    } catch (thrown) {
      return { kind: 'refused', fingerprint, error: loadProblem(thrown, { workdir, mainFile, ownFolder }) }
    }
    if (this.runner === null) return { kind: 'loaded', tasks: [], appName: '', conf: {}, fingerprint }
    const loaded = await this.runner.load()
    return loaded.kind === 'loaded' ? { ...loaded, conf: crossing(loaded.conf), fingerprint } : loaded
  }

  run(job: TaskJob): Promise<TaskOutcome> {
    return this.running.run(job)
  }

  afterwards(part: AfterwardsPart | 'end'): Promise<RaisedError | null> {
    return this.running.afterwards(part)
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

  /** As Celery: the modules of `imports` and `include` define tasks of the app as well. */
  private async take(app: Celery, loader: ModuleLoader): Promise<void> {
    const { imports, include } = app.changes
    for (const name of [imports, include].flat()) if (typeof name === 'string') await loader.importModule(name)
    const { output, tell, interrupted } = this.parts
    output.use(app.changes)
    this.app = app
    this.runner = new FunctionRunner({
      app,
      onLog: (record) => output.log(record),
      onChild: (parentId, childId) => tell({ kind: 'child', parentId, childId }),
      onTree: (parentId, tree) => tell({ kind: 'tree', parentId, treeJson: stringifyJson(tree) }),
      interrupted,
      monotonicSeconds: () => performance.now() / 1000,
      random: () => Math.random(),
    })
  }
}

/** As it will be on the other side of the worker's IPC, which is JSON. */
function crossing(conf: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(conf)) as Readonly<Record<string, unknown>> // of an object
}
