/**
 * Beat inside a worker (`-B`). Celery gives it a process of its own; here it lives in the worker's main process, with its own
 * connection and its own name in the log. Celery: celery/worker/components.py (Beat), celery/beat.py (EmbeddedService)
 */
import { AppBeat } from '../../engine/app/app-beat.js'
import type { LoadedCode } from '../../engine/pool/pool-messages.js'
import type { Log, LogSink } from '../../engine/ports/log.js'
import type { LogLevel } from '../../engine/ports/log-record.js'
import type { MainCode } from '../../engine/worker/main-code.js'
import type { EmbeddedBeat } from '../../engine/worker/worker-parts.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { sayBeatRaised, withTasks } from './beat-program.js'
import { learnerApp } from './learner-app.js'

export interface EmbeddedBeatOptions {
  readonly schedule: string | null
  readonly scheduler: string | null
}

export interface EmbeddedBeatParts {
  readonly environment: LearnerEnvironment
  readonly loglevel: LogLevel
  readonly log: Log
  readonly sink: LogSink
  readonly options: EmbeddedBeatOptions
}

/** As Celery: a beat that cannot go on says so, and the worker works without it. */
export function embeddedBeat({
  environment,
  loglevel,
  log,
  sink,
  options,
}: EmbeddedBeatParts): (code: LoadedCode, main: MainCode | null) => EmbeddedBeat {
  return ({ conf, tasks }, main) => {
    const app = learnerApp(environment, conf, log)
    app.publishHooks = main?.publishHooks ?? {}
    let beat: AppBeat | null = null
    const run = async (): Promise<void> => {
      const own = { folder: environment.workdir, loglevel, log: sink, processName: 'Beat' }
      beat = new AppBeat(withTasks(app, tasks), { ...options, ...own })
      await beat.start()
    }
    return {
      start: () => void run().catch((error: unknown) => sayBeatRaised(error, log)),
      async stop() {
        log.info('beat: Shutting down...')
        await beat?.stop().catch(() => {}) // said above
        await app.close()
      },
    }
  }
}
