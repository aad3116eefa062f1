/**
 * `result-asked`: somebody asked the result store about an id. `unknown`: nothing was ever sent or stored under it.
 * `removed`: a task had ended under it, and its record was gone by then.
 */
import * as v from 'valibot'
import { TaskStories } from './task-stories.js'
import type { Watch } from './watch.js'

export const resultAskedCheck = v.strictObject({
  kind: v.literal('result-asked'),
  about: v.picklist(['unknown', 'removed']),
})
export type ResultAskedCheck = v.InferOutput<typeof resultAskedCheck>

export function watchResultAsked(wanted: ResultAskedCheck): Watch {
  const stories = new TaskStories()
  let found: string | null = null
  let other: string | null = null
  return {
    see(item, situation) {
      stories.see(item)
      const { fact } = item
      if (fact.kind !== 'result-asked') return
      const story = stories.get(fact.taskId)
      const isUnknown = story === null && situation.publishedAtMs(fact.taskId) === null
      const isMeant = wanted.about === 'unknown' ? isUnknown : story !== null && story.removed !== null
      const said = `${fact.by} asked for ${shortened(fact.taskId)}`
      if (isMeant) found = said
      else other = said
    },
    verdict() {
      if (found !== null)
        return {
          passed: true,
          observed: `${found}: ${wanted.about === 'unknown' ? 'no message and no record ever had that id' : 'its record is gone'}.`,
        }
      const goal = wanted.about === 'unknown' ? 'an id that nothing was ever sent under' : 'a task whose record is gone'
      const seen = other === null ? 'Nobody asked the result store yet.' : `${other}, which is another case.`
      return { passed: false, observed: `${seen} Waiting for a question about ${goal}.` }
    },
  }
}

function shortened(id: string): string {
  return id.length > 20 ? `${id.slice(0, 8)}…` : `“${id}”`
}
