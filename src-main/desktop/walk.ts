/**
 * The app takes the open lesson's steps by itself, in its own window: it presses the step's buttons as a learner would,
 * and "Show me" where buttons are not enough, and waits until the checks turn green from facts. Used by `npm start` where
 * there is no display, and by the package's test. Input: the lesson's view and the record; output: one line a step on
 * stdout, a picture of each, and an exit code.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserWindow } from 'electron'
import type { Problem } from '../contract/problem.js'
import type { LessonView, StepView } from '../contract/views.js'
import type { Lab } from '../lab/lab-interface.js'
import type { LessonRunner } from '../lesson-runner/lesson-runner-interface.js'
import { WorkInFlight } from './work-in-flight.js'
import { pressInOpenStep, pressStepTitle, waitForPage } from './walk-page.js'

export interface Walk {
  readonly window: BrowserWindow
  readonly lab: Lab
  readonly lessons: LessonRunner
  readonly steps: number
  readonly shotsFolder: string | null
}

const LAB_LIMIT_MS = 120_000
const STEP_LIMIT_MS = 120_000
/** A button's consequences count as over when nothing has been in flight for this long. */
const QUIET_MS = 1500
const SHOW_ME_TRIES = 3
const LOOK_EVERY_MS = 100

class WalkStopped extends Error {}

/** Answers the app's exit code. */
export async function walkThrough(walk: Walk): Promise<number> {
  if (walk.shotsFolder) mkdirSync(walk.shotsFolder, { recursive: true })
  const work = new WorkInFlight(walk.lab.record)
  const beganAt = Date.now()
  try {
    await waitForPage(walk.window.webContents)
    const lesson = await readyLesson(walk)
    const ids = lesson.steps.slice(0, walk.steps).map((step) => step.id)
    say(`Phase ${lesson.phase.number}: ${lesson.phase.title}`)
    for (const [index, id] of ids.entries()) await takeStep(walk, work, { id, place: `${index + 1}/${ids.length}` })
    say(
      `${ids.length === 1 ? 'The step is' : `All ${ids.length} steps are`} green after ${seconds(Date.now() - beganAt)}.`,
    )
    return 0
  } catch (error) {
    await keepPicture(walk, 'stopped').catch(() => undefined) // the reason below matters more
    say(`The walk stopped: ${error instanceof WalkStopped ? error.message : String(error)}`)
    return 1
  } finally {
    work.stop()
  }
}

async function readyLesson({ lab, lessons }: Walk): Promise<LessonView> {
  await waitUntil(LAB_LIMIT_MS, 'the lab to run and the first step to be ready', () => {
    const { state, problem } = lab.view()
    if (state === 'failed') throw new WalkStopped(problem ? inOneLine(problem) : 'the lab did not start')
    return state === 'running' && lessons.lesson()?.busy === null
  })
  const lesson = lessons.lesson()
  if (!lesson) throw new WalkStopped('no lesson is open')
  return lesson
}

async function takeStep(walk: Walk, work: WorkInFlight, { id, place }: { id: string; place: string }): Promise<void> {
  const { window, lessons } = walk
  const contents = window.webContents
  if (lessons.lesson()?.stepId !== id) await pressStepTitle(contents, stepView(lessons, id).title)
  await waitUntil(STEP_LIMIT_MS, `step ${id} to be ready`, () => {
    const lesson = lessons.lesson()
    return lesson?.stepId === id && lesson.busy === null
  })
  const beganAt = Date.now()
  const isGreen = (): boolean => stepView(lessons, id).state === 'done'
  for (const { label } of stepView(lessons, id).actions) {
    if (isGreen()) break
    await pressInOpenStep(contents, label)
    const pressedAt = Date.now()
    const isOver = (): boolean => Math.min(work.quietForMs(), Date.now() - pressedAt) >= QUIET_MS
    await waitUntil(STEP_LIMIT_MS, `what "${label}" began to end`, () => isGreen() || isOver())
  }
  const tries = isGreen() ? 0 : await showMe(walk, id, isGreen)
  const how = tries === 0 ? '' : tries === 1 ? ', with "Show me"' : `, with "Show me" pressed ${tries} times`
  const { title, observed } = stepView(lessons, id)
  say(`${place} ${title}: green after ${seconds(Date.now() - beganAt)}${how}. ${observed}`)
  await waitUntil(STEP_LIMIT_MS, `step ${id} to come to rest`, () => lessons.lesson()?.busy === null)
  await keepPicture(walk, `${place.split('/')[0]?.padStart(2, '0')}-${id}`)
}

/** Pressed again when it did not help: a check may ask for a time that a busy machine misses. Answers how often. */
async function showMe({ window, lessons }: Walk, id: string, isGreen: () => boolean): Promise<number> {
  if (!stepView(lessons, id).hasSolution)
    throw new WalkStopped(`step ${id} has no "Show me", and its buttons did not turn it green`)
  for (let tries = 1; tries <= SHOW_ME_TRIES; tries++) {
    await pressInOpenStep(window.webContents, 'Show me')
    await waitUntil(STEP_LIMIT_MS, '"Show me" to begin', () => isGreen() || lessons.lesson()?.busy !== null)
    await waitUntil(STEP_LIMIT_MS, '"Show me" to end', () => isGreen() || lessons.lesson()?.busy === null)
    if (isGreen()) return tries
  }
  throw new WalkStopped(`"Show me" did not turn step ${id} green. ${missing(stepView(lessons, id))}`)
}

function stepView(lessons: LessonRunner, id: string): StepView {
  const step = lessons.lesson()?.steps.find((one) => one.id === id)
  if (!step) throw new WalkStopped(`the step ${id} is not in the open lesson any more`)
  return step
}

function missing(step: StepView): string {
  const red = step.checks
    .filter((check) => !check.passed)
    .map((check) => `${check.label}: ${check.observed || 'not seen'}`)
  return red.join('; ')
}

async function keepPicture({ window, shotsFolder }: Walk, name: string): Promise<void> {
  if (!shotsFolder) return
  await new Promise((resolve) => setTimeout(resolve, 400)) // a picture needs the push (50 ms) and the motion (250 ms) behind it
  const picture = await window.webContents.capturePage()
  writeFileSync(join(shotsFolder, `${name}.png`), picture.toPNG())
}

/** Waits for a fact that main can read. */
async function waitUntil(limitMs: number, what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + limitMs
  while (!isSo()) {
    if (Date.now() > end) throw new WalkStopped(`waited ${seconds(limitMs)} for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const inOneLine = ({ what, meaning, next, detail }: Problem): string =>
  [what, meaning, next, detail ?? ''].join(' ').trim()

function say(line: string): void {
  process.stdout.write(`${line.replaceAll(/\s*\n\s*/g, ' ')}\n`)
}
