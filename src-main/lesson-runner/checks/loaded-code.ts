/** `loaded-code`: after a save in this step, a process of the role runs the saved version. Compares fingerprints, never text. */
import * as v from 'valibot'
import type { Watch } from './watch.js'

export const loadedCodeCheck = v.strictObject({
  kind: v.literal('loaded-code'),
  role: v.picklist(['worker', 'pool-process', 'web']),
  /** This task must be registered in what was loaded. */
  task: v.exactOptional(v.string()),
})
export type LoadedCodeCheck = v.InferOutput<typeof loadedCodeCheck>

export function watchLoadedCode(wanted: LoadedCodeCheck): Watch {
  let saved: string | null = null
  const loaded = new Map<string, readonly string[]>()
  return {
    see({ fact }, situation) {
      if (fact.kind === 'file-saved') saved = fact.fingerprint
      if (
        fact.kind === 'code-loaded' &&
        (situation.roleOfPid(fact.pid) ?? situation.roleOfName(fact.process)) === wanted.role
      ) {
        loaded.set(fact.fingerprint, fact.tasks)
      }
    },
    verdict() {
      if (saved === null) return { passed: false, observed: 'Nothing has been saved in this step yet.' }
      const tasks = loaded.get(saved)
      if (tasks === undefined)
        return {
          passed: false,
          observed: `Version ${saved} is saved; waiting for a ${wanted.role} that has loaded it.`,
        }
      if (wanted.task !== undefined && !tasks.includes(wanted.task)) {
        return {
          passed: false,
          observed: `A ${wanted.role} runs version ${saved}, but it knows no task ${wanted.task}.`,
        }
      }
      return { passed: true, observed: `A ${wanted.role} runs the saved version ${saved}.` }
    },
  }
}
