/** `soft-limit`: a soft time limit struck a task, as the worker's log says, and that very task succeeded all the same. */
import * as v from 'valibot'
import type { Watch } from './watch.js'

export const softLimitCheck = v.strictObject({ kind: v.literal('soft-limit') })

/** Celery's words: celery/worker/request.py on_timeout */
const STRUCK = /Soft time limit \([^)]*\) exceeded for \S+\[([^\]]+)\]/

export function watchSoftLimit(): Watch {
  const struck = new Set<string>()
  const survived = new Set<string>()
  let others = 0
  return {
    see({ fact }) {
      const taskId = fact.kind === 'log-line' ? STRUCK.exec(fact.text)?.[1] : undefined
      if (taskId !== undefined) struck.add(taskId)
      if (fact.kind !== 'task-event' || fact.type !== 'task-succeeded') return
      if (struck.has(fact.taskId)) survived.add(fact.taskId)
      else others += 1
    },
    verdict() {
      if (survived.size > 0) return { passed: true, observed: 'A soft limit struck, and its task succeeded later.' }
      const goal = 'Waiting for a task that is struck by its soft limit and succeeds'
      if (struck.size > 0) return { passed: false, observed: `A soft limit struck. ${goal}; it has not succeeded yet.` }
      const quick = others > 0 ? ' A task succeeded within its limit.' : ''
      return { passed: false, observed: `No soft limit has struck yet.${quick} ${goal}.` }
    },
  }
}
