/** Ledger rows → the outbox: one card a mail, rows with the same key on one card, because that is what a double is. */
import type { FeedItem } from '../../src-main/contract/feed.js'

export interface OutboxMail {
  readonly key: string
  readonly summary: string
  readonly to: string | null
  readonly times: number
  readonly taskId: string | null
  readonly pid: number | null
  readonly attempt: number | null
  readonly atMs: number
  /** The sender went away before the mail was taken: it did not arrive. */
  readonly refused: boolean
}

const KEPT = 200

export const EMPTY_OUTBOX: readonly OutboxMail[] = []

/** Newest first. */
export function projectOutbox(mails: readonly OutboxMail[], items: readonly FeedItem[]): readonly OutboxMail[] {
  let next: OutboxMail[] | null = null
  for (const { fact, atMs } of items) {
    if (fact.kind === 'stage-reset') next = []
    if (fact.kind !== 'ledger-row' || fact.effect !== 'mail') continue
    next ??= [...mails]
    const { key, summary, to, taskId, pid, attempt, refused } = fact
    const at = refused ? -1 : next.findIndex((mail) => mail.key === key && !mail.refused)
    const times = at === -1 ? 1 : (next[at]?.times ?? 0) + 1
    if (at !== -1) next.splice(at, 1)
    next.unshift({ key, summary, to, times, taskId, pid, attempt, atMs, refused })
    if (next.length > KEPT) next.length = KEPT
  }
  return next ?? mails
}
