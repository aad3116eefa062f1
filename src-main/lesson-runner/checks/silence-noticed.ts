/**
 * `silence-noticed`: a mail that went out while no beat ran, after three messages of beat in a row with no mail in between. An alarm that
 * also rings while beat runs has noticed nothing. From beat's own word, the process table and the ledger.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const silenceNoticedCheck = v.strictObject({ kind: v.literal('silence-noticed') })

/** So many of beat's messages without a mail. */
const QUIET = 3

export function watchSilenceNoticed(): Watch {
  let sentSinceMail = 0
  let rang: 'in time' | 'too often' | null = null
  return {
    see({ fact }, situation) {
      if (fact.kind === 'beat-sent') sentSinceMail += 1
      if (fact.kind !== 'ledger-row' || fact.effect !== 'mail' || fact.refused || rang === 'in time') return
      if (situation.running('beat') === 0 && sentSinceMail >= QUIET) rang = 'in time'
      else {
        rang = 'too often'
        sentSinceMail = 0
      }
    },
    verdict() {
      const goal = `Waiting for one while beat is away, after ${QUIET} of its messages without a mail.`
      switch (rang) {
        case 'in time':
          return { passed: true, observed: 'A mail went out while no beat ran, and none while it did.' }
        case 'too often':
          return {
            passed: false,
            observed: `A mail went out though beat ran, or had just run; ${counted(sentSinceMail, 'message')} of beat since. ${goal}`,
          }
        case null:
          return { passed: false, observed: `No mail yet. ${goal}` }
      }
    },
  }
}
