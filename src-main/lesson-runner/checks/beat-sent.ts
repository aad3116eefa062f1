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
  /** Of the beat that was started last: whether its schedule had an entry, and whether a file was saved since. */
  let begun: { ready: boolean; planned: boolean; saved: boolean } | null = null
  return {
    see({ fact }) {
      if ('role' in fact && fact.role === 'beat') {
        if (fact.kind === 'process-started') begun = { ready: false, planned: false, saved: false }
        if (fact.kind === 'process-ready' && begun !== null) begun.ready = true
        if (fact.kind === 'process-exited') begun = null
      }
      if (fact.kind === 'beat-planned' && begun !== null) begun.planned = true
      if (fact.kind === 'file-saved' && begun !== null) begun.saved = true
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
      if (begun?.ready === true && !begun.planned) {
        const now = begun.saved
          ? 'A file was saved since: restart beat, so that it reads it.'
          : 'Save an entry, and restart beat.'
        return { passed: false, observed: `${numbers}: its schedule was empty when it started. ${now}` }
      }
      const instead = others.size === 0 ? '' : ` (seen instead: ${listed([...others])})`
      return { passed: false, observed: `${numbers}${instead}. Waiting for ${atLeast}.` }
    },
  }
}
