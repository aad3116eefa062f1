/** `note`: the learner has written something of their own. The record holds how many words, never the words (they stay in progress.json). */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const noteCheck = v.strictObject({
  kind: v.literal('note'),
  atLeastWords: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
export type NoteCheck = v.InferOutput<typeof noteCheck>

/** A note travels in the record as an answer to this question, its choice being the number of words. */
export const NOTE_QUESTION = 'note'

export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
}

export function watchNote(wanted: NoteCheck): Watch {
  let words = 0
  return {
    see({ fact }) {
      if (fact.kind === 'answer' && fact.question === NOTE_QUESTION) words = Number(fact.choice[0] ?? 0)
    },
    verdict() {
      const passed = words >= wanted.atLeastWords
      return {
        passed,
        observed: passed
          ? `Saved, ${counted(words, 'word')}.`
          : `${counted(words, 'word')} saved. Waiting for ${wanted.atLeastWords} or more.`,
      }
    },
  }
}
