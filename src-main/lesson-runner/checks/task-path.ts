/**
 * `task-path`: one and the same task that went through these stages. `published`, `reserved`, `acked` and `stored` come from Redis'
 * command stream, the others are Celery's events. The two sources are read side by side, so the order is judged within each of them.
 */
import * as v from 'valibot'
import type { Fact } from '../../contract/feed.js'
import { READY_STATES } from './task-stories.js'
import type { Watch } from './watch.js'
import { listed } from './wording.js'

/** `stored`: a record that says that the task is over. Before `acked` it tells a late ack from an early one. */
const WIRE_STAGES = ['published', 'reserved', 'acked', 'stored'] as const
const EVENT_STAGES = ['received', 'started', 'succeeded', 'failed'] as const
const STAGES = [...WIRE_STAGES, ...EVENT_STAGES] as const
type Stage = (typeof STAGES)[number]

export const taskPathCheck = v.strictObject({
  kind: v.literal('task-path'),
  stages: v.pipe(v.array(v.picklist(STAGES)), v.minLength(1)),
  task: v.exactOptional(v.string()),
  /** `stored` is a record that holds this piece of text. */
  contains: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  /** Its message was published to this queue. */
  queue: v.exactOptional(v.string()),
})
export type TaskPathCheck = v.InferOutput<typeof taskPathCheck>

export function watchTaskPath(wanted: TaskPathCheck): Watch {
  const sources = [WIRE_STAGES, EVENT_STAGES].map((source) =>
    wanted.stages.filter((stage) => (source as readonly Stage[]).includes(stage)),
  )
  /** Stages that each task has passed in order, by task id. */
  const paths = new Map<string, readonly Stage[]>()
  let best: readonly Stage[] = []
  return {
    see({ fact }) {
      const seen = stageOf(fact)
      if (seen === null) return
      if (wanted.task !== undefined && 'taskName' in fact && fact.taskName !== wanted.task) return
      if (wanted.queue !== undefined && seen.stage === 'published' && 'queue' in fact && fact.queue !== wanted.queue)
        return
      if (fact.kind === 'result-stored' && !fact.resultText.includes(wanted.contains ?? '')) return
      const path = paths.get(seen.taskId) ?? []
      const expected = sources.map((stages) => stages.find((stage) => !path.includes(stage)))
      if (!expected.includes(seen.stage)) return
      const longer = [...path, seen.stage]
      paths.set(seen.taskId, longer)
      if (longer.length >= best.length) best = longer
    },
    verdict() {
      const done = wanted.stages.filter((stage) => best.includes(stage))
      const open = wanted.stages.filter((stage) => !best.includes(stage))
      if (open.length === 0) return { passed: true, observed: `One task was ${listed(done)}.` }
      const sofar = done.length === 0 ? 'No task is under way.' : `A task was ${listed(done)}.`
      return { passed: false, observed: `${sofar} Still to see: ${listed(open)}.` }
    },
  }
}

function stageOf(fact: Fact): { readonly taskId: string; readonly stage: Stage } | null {
  if (fact.kind === 'task-event') {
    const stage = EVENT_STAGES.find((one) => `task-${one}` === fact.type)
    return stage === undefined ? null : { taskId: fact.taskId, stage }
  }
  if (fact.kind === 'result-stored')
    return READY_STATES.has(fact.state) ? { taskId: fact.taskId, stage: 'stored' } : null
  const stage = WIRE_STAGES.find((one) => `message-${one}` === fact.kind)
  return stage === undefined || !('taskId' in fact) || fact.taskId === null ? null : { taskId: fact.taskId, stage }
}
