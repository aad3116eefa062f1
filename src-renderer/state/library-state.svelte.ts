/** What can be looked up: the course's texts from main, the search over them, and which entry a dialog shows. */
import type { CourseTexts } from '../../src-main/contract/course-views.js'
import type { Problem } from '../../src-main/contract/problem.js'
import type { Ask } from '../bridge/bridge.js'
import { makeSearch, type Search } from '../library/search-index.js'
import { GLOSSARY } from '../words/glossary.js'

const NOTHING: Search = () => []

export class LibraryState {
  /** Null until they were asked for once. */
  texts = $state.raw<CourseTexts | null>(null)
  search = $state.raw<Search>(NOTHING)
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

  async load(): Promise<void> {
    const reply = await this.#ask('course.texts', {})
    if (!reply.ok) return this.#onProblem(reply.problem)
    this.texts = reply.value
    this.search = makeSearch(reply.value, GLOSSARY)
  }
}
