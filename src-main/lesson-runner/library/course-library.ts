/** The course as something to look things up in: all texts of all phases that are written. Read anew each time: lessons may be worked on. */
import type { CourseTexts, PhaseTexts, PitfallGroupView, StepPlace } from '../../contract/course-views.js'
import type { CoursePhase } from '../format/course.js'
import { readLesson, type Lesson } from '../format/lesson.js'
import { placePitfalls, type ClaimingStep, type PlacedGroup } from '../format/pitfall-places.js'
import { readPitfalls } from '../format/pitfalls.js'

export interface Shelf {
  readonly phase: CoursePhase
  readonly lesson: Lesson
}

/** Every phase that is written. A malformed one throws MalformedLesson, as opening it would. */
export async function readShelves(lessonsFolder: string, course: readonly CoursePhase[]): Promise<readonly Shelf[]> {
  const shelves: Shelf[] = []
  for (const phase of course.filter((one) => one.available))
    shelves.push({ phase, lesson: await readLesson(lessonsFolder, phase.id) })
  return shelves
}

export async function readCourseTexts(lessonsFolder: string, course: readonly CoursePhase[]): Promise<CourseTexts> {
  const shelves = await readShelves(lessonsFolder, course)
  const placed = placePitfalls(await readPitfalls(lessonsFolder), shelves.flatMap(claimsOf))
  return { phases: shelves.map(textsOf), pitfalls: placed.map(viewGroup) }
}

export function claimsOf({ phase, lesson }: Shelf): readonly ClaimingStep[] {
  return lesson.steps.map(({ id, title, lab }, at) => ({ phase, id, number: at + 1, title, pitfalls: lab.pitfalls }))
}

function textsOf({ phase, lesson }: Shelf): PhaseTexts {
  const steps = claimsOf({ phase, lesson }).map((step, at) => ({
    place: placeOf(step),
    doText: lesson.steps[at]?.doText ?? '',
    typescriptText: lesson.steps[at]?.typescriptText ?? '',
    whyText: lesson.steps[at]?.whyText ?? '',
  }))
  const { introText, goals } = lesson
  return { number: phase.number, id: phase.id, title: phase.title, introText, goals, steps }
}

function viewGroup({ title, pitfalls }: PlacedGroup): PitfallGroupView {
  return {
    title,
    pitfalls: pitfalls.map(({ number, symptom, cause, fix, metIn, whyNot }) => ({
      number,
      symptom,
      cause,
      fix,
      metIn: metIn.map(placeOf),
      whyNot: whyNot ?? null,
    })),
  }
}

export function placeOf({ phase, id, number, title }: Omit<ClaimingStep, 'pitfalls'>): StepPlace {
  return { phase: phase.id, phaseNumber: phase.number, step: id, stepNumber: number, title }
}
