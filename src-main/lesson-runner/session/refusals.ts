/** What the lesson runner says when it does not do what was asked: each a Problem, and nothing was changed. */
import type { Problem } from '../../contract/problem.js'
import type { CoursePhase } from '../format/course.js'
import { MalformedLesson } from '../format/malformed-lesson.js'
import { cannotWrite } from './folder-problem.js'

export function refuse(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem }
}

export function noSuch(what: string, which: string): Problem {
  return {
    code: `no-such-${what}`,
    what: `There is no ${what} ${which}.`,
    meaning: 'Nothing was changed.',
    next: 'Choose another one.',
  }
}

export function noStepOf({ number, title, steps }: CoursePhase, step: number): Problem {
  return {
    code: 'no-such-step',
    what: `There is no step ${step} in phase ${number}, “${title}”; it has ${steps.length}.`,
    meaning: 'You stay where you are.',
    next: `Choose a step from 1 to ${steps.length}.`,
  }
}

export function notWritten(phase: CoursePhase): Problem {
  return {
    code: 'phase-not-written',
    what: `Phase ${phase.number}, “${phase.title}”, is not in this version of the course.`,
    meaning: 'You stay where you are.',
    next: 'Go on with another phase.',
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof MalformedLesson) return error.toProblem()
  return cannotWrite('The learner’s folder', error)
}
