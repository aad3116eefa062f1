/** How the services outside are, in words: the mail server and the seat-map API. */
import type { ApiSettings } from '../../src-main/contract/topology.js'
import { sayShare } from './say-fault.js'
import { sayDuration } from './say-task.js'

/** An answer that takes this long is worth a word. */
const NOTABLE_LATENCY_MS = 1_000

export function sayMail(mail: { readonly running: boolean; readonly delayMs: number }): string {
  if (!mail.running) return 'stopped'
  return mail.delayMs === 0 ? 'running' : `slow: ${sayDuration(mail.delayMs)} a mail`
}

export function sayApi(api: ApiSettings): string {
  return sayTroubles(api, {
    slow: (each) => `slow: ${each} a call`,
    fails: (share) => `fails ${sayShare(share)}`,
    limit: (perSecond) => `takes ${String(perSecond)} calls a second`,
  })
}

/** The same where there is room for a few words only. */
export function sayApiShort(api: ApiSettings): string {
  return sayTroubles(api, {
    slow: (each) => `slow: ${each}`,
    fails: (share) => (share >= 1 ? 'all fail' : `${String(Math.round(share * 100))} % fail`),
    limit: (perSecond) => `max ${String(perSecond)} calls/s`,
  })
}

interface TroubleWords {
  readonly slow: (each: string) => string
  readonly fails: (share: number) => string
  readonly limit: (perSecond: number) => string
}

function sayTroubles({ running, latencyMs, failureRate, limitPerSecond }: ApiSettings, words: TroubleWords): string {
  if (!running) return 'stopped'
  const troubles = [
    ...(latencyMs >= NOTABLE_LATENCY_MS ? [words.slow(sayDuration(latencyMs))] : []),
    ...(failureRate > 0 ? [words.fails(failureRate)] : []),
    ...(limitPerSecond > 0 ? [words.limit(limitPerSecond)] : []),
  ]
  return troubles.length === 0 ? 'running' : troubles.join(', ')
}
