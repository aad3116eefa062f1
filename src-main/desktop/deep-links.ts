/**
 * Links such as `celery-from-zero://phase/5/step/6`, from the command line, a second start of the app, or macOS. Input: any text
 * that somebody calls a link; output: the step is opened, or a problem says what was expected. A link does nothing but that. Electron-free.
 */
import { DEEP_LINK_SCHEME, linkTo } from '../contract/deep-link.js'
import type { CoursePlace } from '../contract/deep-link.js'
import type { Problem, Reply } from '../contract/problem.js'

const LONGEST_SHOWN = 120

export interface Course {
  /** Opens where the learner left off. */
  resume(): Promise<Reply<null>>
  openAt(place: CoursePlace): Promise<Reply<null>>
}

/** The first argument that names our scheme; Chromium's switches and the app's own are passed over. */
export function findDeepLink(argv: readonly string[]): string | null {
  return argv.find((argument) => argument.toLowerCase().startsWith(`${DEEP_LINK_SCHEME}:`)) ?? null
}

export function readDeepLink(link: string): Reply<CoursePlace> {
  const [, phase, step] = /^celery-from-zero:\/\/phase\/(\d{1,4})(?:\/step\/(\d{1,4}))?\/?$/i.exec(link) ?? []
  if (phase === undefined) return { ok: false, problem: malformed(link) }
  return { ok: true, value: { phase: Number(phase), step: step === undefined ? null : Number(step) } }
}

export class DeepLinks {
  readonly #course: Course
  readonly #tell: (problem: Problem) => void
  #waiting: string | null
  #begun = false

  constructor(course: Course, tell: (problem: Problem) => void, first: string | null) {
    this.#course = course
    this.#tell = tell
    this.#waiting = first
  }

  /** Called when the lab runs: opens what a link asked for meanwhile, or else where the learner left off. */
  async begin(): Promise<Reply<null>> {
    const link = this.#waiting
    this.#waiting = null
    this.#begun = true
    return link !== null && (await this.#open(link)) ? { ok: true, value: null } : this.#course.resume()
  }

  /** A link that came while the app runs. Before the lab does, the last one is kept for it. */
  async follow(link: string): Promise<void> {
    if (this.#begun) await this.#open(link)
    else this.#waiting = link
  }

  async #open(link: string): Promise<boolean> {
    const place = readDeepLink(link)
    const reply = place.ok ? await this.#course.openAt(place.value) : place
    // A newer link, or the learner, was quicker: that is what they wanted.
    if (!reply.ok && reply.problem.code !== 'cancelled') this.#tell(reply.problem)
    return reply.ok || reply.problem.code === 'cancelled'
  }
}

function malformed(link: string): Problem {
  const shown = link.length > LONGEST_SHOWN ? `${link.slice(0, LONGEST_SHOWN)}…` : link
  return {
    code: 'deep-link-malformed',
    what: `The link “${shown}” does not lead to a phase or a step.`,
    meaning: 'Nothing was opened.',
    next: `A link looks like ${linkTo({ phase: 5, step: 6 })}, or ${linkTo({ phase: 5, step: null })} for a phase.`,
  }
}
