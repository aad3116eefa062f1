/**
 * `two-beats`: who sends one entry of the schedule. `pairs`: two beats send it, each time within a moment of the other. `singles`: one
 * beat alone sends it, time after time, and no other runs. From what the beats say, and from the process table.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, duration, listed } from './wording.js'

export const twoBeatsCheck = v.strictObject({
  kind: v.literal('two-beats'),
  what: v.picklist(['pairs', 'singles']),
  atLeast: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** A pair's two messages lie closer together than this. */
  withinMs: v.exactOptional(v.pipe(v.number(), v.minValue(1)), 1_000),
})
export type TwoBeatsCheck = v.InferOutput<typeof twoBeatsCheck>

interface Send {
  readonly process: string
  readonly atMs: number
}

export function watchTwoBeats(wanted: TwoBeatsCheck): Watch {
  return wanted.what === 'pairs' ? watchPairs(wanted) : watchSingles(wanted)
}

function watchPairs({ atLeast, withinMs }: TwoBeatsCheck): Watch {
  /** Of each entry, the last message that has no partner yet. */
  const alone = new Map<string, Send>()
  const senders = new Set<string>()
  let pairs = 0
  let closestMs = Infinity
  return {
    see({ fact, atMs }) {
      if (fact.kind !== 'beat-sent') return
      senders.add(fact.process)
      const before = alone.get(fact.entry)
      if (before !== undefined && before.process !== fact.process && atMs - before.atMs < withinMs) {
        pairs += 1
        closestMs = Math.min(closestMs, atMs - before.atMs)
        alone.delete(fact.entry)
      } else alone.set(fact.entry, { process: fact.process, atMs })
    },
    verdict() {
      if (senders.size < 2) {
        const who = senders.size === 0 ? 'Beat has sent nothing yet' : `Only ${listed([...senders])} sends`
        return { passed: false, observed: `${who}. Waiting for a second beat.` }
      }
      const closest = pairs === 0 ? '' : `, the closest ${duration(closestMs)} apart`
      const numbers = `${counted(pairs, 'pair')} from ${listed([...senders])}${closest}`
      return pairs >= atLeast
        ? { passed: true, observed: `${numbers}.` }
        : { passed: false, observed: `${numbers}. Waiting for ${atLeast}.` }
    },
  }
}

function watchSingles({ atLeast }: TwoBeatsCheck): Watch {
  let sender = ''
  let singles = 0
  let running = 0
  return {
    begin: (situation) => {
      running = situation.running('beat')
    },
    see({ fact }, situation) {
      running = situation.running('beat')
      if (fact.kind !== 'beat-sent') {
        if (running > 1) singles = 0
        return
      }
      singles = fact.process === sender && running === 1 ? singles + 1 : running === 1 ? 1 : 0
      sender = fact.process
    },
    verdict() {
      if (running > 1) return { passed: false, observed: `${running} beats run. Waiting until there is one.` }
      const numbers = `${counted(singles, 'message')} in a row from ${sender === '' ? 'one beat' : `${sender} alone`}`
      return singles >= atLeast
        ? { passed: true, observed: `${numbers}.` }
        : { passed: false, observed: `${numbers}. Waiting for ${atLeast}.` }
    },
  }
}
