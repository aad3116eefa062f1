/**
 * `effect-of-version`: side effects by the version of the code that caused them. `old`: one by a pool process that had loaded
 * another version than the one saved. `old-then-new`: after that, one of the same task by the saved version, and in other words. Numbers
 * in the words (an order's, say) do not make a difference. From `ledger-row`, `message-published`, `file-saved` and `code-loaded` facts;
 * never from code text.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'

export const effectOfVersionCheck = v.strictObject({
  kind: v.literal('effect-of-version'),
  effect: v.picklist(['mail', 'api', 'file']),
  version: v.picklist(['old', 'old-then-new']),
})
export type EffectOfVersionCheck = v.InferOutput<typeof effectOfVersionCheck>

export function watchEffectOfVersion(wanted: EffectOfVersionCheck): Watch {
  const names = new Map<string, string>()
  /** By task: the shape of its words, and one that had it. */
  const oldWords = new Map<string, Map<string, string>>()
  let newWords: string | null = null
  let sameAgain = false
  let fresh = false
  return {
    see({ fact }, situation) {
      if (fact.kind === 'message-published') names.set(fact.taskId, fact.taskName)
      if (fact.kind !== 'ledger-row' || fact.effect !== wanted.effect || fact.refused) return
      if (situation.roleOfPid(fact.pid) !== 'pool-process') return
      const old = situation.runsOldCode(fact.pid)
      const shape = fact.summary.replace(/\d+/g, '#')
      const task = names.get(fact.taskId ?? '') ?? ''
      const before = oldWords.get(task) ?? new Map<string, string>()
      if (old === true) oldWords.set(task, before.set(shape, fact.summary))
      if (old !== false) return
      fresh = true
      if (before.size === 0) return
      if (before.has(shape)) sameAgain = true
      else newWords = fact.summary
    },
    verdict() {
      const red = (observed: string): { passed: boolean; observed: string } => ({ passed: false, observed })
      const [first] = [...oldWords.values()].flatMap((words) => [...words.values()])
      if (first === undefined)
        return red(
          fresh
            ? `A ${wanted.effect} by the saved version was seen, but none by an older one that was still loaded.`
            : `No ${wanted.effect} seen yet by a worker whose code is older than the saved one.`,
        )
      const said = `A worker with the old code wrote “${first}”`
      if (wanted.version === 'old') return { passed: true, observed: `${said}.` }
      if (newWords !== null) return { passed: true, observed: `${said}, one with the saved code “${newWords}”.` }
      return red(
        sameAgain
          ? `${said}, and one with the saved code wrote the same words.`
          : `${said}. Waiting for a ${wanted.effect} by a worker that has loaded the saved code.`,
      )
    },
  }
}
