/** What can be looked up: the course's texts from main, the search over them, and which entry a dialog shows. */
import type {
  CardRun,
  CardView,
  CourseTexts,
  GuessedAnswer,
  GuessView,
  NotebookView,
  NoteView,
} from '../../src-main/contract/course-views.js'
import type { Problem } from '../../src-main/contract/problem.js'
import type { Ask } from '../bridge/bridge.js'
import { makeSearch, type Search } from '../library/search-index.js'
import { GLOSSARY } from '../words/glossary.js'

const NOTHING: Search = () => []

export class LibraryState {
  /** Null until they were asked for once. */
  texts = $state.raw<CourseTexts | null>(null)
  search = $state.raw<Search>(NOTHING)
  /** Null until it was asked for once. */
  notebook = $state.raw<NotebookView | null>(null)
  /** The pitfall that a hit or a link led to. */
  pitfall = $state<number | null>(null)
  /** The word of the glossary that was looked up. */
  word = $state<string | null>(null)
  readonly #ask: Ask
  readonly #onProblem: (problem: Problem) => void

  constructor(ask: Ask, onProblem: (problem: Problem) => void) {
    this.#ask = ask
    this.#onProblem = onProblem
  }

  async loadNotebook(): Promise<void> {
    const reply = await this.#ask('notebook.read', {})
    if (!reply.ok) return this.#onProblem(reply.problem)
    this.notebook = reply.value
  }

  async run({ place: { phase, step } }: CardView): Promise<CardRun | null> {
    const reply = await this.#ask('notebook.run', { phase, step })
    if (reply.ok) return reply.value
    this.#onProblem(reply.problem)
    return null
  }

  async writeWords({ place: { phase, step } }: CardView, words: string): Promise<void> {
    const reply = await this.#ask('notebook.write-card', { phase, step, words })
    if (!reply.ok) this.#onProblem(reply.problem)
  }

  async writeNote({ place: { phase, step } }: NoteView, text: string): Promise<void> {
    const reply = await this.#ask('notebook.write-note', { phase, step, text })
    if (!reply.ok) this.#onProblem(reply.problem)
  }

  async guess({ place: { phase, step } }: GuessView, choice: readonly string[]): Promise<GuessedAnswer | null> {
    const reply = await this.#ask('notebook.guess', { phase, step, choice })
    if (reply.ok) return reply.value
    this.#onProblem(reply.problem)
    return null
  }

  async deleteCard({ place: { phase, step } }: CardView): Promise<void> {
    const reply = await this.#ask('notebook.delete-card', { phase, step })
    if (!reply.ok) return this.#onProblem(reply.problem)
    await this.loadNotebook()
  }

  async load(): Promise<void> {
    const reply = await this.#ask('course.texts', {})
    if (!reply.ok) return this.#onProblem(reply.problem)
    this.texts = reply.value
    this.search = makeSearch(reply.value, GLOSSARY)
  }
}
