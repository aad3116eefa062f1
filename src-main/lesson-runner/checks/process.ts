/** `process`: how many processes of a role run, from the process table's facts; processes started before the step count. */
import * as v from 'valibot'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const processCheck = v.strictObject({
  kind: v.literal('process'),
  role: v.picklist(['worker', 'pool-process', 'web', 'beat', 'redis']),
  /** `none`: not even starting. `ready`: at least one is ready to work. `idle`: so many are ready, and no child runs a task. */
  is: v.picklist(['none', 'ready', 'idle']),
  /** Not for `none`: at least so many. */
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type ProcessCheck = v.InferOutput<typeof processCheck>

const NOUNS = {
  worker: ['worker', 'workers'],
  'pool-process': ['child', 'children'],
  web: ['web process', 'web processes'],
  beat: ['beat', 'beats'],
  redis: ['Redis', 'Redis servers'],
} as const

export function watchProcess(wanted: ProcessCheck): Watch {
  let ready: number | null = null
  let running = 0
  let working = false
  const [one, many] = NOUNS[wanted.role]
  const look = (situation: Situation): void => {
    ready = situation.ready(wanted.role)
    running = situation.running(wanted.role)
    working = situation.working()
  }
  return {
    begin: look,
    see: (_item, situation) => look(situation),
    verdict() {
      if (ready === null) return { passed: false, observed: `Nothing seen of any ${one} yet.` }
      if (wanted.is === 'none') {
        return running === 0
          ? { passed: true, observed: `No ${one} runs.` }
          : { passed: false, observed: `${counted(running, one, many)} running. Waiting for none.` }
      }
      if (wanted.is === 'idle' && working) return { passed: false, observed: 'A child still runs a task.' }
      const passed = ready >= wanted.atLeast
      const starting = running > ready ? `, ${running - ready} starting` : ''
      const numbers = `${counted(ready, one, many)} ready${starting}`
      return {
        passed,
        observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${counted(wanted.atLeast, one, many)}.`,
      }
    },
  }
}
