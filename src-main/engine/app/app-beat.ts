/**
 * Beat for an app: `app.beat().start()`. It sends what `beat_schedule` and `addPeriodicTask` say, over the app's own
 * connection, and needs no worker here. Celery: celery/apps/beat.py
 */
import { resolve } from 'node:path'
import { beatBanner } from '../beat/beat-banner.js'
import { readBeatSchedule, type BeatEntry, type ScheduledCall } from '../beat/beat-schedule.js'
import { readBeatSettings, schedulerNamed, unknownScheduler } from '../beat/beat-settings.js'
import { connectPatiently } from '../beat/connect-patiently.js'
import { crontab } from '../beat/crontab.js'
import { ScheduleFile } from '../beat/schedule-file.js'
import { appTime } from '../beat/schedule.js'
import { Scheduler, type BeatFact } from '../beat/scheduler.js'
import { Service } from '../beat/beat-loop.js'
import { ImproperlyConfigured } from '../errors.js'
import type { ParentTask, TaskCall } from '../message/prepare-call.js'
import type { SendOptions } from '../message/send-options.js'
import { Log, type LogSink } from '../ports/log.js'
import type { LogLevel } from '../ports/log-record.js'
import { PyTuple } from '../serialization/python-repr.js'
import type { Channel } from '../transport/channel.js'
import type { BrokerPorts } from './open-broker.js'
import type { CodeSignals } from './code-signals.js'
import type { Settings } from './settings.js'

export interface AppBeatOptions {
  /** Where the last runs are kept. Default: the app's `beat_schedule_filename`, in `folder`. */
  readonly schedule?: string | null
  /** Default: the app's `beat_scheduler`; `celery.beat:Scheduler` keeps nothing. */
  readonly scheduler?: string | null
  /** Seconds; default: the app's `beat_max_loop_interval`, or 300. */
  readonly maxInterval?: number | null
  /** What a relative file name is relative to. Default: the working folder. */
  readonly folder?: string
  readonly loglevel?: LogLevel
  /** Default: this process' stderr. */
  readonly log?: LogSink
  /** Shown in the banner, as the place where the log goes. */
  readonly logfile?: string | null
  /** In log lines; `Beat` inside a worker. */
  readonly processName?: string
  /** Default: no banner. */
  readonly print?: (text: string) => void
  readonly tell?: (fact: BeatFact) => void
}

/** The app as beat needs it. */
export interface BeatApp {
  readonly conf: Settings
  readonly changes: Readonly<Record<string, unknown>>
  readonly channel: Channel
  readonly ports: BrokerPorts
  readonly periodicTasks: ReadonlyMap<string, BeatEntry>
  /** Absent: the code is not in this process. */
  readonly signals?: CodeSignals
  /** Options of the task itself, where it is known here. */
  taskDefaults(task: string): SendOptions
  publish(call: TaskCall, parent: ParentTask | null, mayWait?: boolean): Promise<string>
}

const cleanup = 'celery.backend_cleanup'

export class AppBeat {
  /** Settles when beat has stopped; rejects when it could not go on. */
  readonly stopped: Promise<void>
  private readonly app: BeatApp
  private readonly service: Service
  private readonly print: (text: string) => void
  private readonly banner: string
  private settleStopped: (end: Promise<void> | null) => void = () => {}
  private running: Promise<void> | null = null

  constructor(app: BeatApp, options: AppBeatOptions = {}) {
    const { processName = 'MainProcess', loglevel: level = 'WARNING', log: sink = toStderr, tell = () => {} } = options
    const { clock } = app.ports
    this.app = app
    const log = new Log({ processName, level, sink, clock })
    const settings = readBeatSettings(app.changes)
    const filename = fileOf(options, settings)
    const time = { timezone: app.conf.timezone, enable_utc: app.conf.enable_utc }
    const maxIntervalSeconds = options.maxInterval || settings.maxIntervalSeconds
    const calls = callsOf(app, filename !== null)
    const scheduler = new Scheduler({
      calls,
      file: filename === null ? null : new ScheduleFile(resolve(options.folder ?? '.', filename), time, log),
      time: appTime({ ...time, beat_cron_starting_deadline: settings.cronStartingDeadlineSeconds }),
      maxIntervalSeconds,
      syncEveryTasks: settings.syncEveryTasks,
      connect: () =>
        connectPatiently({
          connect: () => app.channel.connect(),
          sleep: (seconds) => this.service.sleep(seconds),
          isStopping: () => this.service.isStopping,
          maxRetries: app.conf.broker_connection_max_retries,
          log,
        }),
      send: (call) => app.publish(taskCall(call, app.taskDefaults(call.task)), null, false),
      clock,
      log,
      tell,
    })
    this.service = new Service({ scheduler, clock, log, tell })
    this.print = options.print ?? (() => {})
    const shown = { scheduleFile: filename, logfile: options.logfile ?? null, loglevel: level, maxIntervalSeconds }
    this.banner = beatBanner({ ...shown, transport: app.channel.address, nowMs: clock.nowMs() })
    this.stopped = new Promise((settle) => (this.settleStopped = (end) => settle(end ?? undefined)))
    this.stopped.catch(() => {}) // who starts beat hears of it, whether or not somebody waits here
  }

  /** Settles as `stopped` does. */
  start(): Promise<void> {
    if (this.running === null) {
      this.print(this.banner)
      this.running = this.run()
      this.settleStopped(this.running)
    }
    return this.running
  }

  private async run(): Promise<void> {
    const { app } = this
    if (app.signals?.beatInit.hasReceivers) await app.signals.beatInit.send({ app }, {})
    await this.service.run()
  }

  /** Settles when what was being sent has been sent, and the schedule is saved. */
  async stop(): Promise<void> {
    this.service.stop()
    if (this.running === null) this.settleStopped(null)
    await this.stopped
  }
}

function fileOf(options: AppBeatOptions, settings: ReturnType<typeof readBeatSettings>): string | null {
  const name = options.scheduler ?? settings.scheduler
  const kind = schedulerNamed(name)
  if (kind === null) throw new ImproperlyConfigured(unknownScheduler(name))
  return kind === 'persistent' ? (options.schedule ?? settings.filename) : null
}

function callsOf(app: BeatApp, isPersistent: boolean): readonly ScheduledCall[] {
  const given = app.changes.beat_schedule
  const calls = readBeatSchedule(
    app.periodicTasks.size === 0
      ? given
      : { ...(given as object | undefined), ...Object.fromEntries(app.periodicTasks) },
  )
  return isPersistent && needsCleanup(app) && !calls.some(({ name }) => name === cleanup)
    ? [...calls, cleanupCall]
    : calls
}

/** As Celery: not on Redis, whose results expire by themselves; but when results are disabled. */
function needsCleanup({ conf }: BeatApp): boolean {
  return conf.result_backend === null && Boolean(conf.result_expires)
}

const cleanupCall: ScheduledCall = {
  name: cleanup,
  task: cleanup,
  schedule: crontab({ minute: '0', hour: '4', day_of_week: '*' }),
  args: [],
  kwargs: {},
  options: { expires: 12 * 3600 },
}

/** As Celery: a schedule's arguments are a list, shown as `[1, 2]`; none at all are `()`. */
function taskCall({ task, args, kwargs, options, shown }: ScheduledCall, defaults: SendOptions): TaskCall {
  const given = args.length === 0 ? new PyTuple([]) : args
  const call = { name: task, args: given, kwargs, options: { ...defaults, ...options } }
  return shown ? { ...call, shown } : call
}

function toStderr(text: string): Promise<void> {
  process.stderr.write(text)
  return Promise.resolve()
}
