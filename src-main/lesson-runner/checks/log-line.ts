/** `log-line`: a line in a process's log that holds a piece of text. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const logLineCheck = v.strictObject({
  kind: v.literal('log-line'),
  contains: v.pipe(v.string(), v.nonEmpty()),
  /** Only this process: `web`, `worker@1`. */
  process: v.exactOptional(v.string()),
  level: v.exactOptional(v.picklist(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'])),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type LogLineCheck = v.InferOutput<typeof logLineCheck>

export function watchLogLine(wanted: LogLineCheck): Watch {
  let seen = 0
  return {
    see({ fact }) {
      if (fact.kind !== 'log-line' || !fact.text.includes(wanted.contains)) return
      if (wanted.process !== undefined && fact.process !== wanted.process) return
      if (wanted.level !== undefined && fact.level !== wanted.level) return
      seen += 1
    },
    verdict() {
      const passed = seen >= wanted.atLeast
      const numbers = `${counted(seen, 'log line')} with “${wanted.contains}”${wanted.process === undefined ? '' : ` from ${wanted.process}`}`
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${wanted.atLeast}.` }
    },
  }
}
