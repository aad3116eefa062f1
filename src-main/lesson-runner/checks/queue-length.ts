/** `queue-length`: how many messages wait in a queue, from the last `queue-lengths` fact of the step. Reserved messages are not waiting. */
import * as v from 'valibot'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'
import { counted, listed } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const queueLengthCheck = v.strictObject({
  kind: v.literal('queue-length'),
  queue: v.exactOptional(v.string(), 'celery'),
  atLeast: v.exactOptional(count),
  exactly: v.exactOptional(count),
  /** Also count (and so wait for) messages that are reserved but not acked. */
  unacked: v.exactOptional(v.boolean(), false),
  /** Only while no worker listens to the queue. */
  unheard: v.exactOptional(v.boolean()),
  /** Also what stood when the step, or this part of it, began: a length that does not change is not told again. */
  standing: v.exactOptional(v.boolean()),
})
export type QueueLengthCheck = v.InferOutput<typeof queueLengthCheck>

export function watchQueueLength(wanted: QueueLengthCheck): Watch {
  /** Its length was told in this step, or counts as it stands. */
  let told = wanted.standing === true
  let now = { waiting: 0, unacked: 0 }
  let listeners: readonly string[] = []
  const look = (situation: Situation): void => {
    listeners = situation.listenersOf(wanted.queue)
    now = { waiting: situation.waiting(wanted.queue), unacked: situation.unacked() }
  }
  return {
    begin: look,
    see({ fact }, situation) {
      look(situation)
      told ||= fact.kind === 'queue-lengths'
    },
    verdict() {
      const goal = wanted.exactly !== undefined ? `exactly ${wanted.exactly}` : `at least ${wanted.atLeast ?? 0}`
      const where = `queue ${wanted.queue}`
      const waits = `${counted(now.waiting, 'message')} ${now.waiting === 1 ? 'waits' : 'wait'} in ${where}`
      const numbers = wanted.unacked ? `${waits}, ${now.unacked} in unacked` : waits
      const together = wanted.unacked ? ' in both together' : ''
      if (!told)
        return { passed: false, observed: `${numbers}, as before. Waiting for a change to ${goal}${together}.` }
      const seen = now.waiting + (wanted.unacked ? now.unacked : 0)
      const stated = wanted.exactly !== undefined || wanted.atLeast !== undefined
      const heard = wanted.unheard === true && listeners.length > 0
      const passed =
        stated &&
        !heard &&
        (wanted.exactly === undefined || seen === wanted.exactly) &&
        (wanted.atLeast === undefined || seen >= wanted.atLeast)
      if (heard)
        return {
          passed,
          observed: `${numbers}, and ${listed(listeners)} listens to it. Waiting for a queue nobody reads.`,
        }
      const unheard = wanted.unheard === true ? ' and no worker listens to it' : ''
      return { passed, observed: passed ? `${numbers}${unheard}.` : `${numbers}. Waiting for ${goal}${together}.` }
    },
  }
}
