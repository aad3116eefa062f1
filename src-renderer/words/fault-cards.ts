/** What can be broken now, station by station, in the words of its button. Side pane, stations' menus and palette all offer these. */
import type { FaultOrder } from '../../src-main/contract/fault-orders.js'
import { BEAT, SECOND_BEAT, type ApiSettings } from '../../src-main/contract/topology.js'
import type { LabView, ProcessView } from '../../src-main/contract/views.js'
import { isDangerous, sayShare } from './say-fault.js'
import { sayDuration } from './say-task.js'

export interface FaultCard {
  readonly order: FaultOrder
  readonly title: string
  readonly note: string
  readonly danger: boolean
  readonly station: 'worker' | 'beat' | 'mail' | 'results' | 'redis' | 'monitor' | 'api' | 'database'
  /** Why it cannot be pressed now; null when it can. */
  readonly blocked: string | null
}

/** Slow mail server: the choices offered, in milliseconds. */
export const MAIL_DELAYS_MS = [0, 4000, 10_000] as const
/** Slow commits of the database: the choices offered, in milliseconds. */
export const COMMIT_DELAYS_MS = [0, 2000, 6000] as const
/** Stop Redis: how long it stays away, in milliseconds, unless it is started before. */
const REDIS_AWAY_MS = 10_000
const DEAF_MS = 5_000
/** An API that takes this long for a call is one to be made fast again. */
const SLOW_API_MS = 1_000

/** What the side pane has a card for; delays of mail server and database are sliders there. */
export function faultCards(lab: LabView): readonly FaultCard[] {
  return [
    ...lab.processes.flatMap((process) => (process.role === 'worker' ? workerCards(lab, process) : [])),
    ...beatCards(lab),
    ...mailCards(lab),
    card('results', { kind: 'flush-results' }, 'Flush result store', 'records only, no message'),
    ...redisCards(lab),
    card('monitor', { kind: 'deaf-monitor', forMs: DEAF_MS }, 'Deafen monitor', `no events for ${seconds(DEAF_MS)}`),
  ]
}

function card(
  station: FaultCard['station'],
  order: FaultOrder,
  title: string,
  note: string,
  blocked: string | null = null,
): FaultCard {
  return { station, order, title, note, blocked, danger: isDangerous(order) }
}

const seconds = (ms: number): string => sayDuration(ms).replace('.0', '')

function workerCards(lab: LabView, { name, state }: ProcessView): readonly FaultCard[] {
  const several = lab.processes.filter((process) => process.role === 'worker').length > 1
  const blocked = state === 'ready' || state === 'starting' ? null : `${name} is not running`
  const kill = `kill -9 ${several ? name : 'worker'}`
  const killChild = several ? `kill a child of ${name}` : 'kill one child'
  return [
    card('worker', { kind: 'kill-worker', worker: name }, kill, 'whole process tree', blocked),
    card('worker', { kind: 'kill-child', worker: name }, killChild, 'pool replaces it', blocked),
  ]
}

/** While it is away there is one thing to do: start it before its time. */
export function redisCards(lab: LabView): readonly FaultCard[] {
  const redis = lab.processes.find((process) => process.role === 'redis')
  if (redis?.state === 'off') return [card('redis', { kind: 'start-redis' }, 'Start Redis now', 'ends the outage')]
  const blocked = redis?.state === 'ready' ? null : 'Redis is not ready'
  const back = `back after ${seconds(REDIS_AWAY_MS)}`
  const stop = (keepData: boolean): FaultOrder => ({ kind: 'stop-redis', forMs: REDIS_AWAY_MS, keepData })
  const bounced = lab.redis.appendOnly ? 'down and up, data kept' : 'down and up, empty'
  return [
    card('redis', stop(true), 'Stop Redis, keep data', `${back} with all it held`, blocked),
    card('redis', stop(false), 'Stop Redis, lose data', `${back}, empty`, blocked),
    card('redis', { kind: 'bounce-redis', times: 2 }, 'Bounce Redis twice', bounced, blocked),
  ]
}

/** Only where the step has a beat. */
export function beatCards(lab: LabView): readonly FaultCard[] {
  const beats = lab.processes.filter((process) => process.role === 'beat')
  const [first, second] = [BEAT, SECOND_BEAT].map((name) => beats.find((beat) => beat.name === name))
  if (first === undefined) return []
  const runs = (beat: ProcessView): boolean => beat.state === 'ready' || beat.state === 'starting'
  const blocked = runs(first) ? null : 'beat is not running'
  const double =
    second !== undefined && runs(second)
      ? card('beat', { kind: 'end-duplicate-beat' }, 'End the second beat', `stops ${SECOND_BEAT}`)
      : card('beat', { kind: 'duplicate-beat' }, 'Start a second beat', 'same code, own schedule file', blocked)
  return [double, card('beat', { kind: 'kill-beat' }, 'kill -9 beat', 'saves nothing', blocked)]
}

export function mailCards(lab: LabView): readonly FaultCard[] {
  return lab.mail.running
    ? [card('mail', { kind: 'stop-mail' }, 'Stop mail server', 'refuses connections')]
    : [card('mail', { kind: 'start-mail' }, 'Start mail server', 'listens again on the same port')]
}

/** The mail server's other speeds. */
export function mailSpeedCards(lab: LabView): readonly FaultCard[] {
  return MAIL_DELAYS_MS.filter((delayMs) => delayMs !== lab.mail.delayMs).map((delayMs) =>
    delayMs === 0
      ? card('mail', { kind: 'slow-mail', delayMs }, 'Mail server at full speed', 'takes each mail at once')
      : card(
          'mail',
          { kind: 'slow-mail', delayMs },
          `Slow mail server: ${seconds(delayMs)} a mail`,
          'its sender waits',
        ),
  )
}

/** The database's other speeds. */
export function commitSpeedCards(lab: LabView): readonly FaultCard[] {
  return COMMIT_DELAYS_MS.filter((delayMs) => delayMs !== lab.db.commitDelayMs).map((delayMs) => {
    const order = { kind: 'slow-commit', delayMs } as const
    return delayMs === 0
      ? card('database', order, 'Database at full speed', 'commits at once')
      : card('database', order, `Slow database: ${seconds(delayMs)} a commit`, 'others see a row late')
  })
}

/** What is wrong with the seat-map API can be ended, what is not wrong can begin. */
export function apiCards({ running, failureRate, latencyMs, limitPerSecond }: ApiSettings): readonly FaultCard[] {
  const ends = [
    ...(failureRate > 0
      ? [card('api', { kind: 'flaky-api', failureRate: 0 }, 'API answers again', 'no more 503')]
      : []),
    ...(latencyMs >= SLOW_API_MS
      ? [card('api', { kind: 'slow-api', latencyMs: 0 }, 'API at full speed', 'answers at once')]
      : []),
    ...(limitPerSecond > 0
      ? [card('api', { kind: 'limit-api', perSecond: 0 }, 'API without a limit', 'no more 429')]
      : []),
  ]
  return [
    running
      ? card('api', { kind: 'stop-api' }, 'Stop seat-map API', 'refuses connections')
      : card('api', { kind: 'start-api' }, 'Start seat-map API', 'listens again on the same port'),
    ...ends,
    card('api', { kind: 'flaky-api', failureRate: 0.5 }, 'Flaky API', `503 for ${sayShare(0.5)}`),
    card('api', { kind: 'slow-api', latencyMs: 60_000 }, 'Slow API: 60 s a call', 'takes the call and does not answer'),
    card('api', { kind: 'limit-api', perSecond: 5 }, 'API limit: 5 calls a second', '429 for more'),
  ]
}
