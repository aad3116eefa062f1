/** Lines that the learner types, and messages that come of them → the terminals as producers beside the web app. */
import type { FactOf } from '../../src-main/contract/feed.js'
import { TYPED_TERMINALS, type TypedTerminalName } from '../../src-main/contract/topology.js'
import type { StageDraft } from './stage-draft.js'
import type { StageTyped } from './stage-state.js'

export function applyTypedFact(draft: StageDraft, { terminal, line }: FactOf<'typed'>): void {
  change(draft, terminal, { lastLine: line })
}

/** A message was published: by a terminal, or by anybody else, who has a place of their own. */
export function countSent(draft: StageDraft, { by, taskName }: FactOf<'message-published'>): void {
  const terminal = TYPED_TERMINALS.find((name) => name === by)
  if (terminal === undefined) return
  const sent = (draft.typed.get(terminal)?.sent ?? 0) + 1
  change(draft, terminal, { sent, lastTask: taskName })
}

function change(draft: StageDraft, terminal: TypedTerminalName, to: Partial<StageTyped>): void {
  const before = draft.typed.get(terminal) ?? { lastLine: '', sent: 0, lastTask: null }
  draft.typed = new Map(draft.typed).set(terminal, { ...before, ...to })
}
