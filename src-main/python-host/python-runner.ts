/** The engine's TaskRunner for Python: what a pool process runs its tasks with. */
import type { CommandOutcome } from '../engine/trace/own-command.js'
import type {
  AfterwardsPart,
  AppPort,
  LoadResult,
  RaisedError,
  TaskJob,
  TaskLogRecord,
  TaskOutcome,
  TaskRunner,
} from '../engine/trace/task-runner.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { FrozenFile } from '../processes/messages/pool-setup.js'
import { thawCode } from './frozen-code.js'
import { loadWorkspace } from './load-workspace.js'
import { PythonHost } from './python-host.js'

export interface PythonRunnerOptions {
  readonly environment: LearnerEnvironment
  /** The code as its worker found it; absent: what the working folder holds now. */
  readonly code?: readonly FrozenFile[]
  /** Of the worker whose process this is; null: it is none of a worker. */
  readonly nodename: string | null
  /** `-A`: `tasks`, or `tasks:app`. */
  readonly appModule: string
  /** `-I`: modules to import after it. */
  readonly include: readonly string[]
  /** out/main/python-thread.cjs, beside the entry. */
  readonly threadFile: string
  /** The root logger's level, as the worker's `--loglevel`. */
  readonly loglevel: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'
  /** As a worker's process names itself in its records: `ForkPoolWorker-1`. */
  readonly processName: string
  /** The log goes to a terminal, where levels have colours. */
  readonly terminal: boolean
  /** What tasks may ask of the engine. */
  readonly app: AppPort
  readonly onLog: (record: TaskLogRecord) => Promise<void>
  /** What goes past the log: sys.__stderr__, and the last words of an interpreter that dies. */
  readonly onOutput: (stream: 'stdout' | 'stderr', text: string) => Promise<void>
  /** Python is up, and begins with the learner's files. */
  readonly onImporting?: () => void
  /** As Celery's child: sys.exit() in a task ends the process (code 0), os._exit() too (its own code), and a crash of the interpreter (code 1). */
  readonly onPythonExit: (code: number) => void
}

export function createPythonRunner(options: PythonRunnerOptions): TaskRunner {
  return new PythonRunner(options)
}

class PythonRunner implements TaskRunner {
  readonly #options: PythonRunnerOptions
  readonly #host: PythonHost
  #running = false

  constructor(options: PythonRunnerOptions) {
    this.#options = options
    this.#host = new PythonHost({
      threadFile: options.threadFile,
      snapshotFile: options.environment.snapshotFile,
      program: 'celery',
      loglevel: options.loglevel,
      processName: options.processName,
      terminal: options.terminal,
      app: options.app,
      onLog: options.onLog,
      onOutput: options.onOutput,
      onPythonExit: options.onPythonExit,
    })
  }

  async load(): Promise<LoadResult> {
    await this.#host.start()
    this.#options.onImporting?.()
    const { environment, appModule, include, code, nodename } = this.#options
    const files = code === undefined ? {} : { files: thawCode(code) }
    const modules = [appModule, ...include]
    return loadWorkspace(this.#host, { environment, modules, wanted: 'celery', nodename, ...files })
  }

  async run(job: TaskJob): Promise<TaskOutcome> {
    this.#host.forgetInterrupt()
    this.#running = true
    try {
      const { answer } = await this.#host.request({ kind: 'run', job })
      return answer
    } finally {
      this.#running = false
    }
  }

  async afterwards(part: AfterwardsPart | 'end'): Promise<RaisedError | null> {
    const { answer } = await this.#host.request({ kind: 'afterwards', part })
    return answer
  }

  async signal(name: string, fieldsJson: string): Promise<void> {
    await this.#host.request({ kind: 'signal', name, fieldsJson })
  }

  async command(name: string, argsJson: string, stateJson: string): Promise<CommandOutcome> {
    const { answer } = await this.#host.request({ kind: 'command', name, argsJson, stateJson })
    return answer
  }

  async log(record: { readonly level: string; readonly loggerName: string; readonly message: string }): Promise<void> {
    await this.#host.request({ kind: 'log', ...record })
  }

  softTimeLimit(): void {
    if (this.#running) this.#host.interrupt()
  }

  close(): Promise<void> {
    return this.#host.close()
  }
}
