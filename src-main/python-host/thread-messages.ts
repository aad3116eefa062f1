/**
 * What crosses between a host process's main thread (python-host.ts) and its Python thread (python-thread.ts).
 * While Python runs, its thread reads no messages: answers to host calls come over a port of their own that it reads
 * when the shared counter says so, and an interrupt is a byte in shared memory.
 */
import type { CommandOutcome } from '../engine/trace/own-command.js'
import type {
  AfterwardsPart,
  CodeError,
  RaisedError,
  TaskInfo,
  TaskJob,
  TaskOutcome,
} from '../engine/trace/task-runner.js'
import type { LabService } from '../processes/messages/learner-environment.js'
import type { UnusableFile } from './python-files.js'
import type { HostAnswer, HostCall, HostNote } from './host-calls.js'

/** `workerData` of the thread. */
export interface ThreadStart {
  readonly snapshotFile: string
  readonly shared: SharedArrayBuffer
  readonly interrupt: SharedArrayBuffer
  readonly answers: MessagePort
  readonly pid: number
  /** sys.argv[0] */
  readonly program: string
  /** The level of the root logger of a worker's process; null for a process whose prints are plain text. */
  readonly loglevel: string | null
  readonly processName: string
  readonly terminal: boolean
}

/** Places in `shared`, an Int32Array. */
export const sharedSlot = {
  /** Rises with every answer and every interrupt: the thread waits for it to change. */
  wake: 0,
  /** Bytes of notes (log records, output) that the main thread has not finished yet. */
  unfinishedBytes: 1,
} as const
export const sharedBytes = 8

/** Emscripten's number of SIGUSR1, in the interrupt byte: Python's handler raises SoftTimeLimitExceeded. */
export const softTimeLimitSignal = 10
/** SIGINT's: Ctrl+C at the prompt raises KeyboardInterrupt. */
export const keyboardSignal = 2

/** What Python is asked to do: one at a time, each answered by its `id`. */
export type PythonRequest =
  | {
      readonly kind: 'load'
      readonly modules: readonly string[]
      readonly wanted: 'celery' | 'wsgi' | null
      /** Files that Python is not given, and why. */
      readonly unusable: readonly UnusableFile[]
      /** Of the worker whose process this is. */
      readonly nodename: string | null
      readonly environ: Readonly<Record<string, string>>
      readonly services: readonly LabService[]
      readonly hostname: string
    }
  | { readonly kind: 'run'; readonly job: TaskJob }
  /** What of the task's own runs after its result is stored. */
  | { readonly kind: 'afterwards'; readonly part: AfterwardsPart | 'end' }
  /** One of Celery's signals that has no task: worker_process_init … */
  | { readonly kind: 'signal'; readonly name: string; readonly fieldsJson: string }
  /** A remote control command of the code's own: its arguments, and the worker as it is, as JSON text. */
  | { readonly kind: 'command'; readonly name: string; readonly argsJson: string; readonly stateJson: string }
  /** A record of the engine's, for logging that the code has set up by itself. */
  | { readonly kind: 'log'; readonly level: string; readonly loggerName: string; readonly message: string }
  /** The same when Python is idle: what follows a task is sent by the engine. Answered with JSON text. */
  | ({ readonly kind: 'publishing' } & PublishQuestion)
  /** After `load`: this Python is one that a learner types into. */
  | { readonly kind: 'prompt' }
  /** One more line of a statement. */
  | {
      readonly kind: 'type'
      readonly line: string
      /** Since files were saved. */ readonly unusable?: readonly UnusableFile[]
    }
  /** Ctrl+C in the middle of a statement. */
  | { readonly kind: 'forget-typed' }
  /** The names that Tab offers at the end of the line. */
  | { readonly kind: 'complete'; readonly line: string }
  | {
      readonly kind: 'wsgi'
      readonly module: string
      readonly method: string
      readonly target: string
      readonly headers: readonly (readonly [string, string])[]
      readonly port: number
      readonly remoteAddress: string
    }
  /** After a `wsgi` that said so, once the response has gone: the app has something to do then (PEP 3333's close()). */
  | { readonly kind: 'wsgi-close' }

export type PythonAnswer<R extends PythonRequest> = R extends { kind: 'load' }
  ? PythonLoadAnswer
  : R extends { kind: 'run' }
    ? TaskOutcome
    : R extends { kind: 'afterwards' }
      ? RaisedError | null
      : R extends { kind: 'publishing' }
        ? string
        : R extends { kind: 'command' }
          ? CommandOutcome
          : R extends { kind: 'signal' | 'log' | 'prompt' | 'forget-typed' }
            ? null
            : R extends { kind: 'type' }
              ? TypedAnswer
              : R extends { kind: 'complete' }
                ? CompletedAnswer
                : R extends { kind: 'wsgi-close' }
                  ? { readonly error: string } | null
                  : WsgiAnswer

export interface TypedAnswer {
  /** The statement is not a whole one yet. */
  readonly more: boolean
  /** `exit()`: what the process is to end with. */
  readonly exit: number | null
  /** When other files of the learner's are imported than before the line. */
  readonly imported: { readonly files: readonly string[]; readonly tasks: readonly string[] } | null
}

/** `words` may stand in place of `typed`, the end of the line. */
export interface CompletedAnswer {
  readonly words: readonly string[]
  readonly typed: string
}

export type PythonLoadAnswer =
  | {
      readonly kind: 'loaded'
      readonly tasks: readonly TaskInfo[]
      readonly appName: string
      readonly conf: Readonly<Record<string, unknown>>
      readonly signals?: readonly string[]
    }
  | { readonly kind: 'refused'; readonly error: CodeError }

/** The body comes as bytes beside it. */
export type WsgiAnswer = (
  | { readonly status: number; readonly reason: string; readonly headers: readonly (readonly [string, string])[] }
  | { readonly error: string }
) & {
  /** The app has given something that is to be closed: `wsgi-close` has to follow. */
  readonly closes: boolean
}

export type HostToThread = {
  readonly kind: 'request'
  readonly id: number
  readonly request: PythonRequest
  /** The learner's files, with `load`; those saved since, with `type`. */
  readonly files?: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  /** A request's body, with `wsgi`. */
  readonly body?: Uint8Array
}

export type ThreadToHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answerJson: string; readonly bytes: Uint8Array | null }
  /** The learner's code ended the interpreter: SystemExit or KeyboardInterrupt out of a task. */
  | { readonly kind: 'python-exit'; readonly id: number }
  /** The host itself broke. */
  | { readonly kind: 'broke'; readonly id: number; readonly message: string }
  | { readonly kind: 'host-call'; readonly id: number; readonly call: HostCall; readonly payload: Uint8Array | null }
  /** An interrupt ended the wait: nobody reads the answer to this call any more. */
  | { readonly kind: 'call-given-up'; readonly id: number }
  | { readonly kind: 'note'; readonly note: HostNote; readonly bytes: number }
  /** To a question that came while Python waited; `text` null: an interrupt came instead. */
  | { readonly kind: 'question-answered'; readonly question: number; readonly text: string | null }

/** Over the `answers` port. */
export type AnswerToThread =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: HostAnswer }
  /** Something on the way to the answer of a call, as JSON text. */
  | { readonly kind: 'told'; readonly id: number; readonly json: string }
  /** About a message that the call under way is to send: Python answers while it waits. */
  | ({ readonly kind: 'question'; readonly question: number } & PublishQuestion)

export interface PublishQuestion {
  readonly when: 'before' | 'after'
  readonly messageJson: string
}
