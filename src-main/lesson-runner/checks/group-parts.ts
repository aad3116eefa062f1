/**
 * `group-parts`: the parts of one group (their messages carry its id), how they ended, and whether the step that joins them ran.
 * A join that cannot run gets a record of its own: FAILURE with a ChordError that names the part, for a task that no child ever ran.
 */
import * as v from 'valibot'
import { lastState, TaskStories, type TaskStory } from './task-stories.js'
import { firstGreen, type Verdict, type Watch } from './watch.js'
import { counted } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const groupPartsCheck = v.strictObject({
  kind: v.literal('group-parts'),
  succeeded: count,
  failed: count,
  /** The joining task: it ran and succeeded, or it never ran and was given up. */
  join: v.picklist(['ran', 'given-up']),
})
export type GroupPartsCheck = v.InferOutput<typeof groupPartsCheck>

export function watchGroupParts(wanted: GroupPartsCheck): Watch {
  const stories = new TaskStories()
  return {
    see: (item) => stories.see(item),
    verdict() {
      const groups = new Map<string, TaskStory[]>()
      for (const story of stories.all)
        if (story.groupId !== null) groups.set(story.groupId, [...(groups.get(story.groupId) ?? []), story])
      const verdicts = [...groups.values()].map((parts) => judge(wanted, parts, stories.all))
      return firstGreen(verdicts, 'No message of a group seen yet.')
    },
  }
}

function judge(wanted: GroupPartsCheck, parts: readonly TaskStory[], all: readonly TaskStory[]): Verdict {
  const ended = (state: string): number => parts.filter((part) => lastState(part) === state).length
  const [succeeded, failed] = [ended('SUCCESS'), ended('FAILURE')]
  const join = wanted.join === 'ran' ? ranJoin(parts, all) : givenUpJoin(parts, all)
  const words =
    wanted.join === 'ran'
      ? `the join ${join ? 'ran' : 'has not run'}`
      : `the join ${join ? 'was given up' : 'is not given up'}`
  const numbers = `${counted(parts.length, 'part')}: ${succeeded} SUCCESS, ${failed} FAILURE; ${words}`
  if (succeeded >= wanted.succeeded && failed >= wanted.failed && join) return { passed: true, observed: `${numbers}.` }
  const goal = `${wanted.succeeded} SUCCESS, ${wanted.failed} FAILURE and ${wanted.join === 'ran' ? 'a join that runs' : 'a join that is given up'}`
  return { passed: false, observed: `${numbers}. Waiting for ${goal}.` }
}

/** Sent by a part of this group, not a part itself, and successful. */
function ranJoin(parts: readonly TaskStory[], all: readonly TaskStory[]): boolean {
  const ids = new Set(parts.map((part) => part.id))
  return all.some((story) => story.groupId === null && ids.has(story.parentId ?? '') && lastState(story) === 'SUCCESS')
}

function givenUpJoin(parts: readonly TaskStory[], all: readonly TaskStory[]): boolean {
  return all.some((story) => {
    const last = story.records.at(-1)
    const isUnrun = !parts.includes(story) && story.startedAtMs === null && last?.state === 'FAILURE'
    return isUnrun && last.resultText.includes('ChordError') && parts.some(({ id }) => last.resultText.includes(id))
  })
}
