/**
 * What was sent, as its sender can wait for it: one task, or a group of several, with what ran before it. Its wire form
 * is what results list as children and what a saved group holds: `[[id, parent], null]` or `[[id, parent], [...]]`.
 * Celery: celery/result.py (AsyncResult.as_tuple, GroupResult.as_tuple)
 */
import type { WireValue } from '../serialization/wire-value.js'

export interface ResultNode {
  readonly id: string
  /** The step before, in a chain; the header, of a chord's body. */
  parent: ResultNode | null
  /** null: one task. */
  readonly children: readonly ResultNode[] | null
}

export function resultNode(id: string, children: readonly ResultNode[] | null = null): ResultNode {
  return { id, parent: null, children }
}

export function asTuple({ id, parent, children }: ResultNode): WireValue {
  return [[id, parent === null ? null : asTuple(parent)], children === null ? null : children.map(asTuple)]
}

/** What ran first of all that led here. */
export function topOf(node: ResultNode): ResultNode {
  return node.parent === null ? node : topOf(node.parent)
}
