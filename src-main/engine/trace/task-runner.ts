/**
 * What runs a task's body inside a pool process: Python (python-host), or whatever else can load and run tasks.
 * The trace asks it to run one job and records the outcome; it knows no broker and no backend.
 * Values cross as JSON text in kombu's dialect, so that nothing is lost between the languages.
 */
import type { OwnCommand, RunOwnCommand } from './own-command.js'
import type { CanvasCalls } from './canvas-calls.js'

export interface TaskRunner {
  /** Loads the app's modules. A code problem is data, not a rejection. */
  load(): Promise<LoadResult>
  /** One at a time. Never rejects for what the task did; rejects only when the host itself broke. */
  run(job: TaskJob): Promise<TaskOutcome>
  /** A part of what the last outcome announced; 'end' gives it up. Answers what a handler raised. */
  afterwards?(part: AfterwardsPart | 'end'): Promise<RaisedError | null>
  /** Sends one of Celery's signals to the code's receivers; asked for only when `load` named it. */
  signal?(name: string, fieldsJson: string): Promise<void>
  /** A record of the engine's own, for the code's own logging; asked for only when `load` said that it has one. */
  log?(record: { readonly level: string; readonly loggerName: string; readonly message: string }): Promise<void>
  /** Runs a remote control command of the code's own, in the worker's main process. Asked for only when `load` named one. */
  command?: RunOwnCommand
  /** Raises SoftTimeLimitExceeded in the running task. */
  softTimeLimit(): void
  close(): Promise<void>
}

/** A function of the code, of a task or exported beside them, that code of another language calls: here and now, and nothing is sent. */
export interface BodyCall {
  /** A task's name, or `module.exportedName`. */
  readonly name: string
  /** JSON text in kombu's dialect, as what it returns. */
  readonly argsJson: string
  readonly kwargsJson: string
}

export type BodyAnswer =
  | { readonly ok: true; readonly resultJson: string }
  /** With its stack and its causes. */
  | { readonly ok: false; readonly tracebackText: string }

/** Code of one language beside another one's in the same process. */
export interface CodeBeside {
  /** What the function throws is part of the answer. */
  callBody(call: BodyCall): Promise<BodyAnswer>
  close(): Promise<void>
}

export type LoadResult =
  | {
      readonly kind: 'loaded'
      readonly tasks: readonly TaskInfo[]
      readonly appName: string
      readonly conf: Readonly<Record<string, unknown>>
      readonly fingerprint: string
      /** Names of Celery's signals, beside those of running tasks, that the code listens to. */
      readonly signals?: readonly string[]
      /** Remote control commands of the code's own. */
      readonly controlCommands?: readonly OwnCommand[]
      /** The code sets up logging by itself: what this process logs goes through it. */
      readonly ownLogging?: boolean
      /** What a module of JavaScript exports, for those who know it by name only. */
      readonly exported?: readonly ExportedName[]
    }
  | { readonly kind: 'refused'; readonly fingerprint: string; readonly error: CodeError }

/** A task, or a function that is none. */
export interface ExportedName {
  readonly module: string
  readonly name: string
  /** The name that the task is registered by. */
  readonly task: string | null
}

/** A syntax or import error of the learner's code. `line` counts from 1 in `file`. */
export interface CodeError {
  readonly type: string
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number | null
  readonly traceback: string
}

/** A registered task and those of its attributes that are not None, by Celery's names (`acks_late`, `max_retries` …). */
export interface TaskInfo {
  readonly name: string
  readonly options: Readonly<Record<string, unknown>>
  /** Its class sends it in its own way. */
  readonly ownApplyAsync?: boolean
}

export interface TaskJob {
  readonly taskName: string
  /** JSON text of the argument list. */
  readonly argsJson: string
  /** JSON text of the keyword object. */
  readonly kwargsJson: string
  /** JSON text of what becomes `self.request`: headers, delivery_info, hostname, callbacks … by Celery's names. */
  readonly requestJson: string
}

/** Parts of the task's own code that run only now: 'stored' once its result is there, 'logged' once its end was logged. */
export type AfterwardsPart = 'stored' | 'logged'

export type TaskOutcome = TaskEnd & {
  /** Which of them there is anything to do in. */
  readonly afterwards?: readonly AfterwardsPart[]
}

