/** A result record in words: how long it is still kept, or how it went away. */
import type { StageResult } from '../stage/stage-state.js'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

/** Below this the time left is worth watching. */
export const SHORT_TTL_SECONDS = 120

export function sayKept(result: StageResult, nowMs: number): string {
  if (result.removed !== null) return REMOVED[result.removed.why]
  const { ttlSeconds } = result
  if (ttlSeconds === null) return 'no limit'
  if (ttlSeconds <= SHORT_TTL_SECONDS) return `${String(secondsLeft(result, nowMs))} s left`
  return `kept ${sayTtl(ttlSeconds)}`
}

function secondsLeft(result: StageResult, nowMs: number): number {
  return Math.max(0, Math.ceil((result.ttlSeconds ?? 0) - (nowMs - result.atMs) / 1000))
}

/** Redis' own words are seconds; 86,400 of them are a day. */
function sayTtl(seconds: number): string {
  if (seconds >= DAY_SECONDS) return `${String(Math.round(seconds / DAY_SECONDS))} d`
  return seconds >= HOUR_SECONDS ? `${String(Math.round(seconds / HOUR_SECONDS))} h` : `${String(seconds)} s`
}

const REMOVED: Readonly<Record<NonNullable<StageResult['removed']>['why'], string>> = {
  expired: 'expired',
  forgotten: 'deleted',
  flushed: 'flushed',
  'not-kept': 'lost',
}
