/**
 * What runs the learner's tasks: Python or TypeScript, by the file that the module of `-A` is. The one place that decides;
 * pool processes, beat and the command line do not know which it is.
 */
import type { LogLevel } from '../../engine/ports/log-record.js'
import type { WireValue } from '../../engine/serialization/wire-value.js'
import type { AppPort, LoadResult, TaskLogRecord, TaskRunner } from '../../engine/trace/task-runner.js'
import { createNodeRunner } from '../../node-host/node-runner.js'
import { thawCode } from '../../python-host/frozen-code.js'
import { createPythonRunner } from '../../python-host/python-runner.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import type { FrozenFile } from '../messages/pool-setup.js'
import { codeFingerprint } from '../../record/code-fingerprint.js'
import { codeHostOf } from './code-host.js'
import { besideEntry } from './entry-folder.js'
import { nodeCode } from './node-code.js'
import { noAppYet } from './no-app-yet.js'

export interface CodeToRun {
  readonly environment: LearnerEnvironment
  /** The files as their worker found them. */
  readonly code: readonly FrozenFile[]
  /** Of the worker whose process this is; null: it is none of a worker. */
  readonly nodename: string | null
  /** `-A`: `tasks`, or `tasks:app`. */
  readonly appModule: string
  /** `-I`: modules to import after it. */
  readonly include?: readonly string[]
  /** The root logger's level, as the worker's `--loglevel`. */
  readonly loglevel: LogLevel
  /** What Python's tasks may ask of the engine; null: the code is only looked at, and sends nothing. */
  readonly app: AppPort | null
  readonly onLog: (record: TaskLogRecord) => Promise<void>
  /** What goes past the log: sys.__stderr__, and the last words of an interpreter that dies. Default: records. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: string) => Promise<void>
  /** Of this process, in the log. */
  readonly processName?: string
  /** The log goes to a terminal: levels have colours. */
  readonly terminal?: boolean
  /** Its host is up, and begins with the learner's files. */
  readonly onImporting?: () => void
  /** Told of what a TypeScript task has sent; Python's goes through `app`. */
  readonly onChild?: (parentId: string, childId: string) => void
  readonly onTree?: (parentId: string, tree: WireValue) => void
  /** The code has ended its process (`sys.exit()`, `process.exit()`), or its interpreter has died. Default: process.exit. */
  readonly onExit?: (code: number) => void
}

export function createCodeRunner(ask: CodeToRun): TaskRunner {
  const { environment, code, appModule, nodename, include = [], app, loglevel, onLog } = ask
  const { processName = 'MainProcess', terminal = false, onOutput = outputAsRecords(onLog) } = ask
  const { onImporting = () => {}, onExit = (exitCode: number) => process.exit(exitCode) } = ask
  const host = codeHostOf(
    appModule,
    code.map(({ name }) => name),
  )
  switch (host.kind) {
    case 'python':
      return createPythonRunner({
        ...{ environment, code, appModule, include, nodename, loglevel, processName, terminal, onLog, onOutput },
        threadFile: besideEntry('python-thread.cjs'),
        app: app ?? noAppYet,
        onImporting,
        onPythonExit: onExit,
      })
    case 'node':
      onImporting() // a thread of Node is up at once
      return createNodeRunner({
        ...nodeCode(environment, thawCode(code)),
        modules: [appModule, ...include],
        sends: app !== null,
        nodename,
        loglevel,
        ...(app ? { hookPublishing: (hooks) => app.hookPublishing(hooks) } : {}),
        onLog,
        onOutput,
        ...(ask.onChild ? { onChild: ask.onChild } : {}),
        ...(ask.onTree ? { onTree: ask.onTree } : {}),
        onExit,
      })
    case 'unclear':
      return refusing({ kind: 'refused', error: host.error, fingerprint: codeFingerprint(thawCode(code)) })
  }
}

/** As a worker's own log takes what is printed (`worker_redirect_stdouts`). */
export function outputAsRecords(onLog: CodeToRun['onLog']): NonNullable<CodeToRun['onOutput']> {
  return (_stream, text) => onLog({ level: 'WARNING', loggerName: 'celery.redirected', message: text.trimEnd() })
}

function refusing(refused: Extract<LoadResult, { kind: 'refused' }>): TaskRunner {
  return {
    load: () => Promise.resolve(refused),
    run: () => Promise.reject(new Error('no code is loaded here')),
    softTimeLimit: () => {},
    close: () => Promise.resolve(),
  }
}
