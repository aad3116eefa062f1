/**
 * What crosses between a host process's main thread (node-runner.ts) and the thread that runs the learner's modules
 * (node-thread.ts). A loop that never awaits reads no messages: that its soft time limit is over, and how much of what it
 * has said is still unwritten, are numbers in shared memory.
 */
import type { LogLevel } from '../engine/ports/log-record.js'
import type {
  AfterwardsPart,
  BodyAnswer,
  BodyCall,
  LoadResult,
  RaisedError,
  TaskJob,
  TaskLogRecord,
  TaskOutcome,
} from '../engine/trace/task-runner.js'
import type { ModuleFile } from './module-loader.js'
import type { Service } from './service-sockets.js'

/** False: the code is only looked at, and sends nothing. `once-loaded`: nothing while it is loaded, all from then on. */
export type Sends = boolean | 'once-loaded'

/** `workerData` of the thread. */
export interface ThreadStart {
  readonly workdir: string
  readonly files: readonly ModuleFile[]
  readonly brokerUrl: string
  readonly resultBackend: string
  /** To which connections say who is asking. */
  readonly services: readonly Service[]
  readonly sends: Sends
  /** Of the worker whose process this is; null: it is none of a worker. */
  readonly nodename: string | null
  /** Of a worker's log; null: nobody sets up logging here. */
  readonly loglevel: LogLevel | null
  /** As a worker's; else they are plain text. */
  readonly printsAreRecords: boolean
  readonly shared: SharedArrayBuffer
}

/** Places in `shared`, an Int32Array. */
export const sharedSlot = {
  /** 1 once the soft time limit of what runs is over. */
  interrupted: 0,
  /** Bytes of log records and output that the main thread has not written yet. */
  unwrittenBytes: 1,
} as const
export const sharedBytes = 8

/** One at a time, each answered by its `id`. */
export type ThreadRequest =
  /** `tasks`, or `tasks:app`, which names the export. */
  | {
      readonly kind: 'load'
      readonly modules: readonly string[]
      readonly wantsApp: boolean
      readonly fingerprint: string
    }
  | { readonly kind: 'run'; readonly job: TaskJob }
  | { readonly kind: 'afterwards'; readonly part: AfterwardsPart | 'end' }
  | { readonly kind: 'call-body'; readonly call: BodyCall }
  /** For receivers of one of Celery's signals; `fieldsJson` by Celery's names. */
  | { readonly kind: 'signal'; readonly name: string; readonly fieldsJson: string }
  /** A message that the process sends: before, what its receivers have made of it; after, nothing. */
  | { readonly kind: 'publishing'; readonly when: 'before' | 'after'; readonly messageJson: string }
  /** Of the engine's own, for the logging that the code has set up. */
  | { readonly kind: 'log'; readonly record: TaskLogRecord }
  /** What is connected lets go. */
  | { readonly kind: 'close' }

export type ThreadAnswer<R extends ThreadRequest> = R extends { kind: 'load' }
  ? LoadResult
  : R extends { kind: 'run' }
    ? TaskOutcome
    : R extends { kind: 'afterwards' }
      ? RaisedError | null
      : R extends { kind: 'call-body' }
        ? BodyAnswer
        : R extends { kind: 'publishing' }
          ? string | null
          : null

export type HostToThread =
  | { readonly kind: 'request'; readonly id: number; readonly request: ThreadRequest }
  /** For the job of that request, when it still runs. */
  | { readonly kind: 'soft-time-limit'; readonly id: number }

export type ThreadToHost =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  /** Whether there are receivers of the signals of a message: from here on they are asked, or not. */
  | { readonly kind: 'listens-to-publishing'; readonly before: boolean; readonly after: boolean }
  /** The host itself broke. */
  | { readonly kind: 'broke'; readonly id: number; readonly message: string }
  | { readonly kind: 'log'; readonly record: TaskLogRecord; readonly bytes: number }
  /** Printed, where prints are no records of the log. */
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string; readonly bytes: number }
  /** The running task has sent another one. */
  | { readonly kind: 'child'; readonly parentId: string; readonly childId: string }
  /** The same for a canvas: JSON text of its result's form. */
  | { readonly kind: 'tree'; readonly parentId: string; readonly treeJson: string }
