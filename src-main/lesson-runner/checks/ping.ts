/** `ping`: somebody typed PING into the console, and Redis answered. From Redis' own command stream: it shows what Redis has run. */
import * as v from 'valibot'
import type { Watch } from './watch.js'

export const pingCheck = v.strictObject({ kind: v.literal('ping') })
export type PingCheck = v.InferOutput<typeof pingCheck>

export function watchPing(_wanted: PingCheck): Watch {
  let pings = 0
  return {
    see({ fact }) {
      if (fact.kind === 'broker-pinged') pings += 1
    },
    verdict: () =>
      pings > 0
        ? { passed: true, observed: 'Redis answered PONG to the console.' }
        : { passed: false, observed: 'No PING from the console has reached Redis yet.' },
  }
}
