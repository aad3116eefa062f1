/**
 * `result-steps`: one task whose record went through states before its end: STARTED with the pid of a child that exists, values of a
 * state of its own (PROGRESS), and a web process that asked while they changed and once more after the end.
 */
import * as v from 'valibot'
import { isOwnState, isReady, lastState, resultValue, TaskStories, type TaskStory } from './task-stories.js'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'
import { counted, listed } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const resultStepsCheck = v.strictObject({
  kind: v.literal('result-steps'),
  /** STARTED was stored, with the pid of one of the lab's children. */
  started: v.exactOptional(v.boolean(), false),
  /** At least so many different values under a state of the task's own. */
  progress: v.exactOptional(count),
  /** The web process asked at so many of these values, and once after the end. */
  polled: v.exactOptional(count),
  end: v.exactOptional(v.picklist(['SUCCESS', 'FAILURE']), 'SUCCESS'),
})
export type ResultStepsCheck = v.InferOutput<typeof resultStepsCheck>

interface Steps {
  started: boolean
  /** A pid that is no child of the lab. */
  strangePid: number | null
  readonly values: Set<string>
  readonly polledValues: Set<string>
  polledAfterEnd: boolean
}

export function watchResultSteps(wanted: ResultStepsCheck): Watch {
  const stories = new TaskStories()
  const steps = new Map<string, Steps>()
  const stepsOf = (id: string): Steps => {
    const known = steps.get(id)
    if (known !== undefined) return known
    const fresh: Steps = {
      started: false,
      strangePid: null,
      values: new Set(),
      polledValues: new Set(),
      polledAfterEnd: false,
    }
    steps.set(id, fresh)
    return fresh
  }

  return {
    see(item, situation) {
      stories.see(item)
      const { fact } = item
      if (fact.kind === 'result-stored') {
        const own = stepsOf(fact.taskId)
        if (fact.state === 'STARTED') noteStarted(own, fact.resultText, situation)
        if (isOwnState(fact)) own.values.add(fact.resultText)
      }
      if (fact.kind === 'result-asked' && situation.roleOfName(fact.by) === 'web') {
        const story = stories.get(fact.taskId)
        const latest = story?.records.at(-1)
        if (latest === undefined) return
        if (isOwnState(latest)) stepsOf(fact.taskId).polledValues.add(latest.resultText)
        if (isReady(story)) stepsOf(fact.taskId).polledAfterEnd = true
      }
    },
    verdict() {
      const ranked = stories.all
        .filter((story) => story.records.length > 0)
        .map((story) => ({ story, missing: missingIn(wanted, story, stepsOf(story.id)) }))
        .sort((left, right) => left.missing.length - right.missing.length)
      const [best] = ranked
      if (best === undefined) return { passed: false, observed: 'No result record seen yet.' }
      const seen = describe(best.story, stepsOf(best.story.id), wanted)
      if (best.missing.length === 0) return { passed: true, observed: `${seen}.` }
      return { passed: false, observed: `${seen}. Waiting for ${listed(best.missing)}.` }
    },
  }
}

function noteStarted(steps: Steps, resultText: string, situation: Situation): void {
  const pid = pidIn(resultText)
  if (pid !== null && situation.roleOfPid(pid) === 'pool-process') steps.started = true
  else steps.strangePid = pid
}

/** Celery stores `{"pid": 4411, "hostname": "celery@worker1"}`. */
function pidIn(resultText: string): number | null {
  const value = resultValue(resultText)
  const pid = typeof value === 'object' && value !== null && 'pid' in value ? value.pid : null
  return typeof pid === 'number' ? pid : null
}

function missingIn(wanted: ResultStepsCheck, story: TaskStory, steps: Steps): string[] {
  const missing: string[] = []
  if (wanted.started && !steps.started) missing.push('a record STARTED with the pid of a child')
  if (wanted.progress !== undefined && steps.values.size < wanted.progress)
    missing.push(`${wanted.progress} different values of progress`)
  if (wanted.polled !== undefined) {
    if (steps.polledValues.size < wanted.polled)
      missing.push(`the page to ask at ${counted(wanted.polled, 'of these values', 'of these values')}`)
    if (!steps.polledAfterEnd) missing.push('the page to ask once more after the end')
  }
  if (lastState(story) !== wanted.end) missing.push(`the end in ${wanted.end}`)
  return missing
}

function describe(story: TaskStory, steps: Steps, wanted: ResultStepsCheck): string {
  const states = story.records.map((record) => record.state)
  const path = states.filter((state, index) => state !== states[index - 1]).join(', ')
  const parts = [`Task ${story.id.slice(0, 4)} was ${path}`]
  if (steps.strangePid !== null && !steps.started) parts.push(`pid ${steps.strangePid} is no child of this lab`)
  if (wanted.progress !== undefined) parts.push(counted(steps.values.size, 'value of progress', 'values of progress'))
  if (wanted.polled !== undefined)
    parts.push(
      `the page asked at ${steps.polledValues.size} of them${steps.polledAfterEnd ? ' and after the end' : ''}`,
    )
  return parts.join('; ')
}
