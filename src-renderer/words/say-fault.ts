/** Every fault, in the words of its button: what it is called, what it does, and which station it breaks. */
import type { FaultOrder } from '../../src-main/contract/fault-orders.js'
import type { LabView } from '../../src-main/contract/views.js'
import { BEAT, SECOND_BEAT } from '../../src-main/contract/topology.js'
import { sayDuration } from './say-task.js'

export interface FaultCard {
  readonly order: FaultOrder
  readonly title: string
  readonly note: string
  readonly danger: boolean
  readonly station: 'worker' | 'beat' | 'mail' | 'results' | 'redis' | 'monitor'
  /** Why it cannot be pressed now; null when it can. */
  readonly blocked: string | null
}

/** Slow mail server: the choices offered, in milliseconds. */
export const MAIL_DELAYS_MS = [0, 4000, 10_000] as const
/** Slow commits of the database: the choices offered, in milliseconds. */
export const COMMIT_DELAYS_MS = [0, 2000, 6000] as const

export function faultCards(lab: LabView): readonly FaultCard[] {
  const workers = lab.processes.filter((process) => process.role === 'worker')
  const cards: FaultCard[] = []
  for (const worker of workers) {
    const alive = worker.state === 'ready' || worker.state === 'starting'
    const blocked = alive ? null : `${worker.name} is not running`
    const named = workers.length > 1 ? ` ${worker.name}` : ' worker'
    cards.push({
      order: { kind: 'kill-worker', worker: worker.name },
      title: `kill -9${named}`,
      note: 'whole process tree',
      danger: true,
      station: 'worker',
      blocked,
    })
    cards.push({
      order: { kind: 'kill-child', worker: worker.name },
      title: workers.length > 1 ? `kill a child of ${worker.name}` : 'kill one child',
      note: 'pool replaces it',
      danger: true,
      station: 'worker',
      blocked,
    })
  }
  return [...cards, ...beatCards(lab), ...mailCards(lab), FLUSH_RESULTS, ...redisCards(lab), DEAF_MONITOR]
}

const FLUSH_RESULTS: FaultCard = {
  order: { kind: 'flush-results' },
  title: 'Flush result store',
  note: 'records only, no message',
  danger: true,
  station: 'results',
  blocked: null,
}

const DEAF_MONITOR: FaultCard = {
  order: { kind: 'deaf-monitor', forMs: 5_000 },
  title: 'Deafen the monitor',
  note: 'hears no event for 5 s',
  danger: false,
  station: 'monitor',
  blocked: null,
}

/** Stop Redis: how long it stays away, in milliseconds, unless it is started before. */
const REDIS_AWAY_MS = 10_000

/** While it is away there is one thing to do: start it before its time. */
export function redisCards(lab: LabView): readonly FaultCard[] {
  const redis = lab.processes.find((process) => process.role === 'redis')
  const plain = { danger: true, station: 'redis' } as const
  if (redis?.state === 'off')
    return [
      {
        order: { kind: 'start-redis' },
        title: 'Start Redis now',
        note: 'ends the outage',
        ...plain,
        danger: false,
        blocked: null,
      },
    ]
  const blocked = redis?.state === 'ready' ? null : 'Redis is not ready'
  const away = `away for ${sayDuration(REDIS_AWAY_MS).replace('.0', '')}`
  return [
    {
      order: { kind: 'stop-redis', forMs: REDIS_AWAY_MS, keepData: true },
      title: 'Stop Redis, data on disk',
      note: `${away}, comes back with all it held`,
      ...plain,
      blocked,
    },
    {
      order: { kind: 'stop-redis', forMs: REDIS_AWAY_MS, keepData: false },
      title: 'Stop Redis, nothing on disk',
      note: `${away}, comes back empty`,
      ...plain,
      blocked,
    },
    {
      order: { kind: 'bounce-redis', times: 2 },
      title: 'Bounce Redis twice',
      note: lab.redis.appendOnly ? 'down and up again, data on disk' : 'down and up again, empty each time',
      ...plain,
      blocked,
    },
  ]
}

