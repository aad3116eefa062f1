/**
 * `looked-at`: what the learner opened or pointed at in the window. What does not exist does not count: a message must have been seen
 * on the wire, a process must run. With `parts`, all of them must have been pointed at in one and the same message.
 */
import * as v from 'valibot'
import type { FactOf } from '../../contract/feed.js'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'
import { counted, listed } from './wording.js'

const PARTS = ['task', 'id', 'args', 'kwargs'] as const

export const lookedAtCheck = v.strictObject({
  kind: v.literal('looked-at'),
  what: v.picklist(['message', 'worker', 'pool-process', 'queue', 'result', 'pause']),
  /** Of a message: the pieces to point at. */
  parts: v.exactOptional(v.pipe(v.array(v.picklist(PARTS)), v.minLength(1))),
  /** So many different ones. */
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type LookedAtCheck = v.InferOutput<typeof lookedAtCheck>
type Part = (typeof PARTS)[number]
type LookedAt = FactOf<'looked-at'>

/** Where each piece lies, in both versions of Celery's task protocol. */
const PLACES: Record<Part, readonly string[]> = {
  task: ['headers.task', 'body.task'],
  id: ['headers.id', 'properties.correlation_id', 'body.id'],
  args: ['body.args'],
  kwargs: ['body.kwargs'],
}

const PART_WORDS: Record<Part, string> = {
  task: 'the task’s name',
  id: 'the task id',
  args: 'the arguments',
  kwargs: 'the keyword arguments',
}

const NOUNS: Record<LookedAt['what'], readonly [string, string]> = {
  message: ['message', 'messages'],
  worker: ['worker', 'workers'],
  'pool-process': ['child', 'children'],
  queue: ['queue', 'queues'],
  result: ['result', 'results'],
  pause: ['pause', 'pauses'],
}

export function watchLookedAt(wanted: LookedAtCheck): Watch {
  const seen = new Set<string>()
  const pointed = new Map<string, Set<Part>>()
  let stranger: string | null = null
  let stands = false
  let last = ''
  return {
    see({ fact }, situation) {
      stands = situation.paused()
      if (fact.kind !== 'looked-at' || fact.what !== wanted.what) return
      if (fact.what === 'pause' && fact.id !== 'on') return
      if (!exists(fact, situation)) return void (stranger = fact.id)
      seen.add(fact.id)
      last = describe(fact, situation)
      if (fact.part === undefined) return
      const parts = pointed.get(fact.id) ?? new Set<Part>()
      for (const part of PARTS) if (PLACES[part].includes(fact.part)) parts.add(part)
      pointed.set(fact.id, parts)
    },
    verdict() {
      if (wanted.parts !== undefined) return partsVerdict(wanted.parts, seen.size, pointed)
      if (wanted.what === 'pause')
        return seen.size > 0
          ? { passed: true, observed: 'The picture was paused.' }
          : {
              passed: false,
              observed: stands
                ? 'The picture has stood still since before. Press Go on, then Pause once more.'
                : 'The picture has not been paused.',
            }
      const [one, many] = NOUNS[wanted.what]
      const passed = seen.size >= wanted.atLeast
      if (passed) return { passed, observed: `${last} was opened.` }
      const gone = stranger === null ? '' : ` (${stranger} is not there)`
      return {
        passed,
        observed: `${counted(seen.size, one, many)} opened${gone}. Waiting for ${counted(wanted.atLeast, one, many)}.`,
      }
    },
  }
}

function exists(fact: LookedAt, situation: Situation): boolean {
  switch (fact.what) {
    case 'message':
      return situation.knowsDelivery(fact.id)
    case 'worker':
    case 'pool-process':
      return situation.runs(fact.what, fact.id)
    case 'queue':
    case 'result':
    case 'pause':
      return true
  }
}

function describe({ what, id }: LookedAt, situation: Situation): string {
  if (what === 'pool-process') return situation.describePid(Number(id))
  return what === 'worker' ? id : `A ${NOUNS[what][0]}`
}

function partsVerdict(
  wanted: readonly Part[],
  opened: number,
  pointed: ReadonlyMap<string, ReadonlySet<Part>>,
): { readonly passed: boolean; readonly observed: string } {
  if (opened === 0) return { passed: false, observed: 'No message has been opened yet.' }
  const best = [...pointed.values()].sort((one, other) => found(other) - found(one))[0] ?? new Set<Part>()
  function found(parts: ReadonlySet<Part>): number {
    return wanted.filter((part) => parts.has(part)).length
  }
  const done = wanted.filter((part) => best.has(part)).map((part) => PART_WORDS[part])
  const open = wanted.filter((part) => !best.has(part)).map((part) => PART_WORDS[part])
  if (open.length === 0) return { passed: true, observed: `Pointed at ${listed(done)}.` }
  const sofar = done.length === 0 ? 'A message is open.' : `Pointed at ${listed(done)}.`
  return { passed: false, observed: `${sofar} Still to point at: ${listed(open)}.` }
}
