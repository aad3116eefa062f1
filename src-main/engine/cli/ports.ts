/** What the command line needs of the process it runs in; src-main/processes/cli.ts provides it. */
import type { Control } from '../control/control.js'
import type { OwnCommand } from '../trace/own-command.js'
import type { LogLevel } from '../ports/log-record.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { BoundQueue, Channel } from '../transport/channel.js'
import type { WorkerOptions } from '../worker/worker-parts.js'

export interface GlobalOptions {
  /** `-A`: the module, as `tasks` or `tasks:app`. */
  readonly app: string | null
  readonly broker: string | null
  readonly resultBackend: string | null
  readonly workdir: string | null
  /** `--config`: the module with the settings, for an app that names none itself. Without -A the app is Celery's default one. */
  readonly config: string | null
}

export interface WorkerCommand {
  readonly global: GlobalOptions
  readonly appModule: string
  /** `-I`: modules to import beside the app's. */
  readonly include: readonly string[]
  readonly loglevel: LogLevel
  /** As it was given, with `%i` for the number of the process. */
  readonly logfile: string | null
  readonly pidfile: string | null
  readonly options: WorkerOptions
  /** `-B`, with `-s` and `--scheduler`; null: without beat. */
  readonly beat: { readonly schedule: string | null; readonly scheduler: string | null } | null
}

export interface BeatCommand {
  readonly global: GlobalOptions
  readonly appModule: string
  readonly schedule: string | null
  readonly scheduler: string | null
  readonly maxInterval: number | null
  readonly loglevel: LogLevel
  readonly logfile: string | null
  readonly pidfile: string | null
}

export interface CallOptions {
  readonly eta: string | null
  readonly countdown: number | null
  readonly expires: number | string | null
  readonly serializer: string | null
  readonly queue: string | null
  readonly exchange: string | null
  readonly routingKey: string | null
}

/** The app as the commands use it. */
export interface CliApp {
  /** event_exchange */
  readonly eventExchange: string
  readonly control: Pick<Control, 'broadcast' | 'purge'>
  readonly channel: Pick<Channel, 'subscribe'>
  /** Of the queues that the app knows. */
  readonly queueNames: readonly string[]
  /** Of the exchanges of those queues; they are declared first. */
  bindings(): Promise<readonly BoundQueue[]>
  report(): string
  send(task: string, args: readonly WireValue[], kwargs: WireObject, options: CallOptions): Promise<string>
  /** Waits until the result is there. */
  result(taskId: string): Promise<TaskResult>
  /** What is stored now, without waiting. */
  traceback(taskId: string): Promise<string | null>
  close(): Promise<void>
}

export type TaskResult =
  | { readonly kind: 'value'; readonly value: WireValue }
  | {
      readonly kind: 'raised'
      readonly type: string
      readonly args: readonly WireValue[]
      readonly traceback: string | null
    }

export interface CliPorts {
  out(text: string): void
  err(text: string): void
  readonly hostname: string
  readonly cpus: number
  /** Answers the exit code. */
  runWorker(command: WorkerCommand): Promise<number>
  /** Answers the exit code. */
  runBeat(command: BeatCommand): Promise<number>
  /** Remote control commands that the code of `-A` adds; none without `-A`. */
  ownCommands(global: GlobalOptions): Promise<readonly OwnCommand[]>
  /** `settings`: more of the code than its addresses is needed. */
  openApp(global: GlobalOptions, needs?: { readonly settings: boolean }): Promise<CliApp>
  /** One line of stdin, asked for with these words; null at its end. */
  readLine(question: string): Promise<string | null>
  /** Settles when the process is told to end. */
  untilInterrupted(): Promise<void>
}

/** The command was understood and did not do what it was for. `words` null: as click's "Aborted!" */
export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly words: string | null
  readonly exitCode: number
  constructor(words: string | null, exitCode: number) {
    super(words ?? 'Aborted!')
    this.words = words
    this.exitCode = exitCode
  }
}

/** Said as click says it, with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