/** Only where the step has a beat. */
function beatCards(lab: LabView): readonly FaultCard[] {
  const beats = lab.processes.filter((process) => process.role === 'beat')
  const [first, second] = [BEAT, SECOND_BEAT].map((name) => beats.find((beat) => beat.name === name))
  if (first === undefined) return []
  const runs = (state: string): boolean => state === 'ready' || state === 'starting'
  const blocked = runs(first.state) ? null : 'beat is not running'
  const kill: FaultCard = {
    order: { kind: 'kill-beat' },
    title: 'kill -9 beat',
    note: 'saves nothing',
    danger: true,
    station: 'beat',
    blocked,
  }
  const two = second !== undefined && runs(second.state)
  const double: FaultCard = two
    ? {
        order: { kind: 'end-duplicate-beat' },
        title: 'End the second beat',
        note: `stops ${SECOND_BEAT}`,
        danger: false,
        station: 'beat',
        blocked: null,
      }
    : {
        order: { kind: 'duplicate-beat' },
        title: 'Start a second beat',
        note: 'same code, own schedule file',
        danger: false,
        station: 'beat',
        blocked,
      }
  return [double, kill]
}

function mailCards(lab: LabView): readonly FaultCard[] {
  const power: FaultCard = lab.mail.running
    ? {
        order: { kind: 'stop-mail' },
        title: 'Stop mail server',
        note: 'refuses connections',
        danger: false,
        station: 'mail',
        blocked: null,
      }
    : {
        order: { kind: 'start-mail' },
        title: 'Start mail server',
        note: 'same port again',
        danger: false,
        station: 'mail',
        blocked: null,
      }
  return [power]
}

/** `half of the calls` is what a learner sees happen; chance has no memory, so it is never exactly so. */
export function sayShare(share: number): string {
  return share >= 1 ? 'every call' : `about ${String(Math.round(share * 100))} % of the calls`
}

export function sayFault(order: FaultOrder): string {
  switch (order.kind) {
    case 'kill-worker':
      return `kill -9 ${order.worker}`
    case 'kill-child':
      if (order.at === 'after-effect') return `kill -9 a child of ${order.worker} right after its next mail`
      return order.pid === undefined
        ? `kill one child of ${order.worker}`
        : `kill -9 ${String(order.pid)}, a child of ${order.worker}`
    case 'kill-web':
      return 'kill -9 the web app'
    case 'slow-mail':
      return order.delayMs === 0
        ? 'mail server at full speed'
        : `mail server takes ${sayDuration(order.delayMs)} a mail`
    case 'stop-mail':
      return 'mail server stopped'
    case 'start-mail':
      return 'mail server started'
    case 'flush-results':
      return 'result store emptied'
    case 'slow-api':
      return order.latencyMs === 0
        ? 'seat-map API at full speed'
        : `seat-map API takes ${sayDuration(order.latencyMs)} a call`
    case 'flaky-api':
      return order.failureRate === 0 ? 'seat-map API answers' : `seat-map API fails ${sayShare(order.failureRate)}`
    case 'limit-api':
      return order.perSecond === 0
        ? 'seat-map API takes every call'
        : `seat-map API takes ${String(order.perSecond)} calls a second`
    case 'stop-api':
      return 'seat-map API stopped'
    case 'start-api':
      return 'seat-map API started'
    case 'slow-commit':
      return order.delayMs === 0
        ? 'database commits at full speed'
        : `each database commit takes ${sayDuration(order.delayMs)}`
    case 'stop-redis':
      return `Redis away for ${sayDuration(order.forMs)}, ${order.keepData ? 'its data kept on disk' : 'nothing kept on disk'}`
    case 'start-redis':
      return 'Redis started'
    case 'bounce-redis':
      return `Redis stopped and started ${order.times === 1 ? 'once' : `${String(order.times)} times`}`
    case 'deaf-monitor':
      return `monitor hears nothing for ${sayDuration(order.forMs)}`
    case 'kill-beat':
      return 'kill -9 beat'
    case 'duplicate-beat':
      return 'a second beat'
    case 'end-duplicate-beat':
      return 'the second beat ended'
  }
}
