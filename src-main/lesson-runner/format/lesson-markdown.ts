/**
 * lesson.md: `# Title`, then `## Do`, `## In TypeScript`, `## Why`, `## Aha`, `## Hint 1`, `## Hint 2`, each with Markdown below it. A hint may have a second
 * version, `## Hint 1 in TypeScript`. phase.md: `# Title`, opening words, then `## Goals` with a list. Only headings of the first two levels are ours; deeper ones, and everything in code fences, belong to the text.
 */
import { MalformedLesson } from './malformed-lesson.js'

export interface StepText {
  readonly title: string
  readonly doText: string
  /** What is other in TypeScript, shown after it there; empty where the words fit both. */
  readonly typescriptText: string
  readonly whyText: string
  /** What the phase is about, in a sentence or two; empty in most steps. Becomes a card of the notebook once the step is green. */
  readonly ahaText: string
  readonly hints: readonly string[]
  /** As many: those that name code are of TypeScript, the others are the same. */
  readonly typescriptHints: readonly string[]
}

export interface PhaseText {
  readonly title: string
  readonly introText: string
  readonly goals: readonly string[]
}

interface Section {
  readonly heading: string
  readonly line: number
  readonly text: string
}

interface Page {
  readonly title: string
  /** Between the title and the first section. */
  readonly opening: string
  readonly sections: readonly Section[]
}

const HINTS = ['Hint 1', 'Hint 2'] as const
const STEP_SECTIONS = ['Do', 'In TypeScript', 'Why', 'Aha', ...HINTS.flatMap((hint) => [hint, inTypeScript(hint)])]

export function readStepText(file: string, text: string): StepText {
  const page = readPage(file, text)
  refuseUnknown(file, page, STEP_SECTIONS)
  if (page.opening !== '')
    throw new MalformedLesson(file, 2, 'found text before the first section; expected “## Do” right after the title')
  const hints = HINTS.flatMap((heading) => optional(page, heading))
  const typescriptHints = HINTS.flatMap((heading) => hintInTypeScript(file, page, heading))
  const [ahaText = ''] = optional(page, 'Aha')
  const [typescriptText = ''] = optional(page, 'In TypeScript')
  const [doText, whyText] = [needed(file, page, 'Do'), needed(file, page, 'Why')]
  return { title: page.title, doText, typescriptText, whyText, ahaText, hints, typescriptHints }
}

function inTypeScript(hint: string): string {
  return `${hint} in TypeScript`
}

/** It takes the place of one that speaks of Python; by itself it would be a hint that half of the learners never see. */
function hintInTypeScript(file: string, page: Page, heading: string): readonly string[] {
  const second = page.sections.find((section) => section.heading === inTypeScript(heading))
  const first = optional(page, heading)
  if (second === undefined) return first
  if (first.length === 0)
    throw new MalformedLesson(
      file,
      second.line,
      `found “## ${second.heading}”; expected “## ${heading}” before it, which it takes the place of`,
    )
  return [second.text]
}

export function readPhaseText(file: string, text: string): PhaseText {
  const page = readPage(file, text)
  refuseUnknown(file, page, ['Goals'])
  const goals = needed(file, page, 'Goals')
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .map((line) => line.slice(2).trim())
  if (goals.length === 0)
    throw new MalformedLesson(file, 1, '“## Goals” holds no list; expected lines beginning with “- ”')
  return { title: page.title, introText: page.opening, goals }
}

function readPage(file: string, text: string): Page {
  const lines = text.split(/\r?\n/)
  let title: string | null = null
  const opening: string[] = []
  const sections: { heading: string; line: number; body: string[] }[] = []
  let inFence = false
  lines.forEach((line, index) => {
    if (/^(```|~~~)/.test(line)) inFence = !inFence
    const heading = inFence ? null : /^(#{1,2}) +(.*\S)\s*$/.exec(line)
    if (heading?.[1] === '#') {
      if (title !== null)
        throw new MalformedLesson(
          file,
          index + 1,
          `found a second title “${heading[2]}”; expected one line beginning with “# ”`,
        )
      title = heading[2] ?? ''
    } else if (heading?.[1] === '##') {
      const name = heading[2] ?? ''
      if (sections.some((section) => section.heading === name))
        throw new MalformedLesson(file, index + 1, `found “## ${name}” twice`)
      sections.push({ heading: name, line: index + 1, body: [] })
    } else {
      const body = sections.at(-1)?.body ?? opening
      body.push(line)
    }
  })
  if (title === null) throw new MalformedLesson(file, 1, 'found no title; expected a line beginning with “# ”')
  const filled = sections.map(({ heading, line, body }) => ({ heading, line, text: body.join('\n').trim() }))
  const empty = filled.find((section) => section.text === '')
  if (empty !== undefined)
    throw new MalformedLesson(file, empty.line, `“## ${empty.heading}” is empty; expected text below it`)
  return { title, opening: opening.join('\n').trim(), sections: filled }
}

function refuseUnknown(file: string, page: Page, known: readonly string[]): void {
  const odd = page.sections.find((section) => !known.includes(section.heading))
  if (odd !== undefined) {
    throw new MalformedLesson(
      file,
      odd.line,
      `found “## ${odd.heading}”; expected one of ${known.map((name) => `“## ${name}”`).join(', ')}`,
    )
  }
}

function needed(file: string, page: Page, heading: string): string {
  const [text] = optional(page, heading)
  if (text === undefined) throw new MalformedLesson(file, 1, `“## ${heading}” is missing`)
  return text
}

function optional(page: Page, heading: string): readonly string[] {
  return page.sections.filter((section) => section.heading === heading).map((section) => section.text)
}
