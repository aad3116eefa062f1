/**
 * `redis-restart`: Redis was stopped on purpose and is back, and how many messages waited in a queue before that and after. The number
 * before is the one that stood when it was stopped, so messages that a worker took earlier were neither kept nor lost by the stop.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const redisRestartCheck = v.strictObject({
  kind: v.literal('redis-restart'),
  /** Stopped with its append-only file on, or off. */
  keepData: v.boolean(),
  queue: v.exactOptional(v.string(), 'celery'),
  /** At least so many waited when it was stopped. */
  before: count,
  /** When it was back: as many as before, or none. */
  after: v.picklist(['all', 'none']),
})
export type RedisRestartCheck = v.InferOutput<typeof redisRestartCheck>

interface Outage {
  readonly before: number
  /** Not told yet while null. */
  after: number | null
  /** Its process was seen to be gone. */
  gone: boolean
  over: boolean
}

export function watchRedisRestart(wanted: RedisRestartCheck): Watch {
  let outage: Outage | null = null
  let failed = false
  const fits = ({ over, gone, before, after }: Outage): boolean =>
    over && gone && before >= wanted.before && after === (wanted.after === 'all' ? before : 0)
  return {
    see({ fact }, situation) {
      if (outage !== null && fits(outage)) return
      if (outage !== null && !outage.over) {
        outage.gone ||= situation.running('redis') === 0
        if (fact.kind === 'queue-lengths') outage.after = fact.queues[wanted.queue] ?? 0
      }
      if (fact.kind !== 'fault' || fact.order.kind !== 'stop-redis' || fact.order.keepData !== wanted.keepData) return
      if (fact.phase === 'failed') failed = true
      if (fact.phase === 'started') {
        failed = false
        outage = {
          before: situation.waiting(wanted.queue),
          after: null,
          gone: situation.running('redis') === 0,
          over: false,
        }
      }
      if (fact.phase === 'ended' && outage !== null) outage.over = true
    },
    verdict() {
      const file = `file ${wanted.keepData ? 'on' : 'off'}`
      if (outage === null)
        return { passed: false, observed: failed ? `Not stopped: that failed, ${file}.` : `Not stopped yet, ${file}.` }
      const before = `Stopped with the ${file} while ${counted(outage.before, 'message')} waited`
      if (!outage.over) return { passed: false, observed: `${before}. Waiting until Redis is back.` }
      const numbers = `${before}; ${outage.after ?? 'an unknown number'} after it`
      if (fits(outage)) return { passed: true, observed: `${numbers}.` }
      const goal =
        outage.before < wanted.before
          ? `Waiting for a stop while ${wanted.before} or more wait.`
          : `Waiting for a stop after which ${wanted.after === 'all' ? 'all are' : 'none is'} left.`
      return { passed: false, observed: `${numbers}. ${goal}` }
    },
  }
}
