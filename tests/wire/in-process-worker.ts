/** Workers of a replay in this process: TypeScript functions for the recorded tasks, and the clock of the recording. */
import { Celery, type CeleryOptions } from '../../src-main/engine/index.js'
import type { JumpClock } from '../support/jump-clock.js'
import type { Turns } from './turns.js'
import type { RecordedWorker, WorkerOrder } from './recorded-worker.js'

export interface InProcess {
  readonly url: string
  readonly clock: JumpClock
  readonly conf: CeleryOptions
  readonly define: (app: Celery, clock: JumpClock, turns: Turns | null) => void
  readonly turns: Turns | null
}

export function startInProcess({ url, clock, conf, define, turns }: InProcess, order: WorkerOrder): RecordedWorker {
  const app = new Celery('tasks', { broker: url, backend: url, ...conf }, { clock, origin: 'gen1@host' })
  define(app, clock, turns)
  let log = ''
  const { nodename, concurrency, taskEvents, queues, prefetchMultiplier, timeLimit, softTimeLimit, social } = order
  const worker = app.worker({
    hostname: nodename,
    concurrency,
    loglevel: 'INFO',
    log: (text) => Promise.resolve(void (log += text)),
    ...(taskEvents ? { taskEvents } : {}),
    ...(queues ? { queues } : {}),
    ...(prefetchMultiplier === null ? {} : { prefetchMultiplier }),
    ...(timeLimit === null ? {} : { timeLimit }),
    ...(softTimeLimit === null ? {} : { softTimeLimit }),
    mingle: social,
    gossip: social,
    heartbeat: social,
  })
  const started = worker.start().then(
    () => {},
    () => {}, // stopped before it was ready
  )
  let ended: Promise<void> | null = null
  const stop = (how: 'warm' | 'cold'): Promise<void> =>
    (ended ??= (async () => {
      await worker.stop(how)
      await started
      await app.close()
    })())
  return {
    // Not waited for: what runs may need the clock to go on.
    signal: (name) => Promise.resolve(void stop(/QUIT|KILL/.test(name) ? 'cold' : 'warm')),
    log: () => log,
    stop: () => stop('cold'),
  }
}
