/**
 * `parent-child`: two tasks, the second sent by the first (the message's parent_id). `starved`: the first ran on and on, and the second
 * never began meanwhile. `handed-on`: both succeeded, the second began only when the first had left its child, and it was called with what
 * the first returned: a task that sends another one and forgets it has handed on nothing.
 */
import * as v from 'valibot'
import { lastState, resultValue, TaskStories, type TaskStory } from './task-stories.js'
import { firstGreen, type Verdict, type Watch } from './watch.js'
import { duration } from './wording.js'

export const parentChildCheck = v.strictObject({
  kind: v.literal('parent-child'),
  what: v.picklist(['starved', 'handed-on']),
  /** Only for `starved`: so long the second task has to wait while the first runs. */
  forMs: v.exactOptional(v.pipe(v.number(), v.minValue(1)), 3_000),
})
export type ParentChildCheck = v.InferOutput<typeof parentChildCheck>

export function watchParentChild(wanted: ParentChildCheck): Watch {
  const stories = new TaskStories()
  let nowMs = 0
  /** Once seen it stays seen: afterwards the child may well get its turn. */
  let starved: Verdict | null = null
  const pairs = (): readonly (readonly [TaskStory, TaskStory])[] =>
    stories.all.flatMap((child) => {
      const parent = child.parentId === null ? null : stories.get(child.parentId)
      return parent === null || parent.startedAtMs === null ? [] : [[parent, child] as const]
    })

  return {
    see(item) {
      stories.see(item)
      nowMs = item.atMs
      if (wanted.what !== 'starved' || starved !== null) return
      const pair = pairs().find(([parent, child]) => waitedMs(parent, child, nowMs) >= wanted.forMs)
      if (pair === undefined) return
      const [parent, child] = pair
      starved = {
        passed: true,
        observed: `${names(parent, child)}; the parent ran for ${duration(waitedMs(parent, child, nowMs))} after that, and the child never began.`,
      }
    },
    verdict() {
      if (starved !== null) return starved
      const latest = pairs().at(-1)
      if (latest === undefined) return { passed: false, observed: 'No task has sent another task yet.' }
      const [parent, child] = latest
      if (wanted.what === 'starved') {
        const began =
          child.startedAtMs === null
            ? ''
            : `, which began after ${duration(child.startedAtMs - (child.publishedAtMs ?? 0))}`
        return {
          passed: false,
          observed: `${names(parent, child)}${began}. Waiting for ${duration(wanted.forMs)} in which the parent runs and the child does not.`,
        }
      }
      return handedOn(pairs())
    },
  }
}

/** How long the parent has been running since it sent a child that has not begun; 0 when it has. */
function waitedMs(parent: TaskStory, child: TaskStory, nowMs: number): number {
  if (child.publishedAtMs === null || parent.startedAtMs === null) return 0
  const parentUntilMs = parent.leftAtMs ?? nowMs
  const childUntilMs = child.startedAtMs ?? nowMs
  return Math.max(0, Math.min(parentUntilMs, childUntilMs) - child.publishedAtMs)
}

function handedOn(pairs: readonly (readonly [TaskStory, TaskStory])[]): Verdict {
  const verdicts = pairs.map(([parent, child]): Verdict => {
    const states = `parent ${lastState(parent) ?? 'without a record'}, child ${lastState(child) ?? 'without a record'}`
    const bothDone = lastState(parent) === 'SUCCESS' && lastState(child) === 'SUCCESS'
    const inTurn = parent.leftAtMs !== null && child.startedAtMs !== null && child.startedAtMs >= parent.leftAtMs
    if (bothDone && inTurn && isCalledWith(child, parent.records.at(-1)?.resultText ?? ''))
      return { passed: true, observed: `${names(parent, child)}, when it was done itself: ${states}.` }
    const goal = !bothDone
      ? 'both to succeed'
      : inTurn
        ? 'a child that is called with what its parent returned'
        : 'a child that begins after its parent has ended'
    return { passed: false, observed: `${names(parent, child)}: ${states}. Waiting for ${goal}.` }
  })
  return firstGreen(verdicts, '')
}

/** Its arguments hold that result, as a word of its own. Lists and dictionaries look different in Python's words, and pass. */
function isCalledWith(child: TaskStory, resultText: string): boolean {
  const value = resultValue(resultText)
  if (value === undefined || value === null || value === '') return false
  if (typeof value === 'object') return true
  const said = typeof value === 'string' ? value : resultText
  const at = child.argsrepr.indexOf(said)
  const beside = `${child.argsrepr.at(at - 1) ?? ''}${child.argsrepr.at(at + said.length) ?? ''}`
  return at > 0 && !/[\w.]/.test(beside)
}

function names(parent: TaskStory, child: TaskStory): string {
  const short = (story: TaskStory): string => story.name.slice(story.name.lastIndexOf('.') + 1) || story.id.slice(0, 4)
  return `${short(parent)} sent ${short(child)}`
}
