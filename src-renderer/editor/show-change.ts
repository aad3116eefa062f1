/** Where a text that was replaced from outside, by “Show me” or a reset, begins to differ: that line is put into view. */
import type { Text } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

export function showChange(view: EditorView, before: Text): void {
  const line = firstChangedLine(before, view.state.doc)
  if (line === null) return
  view.dispatch({ effects: EditorView.scrollIntoView(view.state.doc.line(line).from, { y: 'center' }) })
}

/** Counted from 1, in the text as it is now; null: nothing has changed. */
export function firstChangedLine(before: Text, now: Text): number | null {
  if (before.eq(now)) return null
  for (let line = 1; line <= Math.min(before.lines, now.lines); line += 1)
    if (before.line(line).text !== now.line(line).text) return line
  return Math.min(before.lines + 1, now.lines) // lines were added at the end, or taken away there
}
