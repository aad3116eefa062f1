/** The run behind a card, in words: each fact that has some, with the time since the first. Facts kept by another version may have none. */
import type { FeedItem } from '../../src-main/contract/feed.js'
import { sayFact, type SaidFact } from '../words/say-fact.js'

export interface SaidItem extends SaidFact {
  readonly seq: number
  readonly sinceMs: number
}

export function sayRun(items: readonly FeedItem[]): readonly SaidItem[] {
  const firstMs = items[0]?.atMs ?? 0
  return items.flatMap((item) => {
    const said = sayKeptFact(item)
    return said === null ? [] : [{ ...said, seq: item.seq, sinceMs: item.atMs - firstMs }]
  })
}

/** A card outlives versions of the app: what cannot be said any more is left out, and the rest is shown. */
function sayKeptFact({ fact }: FeedItem): SaidFact | null {
  try {
    return sayFact(fact) ?? null
  } catch {
    return null // a fact in a shape that this version does not know
  }
}
