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

  constructor(parts: LoadedAppParts) {
    this.parts = parts
  }

  async load({ modules, wantsApp, fingerprint }: Extract<ThreadRequest, { kind: 'load' }>): Promise<LoadResult> {
    const { workdir, files, ownFolder, output, brokerUrl, resultBackend, sends } = this.parts
    const write = (level: 'ERROR' | 'WARNING') => (message: string) =>
      output.log({ level, loggerName: 'celery', message })
    const log = { error: write('ERROR'), warning: write('WARNING') }
    const loader = new ModuleLoader({ workdir, files, library: libraryFor({ brokerUrl, resultBackend, sends, log }) })
    let mainFile = ''
    try {
      for (const module of modules) {
        const [name = '', attribute = null] = module.split(':')
        mainFile = name
        const { file, exports } = loader.importModule(name)
        mainFile = file
        const app = wantsApp && module === modules[0] ? findApp(exports, attribute, file) : appIn(exports, attribute)
        if (app !== null) this.take(app, loader)
      }
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

  async close(): Promise<void> {
    await this.app?.close()
  }

  private get running(): FunctionRunner {
    if (this.runner === null) throw new Error('no app is loaded here')
    return this.runner
  }

  /** As Celery: the modules of `imports` and `include` define tasks of the app as well. */
  private take(app: Celery, loader: ModuleLoader): void {
    const { imports, include } = app.changes
    for (const name of [imports, include].flat()) if (typeof name === 'string') loader.importModule(name)
    const { output, tell, interrupted } = this.parts
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
