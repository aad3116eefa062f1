/**
 * `failed-at-once`: a task that failed with a named exception at its first attempt: no event of it says that it was to be tried again. The
 * learner's last save begins the count anew: what the code before did says nothing about the new one.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const failedAtOnceCheck = v.strictObject({
  kind: v.literal('failed-at-once'),
  /** As Python writes it in the event: `TypeError`. */
  exception: v.pipe(v.string(), v.nonEmpty()),
})
export type FailedAtOnceCheck = v.InferOutput<typeof failedAtOnceCheck>

export function watchFailedAtOnce({ exception }: FailedAtOnceCheck): Watch {
  const retried = new Set<string>()
  const failed = new Set<string>()
  return {
    see({ fact }) {
      if (fact.kind === 'file-saved') {
        retried.clear()
        failed.clear()
      }
      if (fact.kind !== 'task-event') return
      if (fact.type === 'task-retried' && names(fact.fields['exception'], exception)) retried.add(fact.taskId)
      if (fact.type === 'task-failed' && names(fact.fields['exception'], exception)) failed.add(fact.taskId)
    },
    verdict() {
      const atOnce = [...failed].filter((id) => !retried.has(id)).length
      if (atOnce > 0)
        return { passed: true, observed: `${counted(atOnce, 'task')} failed with ${exception} at the first attempt.` }
      if (retried.size > 0)
        return {
          passed: false,
          observed: `${counted(retried.size, 'task')} was retried after ${exception}. Waiting for one that fails at once.`,
        }
      return { passed: false, observed: `No task has failed with ${exception} yet.` }
    },
  }
}

/** `TypeError('…')`, also with its module before it, and not `MyTypeError('…')`. */
function names(shown: unknown, exception: string): boolean {
  return typeof shown === 'string' && new RegExp(`^([\\w]+\\.)*${exception}\\b`).test(shown)
}
