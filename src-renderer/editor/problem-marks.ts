/** A problem of the saved file, at its line: a mark in the gutter, the line tinted, and its sentence at the end of the line. */
import { setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { StateEffect, StateField, type EditorState, type Extension, type Text } from '@codemirror/state'
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view'
import type { Problem } from '../../src-main/contract/problem.js'

/** The place at the start of the sentence: at the line itself it is said already. */
const PLACE = /^\S+, line \d+: /

class ProblemWords extends WidgetType {
  readonly #words: string

  constructor(words: string) {
    super()
    this.#words = words
  }

  override eq(other: ProblemWords): boolean {
    return other.#words === this.#words
  }

  override toDOM(): HTMLElement {
    const span = document.createElement('span')
    span.className = 'cm-problem-words'
    span.textContent = this.#words
    return span
  }
}

const setMarks = StateEffect.define<DecorationSet>()

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return effect.value
    return value.map(transaction.changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

export const problemMarks: Extension = marks

/** Problems without a place, or past the end of a text that was changed since, mark no line: the banner says them. */
export function showProblem(view: EditorView, problem: Problem | null): void {
  const line = problem === null ? null : lineOf(view.state.doc, problem)
  view.dispatch(
    setDiagnostics(view.state, problem === null || line === null ? [] : [diagnosticAt(view.state, line, problem)]),
  )
  if (problem === null || line === null) return view.dispatch({ effects: setMarks.of(Decoration.none) })
  const { from, to } = view.state.doc.line(line)
  const words = Decoration.widget({ widget: new ProblemWords(problem.what.replace(PLACE, '')), side: 1 })
  const tint = Decoration.line({ class: 'cm-problem-line' })
  const seen = EditorView.scrollIntoView(from, { y: 'nearest', yMargin: 40 })
  view.dispatch({ effects: [setMarks.of(Decoration.set([tint.range(from), words.range(to)])), seen] })
}

function lineOf(doc: Text, problem: Problem): number | null {
  const line = problem.place?.line
  return line !== undefined && line >= 1 && line <= doc.lines ? line : null
}

function diagnosticAt(state: EditorState, number: number, problem: Problem): Diagnostic {
  const line = state.doc.line(number)
  const from = Math.min(line.to, line.from + Math.max(0, (problem.place?.column ?? 1) - 1))
  return { from, to: line.to, severity: 'error', message: `${problem.what}\n${problem.meaning}` }
}
