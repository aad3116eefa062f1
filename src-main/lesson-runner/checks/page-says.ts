/**
 * `page-says`: what a visitor read on a page of the web app. With `earlier` and `after`, one and the same page (by its path) said the one
 * thing before something happened and the other after it, so that a page which always says the same does not pass; with `outcome`
 * it shows what the task of its path has returned, whose record is gone.
 */
import * as v from 'valibot'
import type { FeedItem } from '../../contract/feed.js'
import { isReady, resultValue, TaskStories, type TaskStory } from './task-stories.js'
import type { Watch } from './watch.js'
import { listed } from './wording.js'

const words = v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.minLength(1))

export const pageSaysCheck = v.strictObject({
  kind: v.literal('page-says'),
  /** The beginning of the page's path. */
  path: v.pipe(v.string(), v.startsWith('/')),
  /** All of these words, in capitals or not. */
  says: words,
  /** None of these. */
  never: v.exactOptional(words),
  /** What the same page said before. */
  earlier: v.exactOptional(words),
  /** `record-gone`: the record of a finished task. `task-lost`: a process died with a task in it. */
  after: v.exactOptional(v.picklist(['record-gone', 'task-lost'])),
  /** The path ends in a task's id, its record is gone, and the page shows what it returned. */
  outcome: v.exactOptional(v.boolean()),
})
export type PageSaysCheck = v.InferOutput<typeof pageSaysCheck>

const EVENT_WORDS = { 'record-gone': 'a result record was gone', 'task-lost': 'a process died with its task' } as const

export function watchPageSays(wanted: PageSaysCheck): Watch {
  const stories = new TaskStories()
  const busy = new Map<number, string>()
  const saidEarlier = new Set<string>()
  let happened = wanted.after === undefined
  let found: string | null = null
  let last: string | null = null

  return {
    see(item) {
      stories.see(item)
      if (!happened) happened = hasHappened(wanted, item, stories, busy)
      followSlots(item, busy)
      const { fact } = item
      if (fact.kind !== 'http-response' || fact.method !== 'GET' || !fact.path.startsWith(wanted.path)) return
      if (fact.status < 200 || fact.status > 299 || fact.text === undefined) return
      last = `${fact.path} said “${shortened(fact.text)}”`
      const fits = saysAll(fact.text, wanted.says) && !saysAny(fact.text, wanted.never ?? [])
      const wasEarlier = wanted.earlier === undefined || saidEarlier.has(fact.path)
      const shows = wanted.outcome !== true || showsOutcome(fact.text, stories.get(fact.path.split('/').at(-1) ?? ''))
      if (happened && fits && wasEarlier && shows) found = last
      if (!happened && wanted.earlier !== undefined && saysAll(fact.text, wanted.earlier)) saidEarlier.add(fact.path)
    },
    verdict() {
      if (found !== null) return { passed: true, observed: `${found}.` }
      const quoted = (list: readonly string[]): string => listed(list.map((word) => `“${word}”`))
      const before = wanted.earlier === undefined ? '' : ` that said ${quoted(wanted.earlier)} before`
      const after =
        wanted.after === undefined ? '' : ` after ${EVENT_WORDS[wanted.after]}${happened ? ' (it was)' : ''}`
      const never = wanted.never === undefined ? '' : ` and not ${quoted(wanted.never)}`
      const outcome = wanted.outcome === true ? ', with what its task has returned,' : ''
      return {
        passed: false,
        observed: `${last ?? 'No such page seen yet'}. Waiting for a page ${wanted.path}…${before} to say ${quoted(wanted.says)}${never}${outcome}${after}.`,
      }
    },
  }
}

function hasHappened(
  { after }: PageSaysCheck,
  { fact }: FeedItem,
  stories: TaskStories,
  busy: ReadonlyMap<number, string>,
): boolean {
  if (after === 'record-gone' && fact.kind === 'result-removed')
    return fact.taskIds.some((id) => isReady(stories.get(id)))
  if (after !== 'task-lost' || fact.kind !== 'process-exited' || fact.expected) return false
  return busy.has(fact.pid) || (fact.role === 'worker' && [...busy.values()].includes(fact.process))
}

/** `text` has what the task returned, and the record that said so is gone. */
function showsOutcome(text: string, story: TaskStory | null): boolean {
  const returned = story?.records.at(-1)
  if (story?.removed == null || returned?.state !== 'SUCCESS') return false
  const value = resultValue(returned.resultText)
  return text.includes(typeof value === 'string' ? value : returned.resultText)
}

/** Which child is at a task, and whose it is. */
function followSlots({ fact }: FeedItem, busy: Map<number, string>): void {
  if (fact.kind === 'process-exited') busy.delete(fact.pid)
  if (fact.kind !== 'slot') return
  if (fact.taskId === null) busy.delete(fact.pid)
  else busy.set(fact.pid, fact.worker)
}

function saysAll(text: string, wanted: readonly string[]): boolean {
  return wanted.every((word) => saysAny(text, [word]))
}

/** As a word of its own: “undone” does not say “done”. */
function saysAny(text: string, wanted: readonly string[]): boolean {
  const lower = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  return wanted.some((word) => lower.includes(` ${word.toLowerCase()} `))
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`
}
