/** What beat prints on stdout when it starts. Celery: celery/apps/beat.py (STARTUP_INFO_FMT, banner); recordings 14-beat, 19-cli */
import { asctime, type LogLevel } from '../ports/log-record.js'
import { software } from '../software.js'
import { humanSeconds } from './human-seconds.js'

export interface BeatBannerFacts {
  /** Without its password. */
  readonly transport: string
  /** null: nothing is kept. */
  readonly scheduleFile: string | null
  /** null: stderr. */
  readonly logfile: string | null
  readonly loglevel: LogLevel
  readonly maxIntervalSeconds: number
  readonly nowMs: number
}

export function beatBanner(facts: BeatBannerFacts): string {
  const { transport, scheduleFile, logfile, loglevel, maxIntervalSeconds, nowMs } = facts
  return [
    `celery beat v${software.version} (${software.codename}) is starting.`,
    '__    -    ... __   -        _',
    `LocalTime -> ${asctime(nowMs).slice(0, 19)}`,
    'Configuration ->',
    `    . broker -> ${transport}`,
    '    . loader -> celery.loaders.app.AppLoader',
    `    . scheduler -> celery.beat.${scheduleFile === null ? 'Scheduler' : 'PersistentScheduler'}`,
    scheduleFile === null ? '' : `    . db -> ${scheduleFile}`,
    `    . logfile -> ${logfile ?? '[stderr]'}@%${loglevel}`,
    `    . maxinterval -> ${humanSeconds(maxIntervalSeconds)} (${maxIntervalSeconds}s)`,
    '',
  ].join('\n')
}
