/**
 * Celery's signals for the app's own code: `signals.taskPrerun.connect(({ taskId }) => …)`. The names are Celery's in camel
 * case, as is what goes with each. Who sends them: task-run.ts those of a running task, publish-signals.ts those of a
 * message, host-signals.ts those that a worker, a pool process or beat tells of. Celery: celery/signals.py
 */
import { ImproperlyConfigured } from '../errors.js'
import type { Log } from '../ports/log.js'
import type { LogLevel } from '../ports/log-record.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { CodeLogger } from './code-logger.js'
import { CodeSignal } from './code-signal.js'
import type { Task } from './task.js'
import type { TaskRequest } from './task-request.js'

type Nothing = Readonly<Record<never, never>>
type AnyTask = Task<never, unknown> | Task

/** What a worker, its consumer or its heart is here. */
export interface NodeSender {
  /** `celery@host` */
  readonly hostname: string
  readonly app: object
}

/** What a task was called with, as its function gets it. */
interface Called {
  readonly taskId: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Of the call that runs; Celery has it at the task. */
  readonly request: TaskRequest
}

/** As `inspect.active()` shows it: `id`, `name`, `args`, `kwargs`, `delivery_info` … */
export type ReceivedRequest = Readonly<Record<string, unknown>> & { readonly id: string; readonly name: string }

interface LoggingSetUp {
  readonly loglevel: LogLevel
  readonly logfile: string | null
  readonly format: string
  readonly colorize: boolean
  readonly logger: CodeLogger
}

interface WorkerSetUp {
  readonly instance: NodeSender
  /** What is changed in it counts. */
  readonly conf: Record<string, unknown>
}

interface Published {
  /** `[args, kwargs, embed]` of protocol 2, values of the wire. */
  body: WireValue
  readonly exchange: string
  readonly routingKey: string
  /** What is changed in it goes out. */
  headers: Record<string, WireValue>
}

/** By signal: who sends it, and what goes with it. */
interface Kinds {
  task_prerun: [AnyTask, Called & { readonly task: AnyTask }]
  task_postrun: [AnyTask, Called & { readonly task: AnyTask; readonly retval: unknown; readonly state: string | null }]
  task_success: [AnyTask, { readonly result: unknown; readonly request: TaskRequest }]
  task_retry: [AnyTask, { readonly request: TaskRequest; readonly reason: Error; readonly traceback: string }]
  task_failure: [AnyTask, Called & { readonly exception: Error; readonly traceback: string }]
  task_internal_error: [AnyTask, Called & { readonly exception: Error; readonly traceback: string }]
  worker_process_init: [null, Nothing]
  worker_process_shutdown: [null, { readonly pid: number; readonly exitcode: number }]
  setup_logging: [null, LoggingSetUp]
  after_setup_logger: [null, LoggingSetUp]
  after_setup_task_logger: [null, LoggingSetUp]
  import_modules: [object, Nothing]
  celeryd_init: [string, WorkerSetUp & { readonly options: Readonly<Record<string, unknown>> }]
  celeryd_after_setup: [string, WorkerSetUp]
  worker_init: [NodeSender, Nothing]
  worker_ready: [NodeSender, Nothing]
  worker_shutting_down: [string, { readonly sig: string; readonly how: 'Warm' | 'Cold'; readonly exitcode: number }]
  worker_shutdown: [NodeSender, Nothing]
  heartbeat_sent: [NodeSender, Nothing]
  task_received: [NodeSender, { readonly request: ReceivedRequest }]
  /** Its sender is null when the task is not of this app. */
  task_revoked: [
    AnyTask | null,
    {
      readonly request: ReceivedRequest
      readonly terminated: boolean
      readonly signum: number | null
      readonly expired: boolean
    },
  ]
  task_rejected: [NodeSender, { readonly message: null; readonly exc: string }]
  task_unknown: [NodeSender, { readonly message: null; readonly exc: null; readonly name: string; readonly id: string }]
  beat_init: [{ readonly app: object }, Nothing]
  beat_embedded_init: [{ readonly app: object }, Nothing]
  before_task_publish: [
    string,
    Published & {
      readonly declare: readonly never[]
      properties: Record<string, WireValue>
      readonly retryPolicy: WireValue
    },
  ]
  after_task_publish: [string, Readonly<Published>]
  task_sent: [
    string,
    {
      readonly taskId: WireValue
      readonly task: string
      readonly args: WireValue
      readonly kwargs: WireValue
      readonly eta: WireValue
      readonly taskset: WireValue
    },
  ]
}

export type CodeSignalName = keyof Kinds
type Camel<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S
export type CodeSignals = {
  readonly [N in CodeSignalName as Camel<N>]: CodeSignal<Kinds[N][0], Kinds[N][1]>
}

/** Those of which somebody else has to tell this code: it says when it is loaded which it listens to. */
const ofHosts = [
  ...['worker_process_init', 'worker_process_shutdown'],
  ...['worker_init', 'worker_ready', 'worker_shutting_down', 'worker_shutdown', 'heartbeat_sent'],
  ...['task_received', 'task_revoked', 'task_rejected', 'task_unknown', 'beat_init', 'beat_embedded_init'],
  ...['before_task_publish', 'after_task_publish', 'task_sent'],
] as CodeSignalName[]

const ofThisSide = [
  ...['task_prerun', 'task_postrun', 'task_success', 'task_retry', 'task_failure', 'task_internal_error'],
  ...['setup_logging', 'after_setup_logger', 'after_setup_task_logger'],
  ...['import_modules', 'celeryd_init', 'celeryd_after_setup'],
] as CodeSignalName[]

/** Sent by Celery's command line and by pools that are not here: code that waits for one would wait in vain. */
const notSent = [
  'user_preload_options',
  ...['eventlet_pool_started', 'eventlet_pool_preshutdown', 'eventlet_pool_postshutdown', 'eventlet_pool_apply'],
]

export function codeSignals(log: Pick<Log, 'error'>): CodeSignals {
  const names = [...ofThisSide, ...ofHosts]
  const signals = Object.fromEntries(names.map((name) => [camelCase(name), new CodeSignal(name, log)]))
  for (const name of names) refuse(signals, name, `is called ${camelCase(name)} here`)
  for (const name of notSent) {
    refuse(signals, name, 'is not sent here')
    refuse(signals, camelCase(name), 'is not sent here')
  }
  return signals as unknown as CodeSignals // one of each name
}

/** Celery's names of those that somebody has connected to. */
export function listenedTo(signals: CodeSignals): readonly string[] {
  return ofHosts.filter((name) => signalNamed(signals, name).hasReceivers)
}

export const hostSignalNames: readonly string[] = ofHosts

export function signalNamed(signals: CodeSignals, name: CodeSignalName): CodeSignal<unknown, WireObject | Nothing> {
  return signals[camelCase(name) as keyof CodeSignals] as unknown as CodeSignal<unknown, WireObject | Nothing> // its name
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function refuse(signals: object, name: string, words: string): void {
  const get = (): never => {
    throw new ImproperlyConfigured(`the signal ${name} ${words}`)
  }
  Object.defineProperty(signals, name, { get, enumerable: false })
}
