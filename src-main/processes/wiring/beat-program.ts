/**
 * Beat put together: what the lab's beat process and `celery beat` have in common. Python says what the schedule is, and
 * ends, unless the code listens to beat; beat itself is engine/beat. Composition only.
 */
import { AppBeat } from '../../engine/app/app-beat.js'
import type { Celery } from '../../engine/app/celery.js'
import type { BeatFact } from '../../engine/beat/scheduler.js'
import { callDefaults } from '../../engine/canvas/call-defaults.js'
import { warnOfSettingsWithoutEffect } from '../../engine/control/settings-without-effect.js'
import { Log, withTraceback, type LogSink } from '../../engine/ports/log.js'
import type { LogLevel } from '../../engine/ports/log-record.js'
import { systemClock } from '../../engine/ports/system.js'
import type { CodeError, TaskInfo } from '../../engine/trace/task-runner.js'
import { needsBeatCode } from '../../engine/worker/main-code.js'
import { freezeCode } from '../../python-host/frozen-code.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { learnerApp } from './learner-app.js'
import { mainCode } from './main-code.js'
import { loadCode } from './load-code.js'
import { streamSink } from './stream-sink.js'

export interface BeatOrder {
  readonly environment: LearnerEnvironment
  readonly appModule: string
  readonly loglevel: LogLevel
  /** `-s`; null: the app's `beat_schedule_filename`. */
  readonly schedule: string | null
  /** `-S`; null: the app's `beat_scheduler`. */
  readonly scheduler: string | null
  readonly maxInterval: number | null
  /** `-f`, and where its text goes; null: stderr. */
  readonly logfile: { readonly path: string; readonly sink: LogSink } | null
  readonly onImporting?: () => void
}

export type BeatProgram =
  | {
      readonly kind: 'loaded'
      readonly beat: AppBeat
      readonly fingerprint: string
      /** Until it is stopped; answers the exit code. */
      readonly run: () => Promise<number>
    }
  | { readonly kind: 'refused'; readonly error: CodeError; readonly fingerprint: string }

/** Rejects when a setting cannot be used: a schedule that is wrong, a scheduler that is not here. */
export async function beatProgram(order: BeatOrder, tell: (fact: BeatFact) => void): Promise<BeatProgram> {
  const { environment, appModule, loglevel, logfile, onImporting = () => {} } = order
  const sink = logfile?.sink ?? streamSink(process.stderr)
  const terminal = logfile === null && Boolean(process.stderr.isTTY)
  const log = new Log({ processName: 'MainProcess', level: loglevel, sink, clock: systemClock, terminal })
  const onLog: Parameters<typeof loadCode>[0]['onLog'] = (record) => log.fromCode(record)
  const loaded = await loadCode({ environment, appModule, loglevel, onLog, onImporting })
  if (loaded.kind === 'refused') return loaded
  log.use(loaded.conf)
  warnOfSettingsWithoutEffect(loaded.conf, log)
  const app = learnerApp(environment, loaded.conf, log)
  const out = streamSink(process.stdout)
  const code = needsBeatCode(loaded) ? await freezeCode(environment.workdir) : null
  const setup = code && { environment, code, appModule, nodename: null, loglevel, terminal }
  const main = setup && (await mainCode(loaded, { setup, log, sink: streamSink(process.stderr), out }))
  app.publishHooks = main?.publishHooks ?? {}
  const beat = new AppBeat(withTasks(app, loaded.tasks), {
    schedule: order.schedule,
    scheduler: order.scheduler,
    maxInterval: order.maxInterval,
    folder: environment.workdir,
    loglevel,
    log: sink,
    logfile: logfile?.path ?? null,
    print: (text) => void out(text),
    tell,
  })
  const run = async (): Promise<number> => {
    try {
      await Promise.all([beat.start(), main?.signal('beat_init', { hostname: '' })])
      return 0
    } catch (error) {
      sayBeatRaised(error, log)
      return 1
    } finally {
      await main?.close()
      await app.close()
    }
  }
  return { kind: 'loaded', beat, fingerprint: loaded.fingerprint, run }
}

export function sayBeatRaised(error: unknown, log: Log): void {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  log.critical(withTraceback(`beat raised exception ${said}`, error))
}

/** The app knows the settings; what its tasks say of themselves came beside them. */
export function withTasks(app: Celery, tasks: readonly TaskInfo[]): ConstructorParameters<typeof AppBeat>[0] {
  const defaults = new Map(tasks.map(({ name, options }) => [name, callDefaults(options)]))
  const { conf, changes, ports, periodicTasks } = app
  return {
    ...{ conf, changes, ports, periodicTasks },
    channel: app.channel,
    taskDefaults: (name) => defaults.get(name) ?? {},
    publish: (call, parent, mayWait) => app.publish(call, parent, mayWait),
  }
}
