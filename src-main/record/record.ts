/**
 * The one log of facts: each gets the next number, is kept in memory up to a limit, goes to a file, and is told to listeners.
 * Chatter (log lines, memory, heartbeats) is kept apart, so that a task printing 100 MB cannot push out what happened to a message.
 */
import type { Fact, FeedItem } from '../contract/feed.js'
import type { RecordFile } from './record-file.js'

export interface RecordOptions {
  readonly nowMs: () => number
  readonly file: RecordFile | null
}

const KEPT_FACTS = 14_000
const KEPT_CHATTER = 6_000
/** The oldest are dropped in blocks: dropping one at a time from the front of a long list is slow. */
const DROP_BLOCK = 500

export class Record {
  readonly #options: RecordOptions
  readonly #listeners = new Set<(item: FeedItem) => void>()
  #facts: FeedItem[] = []
  #chatter: FeedItem[] = []
  #lastSeq = 0

  constructor(options: RecordOptions) {
    this.#options = options
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  append(fact: Fact): FeedItem {
    this.#lastSeq += 1
    const item: FeedItem = { seq: this.#lastSeq, atMs: this.#options.nowMs(), fact }
    if (isChatter(fact)) this.#chatter = kept(this.#chatter, item, KEPT_CHATTER)
    else this.#facts = kept(this.#facts, item, KEPT_FACTS)
    this.#options.file?.write(item)
    for (const listener of [...this.#listeners]) listener(item)
    return item
  }

  /** Retained items with seq > `after`, oldest first. */
  itemsAfter(after: number): readonly FeedItem[] {
    return merged(
      this.#facts.slice(firstAfter(this.#facts, after)),
      this.#chatter.slice(firstAfter(this.#chatter, after)),
    )
  }

  onItem(listener: (item: FeedItem) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

function isChatter(fact: Fact): boolean {
  return (
    fact.kind === 'log-line' ||
    fact.kind === 'memory' ||
    (fact.kind === 'worker-event' && fact.type === 'worker-heartbeat')
  )
}

function kept(items: FeedItem[], item: FeedItem, limit: number): FeedItem[] {
  items.push(item)
  return items.length >= limit + DROP_BLOCK ? items.slice(-limit) : items
}

/** Index of the first item with seq > `after`: the list is in order, so halving finds it. */
function firstAfter(items: readonly FeedItem[], after: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle]?.seq ?? 0) > after) high = middle
    else low = middle + 1
  }
  return low
}

function merged(left: readonly FeedItem[], right: readonly FeedItem[]): readonly FeedItem[] {
  const all: FeedItem[] = []
  let fromRight = 0
  for (const item of left) {
    for (let next = right[fromRight]; next !== undefined && next.seq < item.seq; next = right[fromRight]) {
      all.push(next)
      fromRight += 1
    }
    all.push(item)
  }
  return [...all, ...right.slice(fromRight)]
}
