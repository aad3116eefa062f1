/** The banner's facts, read off a worker that is about to consume. Celery: celery/apps/worker.py (startup_info) */
import type { LoadedCode } from '../pool/pool-messages.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import { asctime } from '../ports/log-record.js'
import { banner, maskPassword, platformName } from './banner.js'
import { consumedQueues, sendsTaskEvents, taskNames } from './code-facts.js'
import type { Broker, WorkerOptions } from './worker-parts.js'

export interface BannerParts {
  readonly options: WorkerOptions
  readonly clock: Clock
  readonly log: Log
}

export function workerBanner(code: LoadedCode, broker: Broker, { options, clock, log }: BannerParts): string {
  const shown = log.level === 'DEBUG' || log.level === 'INFO'
  return banner({
    nodename: options.nodename,
    app: `${code.appName}:0x${code.fingerprint.slice(0, 12)}`,
    transport: maskPassword(broker.transportUrl),
    results: maskPassword(broker.resultsUrl),
    concurrency: options.autoscale
      ? `{min=${options.autoscale.min}, max=${options.autoscale.max}}`
      : options.concurrency,
    pool: options.pool === 'threads' ? 'thread' : (options.pool ?? 'prefork'),
    taskEvents: sendsTaskEvents(code, options),
    queues: consumedQueues(broker, options),
    // As Celery: those that every worker has are shown to whoever debugs.
    tasks: shown ? taskNames(code).filter((name) => log.level === 'DEBUG' || !name.startsWith('celery.')) : null,
    platform: platformName(),
    startedAt: asctime(clock.nowMs()).slice(0, 19),
  })
}
