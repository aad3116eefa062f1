/** `beat-sent`: messages that beat sent because an entry of its schedule was due. From beat's own word, after the broker took them. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, listed } from './wording.js'

export const beatSentCheck = v.strictObject({
  kind: v.literal('beat-sent'),
  /** The name of the task, `tasks.tally_sales`. */
  task: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type BeatSentCheck = v.InferOutput<typeof beatSentCheck>

export function watchBeatSent({ task, atLeast }: BeatSentCheck): Watch {
  const others = new Set<string>()
  let sent = 0
  let failed = 0
  return {
    see({ fact }) {
      if (fact.kind !== 'beat-sent' && fact.kind !== 'beat-not-sent') return
      if (task !== undefined && fact.task !== task) others.add(fact.task)
      else if (fact.kind === 'beat-sent') sent += 1
      else failed += 1
    },
    verdict() {
      const what = task === undefined ? 'message' : `${task} message`
      const notSent = failed === 0 ? '' : `, ${failed} could not be sent`
      const numbers = `Beat sent ${counted(sent, what)}${notSent}`
      if (sent >= atLeast) return { passed: true, observed: `${numbers}.` }
      const instead = others.size === 0 ? '' : ` (seen instead: ${listed([...others])})`
      return { passed: false, observed: `${numbers}${instead}. Waiting for ${atLeast}.` }
    },
  }
}
