/** `events`: Celery's own task events, counted by task id: the same task may be received twice and counts once. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, suchAs } from './wording.js'

export const eventsCheck = v.strictObject({
  kind: v.literal('events'),
  type: v.picklist([
    'task-sent',
    'task-received',
    'task-started',
    'task-succeeded',
    'task-failed',
    'task-rejected',
    'task-revoked',
    'task-retried',
  ]),
  /** Fields of the event with these values, such as `{"expired": true}` of a task-revoked. */
  fields: v.exactOptional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))),
  /** Only of tasks whose message a process of this role has sent. */
  sentBy: v.exactOptional(v.picklist(['beat', 'web'])),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type EventsCheck = v.InferOutput<typeof eventsCheck>

export function watchEvents(wanted: EventsCheck): Watch {
  const tasks = new Set<string>()
  const sent = new Set<string>()
  return {
    see({ fact }, situation) {
      if (fact.kind === 'message-published' && situation.roleOfName(fact.by) === wanted.sentBy) sent.add(fact.taskId)
      if (fact.kind !== 'task-event' || fact.type !== wanted.type) return
      if (wanted.sentBy !== undefined && !sent.has(fact.taskId)) return
      if (Object.entries(wanted.fields ?? {}).every(([name, value]) => fact.fields[name] === value))
        tasks.add(fact.taskId)
    },
    verdict() {
      const numbers = `${wanted.type}${suchAs(wanted.fields)} seen for ${counted(tasks.size, 'task')}${wanted.sentBy === undefined ? '' : ` that ${wanted.sentBy} has sent`}`
      const passed = tasks.size >= wanted.atLeast
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${wanted.atLeast}.` }
    },
  }
}
