/** A phase as one Markdown document: the lesson's text with the learner's answers, notes, cards and files. Pure; the HTML is made from it. */
import type { CardView, PhaseRecord } from '../../src-main/contract/course-views.js'
import type { MeasuredView, QuestionView, ShortenedTime, StepView } from '../../src-main/contract/views.js'
import { count } from '../words/say-task.js'

export function phaseMarkdown({ lesson, files, cards }: PhaseRecord): string {
  const { phase, introText, goals, steps } = lesson
  const parts = [
    `# Phase ${phase.number}: ${phase.title}`,
    `*Celery From Zero. ${phase.stepsDone} of ${count(phase.steps, 'step')} done.*`,
    introText,
    '**After this phase you can**',
    goals.map((goal) => `- ${goal}`).join('\n'),
    ...steps.flatMap((step, at) =>
      stepParts(
        step,
        at + 1,
        cards.find((card) => card.place.step === step.id),
      ),
    ),
  ]
  if (files.length > 0) parts.push('## My files')
  for (const { name, text } of files) parts.push(`### ${name}`, fenced(text, name.endsWith('.ts') ? 'ts' : 'python'))
  return `${parts.filter((part) => part.trim() !== '').join('\n\n')}\n`
}

function stepParts(step: StepView, number: number, card: CardView | undefined): readonly string[] {
  const done = step.state === 'done'
  const parts = [`## ${number}. ${step.title}${done ? ' (done)' : ''}`, step.doText, timesPart(step.shortened)]
  if (step.prediction !== null) parts.push(...questionParts(step.prediction, 'My guess'))
  for (const question of step.questions) parts.push(...questionParts(question, 'My answer'))
  if (done && step.observed !== '') parts.push(`**Observed.** ${step.observed}`)
  if (done) parts.push(`**Why.** ${step.whyText}`)
  if (card !== undefined) parts.push(`**The point.** ${card.ahaText}`, quoted('In my words', card.words))
  parts.push(quoted('My note', step.noteText))
  if (step.noteText.trim() !== '') parts.push(measuredPart(step.measured))
  return parts
}

function questionParts(question: QuestionView, label: string): readonly string[] {
  const textOf = (id: string): string => question.options.find((option) => option.id === id)?.text ?? id
  if (question.chosen.length === 0) return []
  const chosen = `${label}: ${question.chosen.map(textOf).join('; ')}`
  if (question.outcome === null) return [`**${question.text}**`, chosen]
  const { correct, right, reasons } = question.outcome
  const reason = right.map((id) => reasons[id] ?? '').join(' ')
  const verdict = correct ? 'Right.' : `Not so; right is: ${right.map(textOf).join('; ')}.`
  return [`**${question.text}**`, `${chosen}. ${verdict} ${reason}`]
}

function timesPart(times: readonly ShortenedTime[]): string {
  return times
    .map(({ what, here, production, why }) => `- **${what}**: ${here} here, in production ${production}. ${why}`)
    .join('\n')
}

/** The numbers that belong to the note above it. */
function measuredPart(measured: readonly MeasuredView[]): string {
  if (measured.length === 0) return ''
  const lines = measured.map(({ label, observed }) => `- ${label}: ${observed}`)
  return ['**Measured on this computer.**', '', ...lines].join('\n')
}

function quoted(label: string, text: string): string {
  if (text.trim() === '') return ''
  return [
    `> **${label}.**`,
    '>',
    ...text
      .trim()
      .split('\n')
      .map((line) => `> ${line}`),
  ].join('\n')
}

/** A fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([fence]) => fence.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`
}
