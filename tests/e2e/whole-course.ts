/**
 * Shows any step of the course in the real window without waiting for its processes: main's own view of the phase is pushed to the window
 * with that step as the open one, as it is at its start and as it is when it is done. Main's later views of the lesson are held back.
 */
import { PUSH_CHANNEL } from '../../src-main/contract/pushes.js'
import type { Bridge } from '../../src-main/contract/pushes.js'
import type { LessonView, PhaseView, QuestionView, StepView } from '../../src-main/contract/views.js'
import type { RunningApp } from './running-app.js'

export async function holdLessonBack(app: RunningApp): Promise<void> {
  await app.inMain(({ BrowserWindow }, channel) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    if (contents === undefined) throw new Error('there is no window')
    const send = contents.send.bind(contents)
    contents.send = (to: string, push: { readonly kind?: string; readonly held?: false }) => {
      if (to !== channel || push.kind !== 'lesson' || push.held === false) send(to, push)
    }
  }, PUSH_CHANNEL)
}

/** A phase's lesson with no step open. */
export async function lessonOf(app: RunningApp, phase: string): Promise<LessonView> {
  const reply = await app.page.evaluate(
    (id) => (globalThis as unknown as { lab: Bridge }).lab.ask('course.phase', { phase: id }),
    phase,
  )
  if (!reply.ok) throw new Error(reply.problem.what)
  return reply.value.lesson
}

export async function showLesson(
  app: RunningApp,
  view: LessonView,
  phases: readonly PhaseView[],
  stepId: string,
): Promise<void> {
  const push = { kind: 'lesson', held: false, view: { ...view, stepId }, phases }
  await app.inMain(
    ({ BrowserWindow }, [channel, told]) => BrowserWindow.getAllWindows()[0]?.webContents.send(channel, told),
    [PUSH_CHANNEL, push] as const,
  )
}

/** As after the learner has done everything, and has answered one question rightly and the next one wrongly. */
export function done(step: StepView): StepView {
  const answered = (question: QuestionView, at: number): QuestionView => {
    const ids = question.options.map(({ id }) => id)
    const chosen = question.ordered ? ids : ids.slice(0, 1)
    const right = at % 2 === 0 ? chosen : question.ordered ? [...ids].reverse() : ids.slice(1, 2)
    const reasons = Object.fromEntries(ids.map((id) => [id, 'Because the run showed it.']))
    return { ...question, chosen, outcome: { correct: at % 2 === 0, right, reasons } }
  }
  return {
    ...step,
    state: 'done',
    observed: 'POST /buy answered 201 after 4.1 s. 1 mail by the web process (pid 4100).',
    checks: step.checks.map((check) => ({ ...check, passed: true, observed: 'POST /buy answered 201 after 4.1 s.' })),
    prediction: step.prediction === null ? null : answered(step.prediction, 1),
    questions: step.questions.map(answered),
  }
}