type TaskEnd =
  | {
      readonly kind: 'success'
      readonly resultJson: string
      readonly resultRepr: string
      readonly runtimeSeconds: number
    }
  | {
      readonly kind: 'failure'
      readonly error: RaisedError
      readonly runtimeSeconds: number
      /** One of `throws`. */ readonly expected: boolean
    }
  /** The running task has already published the message of its retry. */
  | {
      readonly kind: 'retry'
      readonly error: RaisedError | null
      readonly countdownSeconds: number | null
      readonly message: string
      readonly tracebackText: string
    }
  | { readonly kind: 'ignore' }
  | { readonly kind: 'reject'; readonly requeue: boolean; readonly reason: string; readonly tracebackText: string }

export interface RaisedError {
  readonly excType: string
  readonly excModule: string
  /** JSON text of exc.args as Celery stores it. */
  readonly excMessageJson: string
  /** repr(exc), for the log and the event. */
  readonly repr: string
  /** Python's traceback text, ending in a newline. */
  readonly tracebackText: string
}

/** `message/publish-hooks.ts` over the boundary of a thread. */
export interface PublishTexts {
  readonly before: ((messageJson: string) => Promise<string>) | null
  readonly after: ((messageJson: string) => Promise<void>) | null
}

/** What running task code, or a producer, may ask of the engine. Python reaches it through its thread's bridge. */
export interface AppPort extends CanvasCalls {
  /** All settings, anew: those that a handler or a task has changed count for what is asked from now on. `tasks` when those are told too. */
  configure(conf: Readonly<Record<string, unknown>>, tasks?: readonly TaskInfo[]): Promise<void>
  /** Who is asked about each message from now on, as JSON texts; null: nobody. */
  hookPublishing(hooks: PublishTexts | null): Promise<void>
  /** Builds and publishes; answers the task id. */
  sendTask(ask: {
    readonly name: string
    readonly argsJson: string
    readonly kwargsJson: string
    readonly argsrepr: string
    readonly kwargsrepr: string
    /** JSON text of an object by Celery's names: countdown, eta, expires, queue, priority, task_id, headers, link … */
    readonly optionsJson: string
    /** The task that is running, when one is: root_id and parent_id come from it. */
    readonly parent: { readonly id: string; readonly rootId: string; readonly priority: number | null } | null
  }): Promise<{ readonly taskId: string }>
  /** The stored document as JSON text; PENDING when there is none. */
  resultMeta(taskId: string): Promise<string>
  /** Rejects with name `TimeoutError` after `timeoutSeconds`. */
  /** `onMessage`: told of each document on the way, as JSON text. */
  waitForResult(taskId: string, timeoutSeconds: number | null, onMessage?: (metaJson: string) => void): Promise<string>
  /** Documents as one JSON list, in the order in which they came; with `untilFailure` up to the first failure. */
  waitForResults(ask: {
    readonly taskIds: readonly string[]
    readonly timeoutSeconds: number | null
    readonly untilFailure: boolean
  }): Promise<string>
  storeState(ask: {
    readonly taskId: string
    readonly state: string
    readonly metaJson: string
    readonly requestJson: string
    /** Of a task that failed where it was called (task_store_eager_result). */
    readonly traceback?: string | null
  }): Promise<void>
  forget(taskId: string): Promise<void>
  /** A request to the workers as JSON text; answers the replies as JSON text, `[]` when none are wanted. */
  broadcast(requestJson: string): Promise<string>
  /** Deletes what waits in the app's queues; answers how many messages that were. */
  purge(): Promise<number>
}

/** One record of Python's logging, or one write to a redirected stdout or stderr (`celery.redirected`, WARNING). */
export interface TaskLogRecord {
  readonly level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'
  readonly loggerName: string
  /** The formatted message; a record with exc_info has its traceback text after it, on lines of its own. */
  readonly message: string
  /** Set for loggers of get_task_logger: the record is written in the task log format. Null outside a task. */
  readonly task?: { readonly name: string; readonly id: string } | null
  /** `message` is a whole line already, made by a formatter of the code's own. */
  readonly formatted?: boolean
}

/**
 * What a runner has told and its reader has not yet taken. Above this the task's thread waits: one that prints without
 * end becomes slow instead of filling the memory.
 */
export const maxUnsentLogBytes = 1024 * 1024
