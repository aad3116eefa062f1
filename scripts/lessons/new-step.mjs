/**
 * A new step in lessons/, complete enough to be read and proven: lesson.md with every heading, lab.json with one check and its
 * solution. The phase's files and topology carry on, so it works wherever it stands until its author gives it something to do.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What was asked for cannot be made; the message says what was found and what was expected. */
export class CannotMakeStep extends Error {}

/** `Taken back, too late?` is `taken-back-too-late`. */
export function slugOf(title) {
  return title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

/** Answers the folder of the new step. */
export function newStep({ lessonsFolder, phase, number, title }) {
  const phaseFolder = join(lessonsFolder, phase)
  if (!existsSync(join(phaseFolder, 'phase.md'))) {
    const phases = readdirSync(lessonsFolder).filter((name) => existsSync(join(lessonsFolder, name, 'phase.md')))
    throw new CannotMakeStep(`There is no phase “${phase}” in lessons/. There are ${phases.join(', ')}.`)
  }
  if (!/^\d{1,2}$/.test(number))
    throw new CannotMakeStep(`Found “${number}” for the step's number; expected a number such as 07.`)
  const slug = slugOf(title)
  if (slug === '') throw new CannotMakeStep('A step needs a title with letters in it.')
  const prefix = `${number.padStart(2, '0')}-`
  const taken = readdirSync(phaseFolder).find((name) => name.startsWith(prefix))
  if (taken !== undefined) throw new CannotMakeStep(`lessons/${phase}/${taken} has that number already.`)

  const folder = join(phaseFolder, `${prefix}${slug}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'lesson.md'), lessonText(title))
  writeFileSync(join(folder, 'lab.json'), LAB)
  return folder
}

const lessonText = (title) => `# ${title}

## Do

Press **Ask the broker**. (One action, in a short paragraph.)

## In TypeScript

What to do in \`tasks.ts\`. (Leave these sections out where words and code of Python fit as well.)

## Why

What has just happened, and why, in two or three sentences. They are shown once the step is green.

## Hint 1

Where to look.

## Hint 2

Nearly the answer.

## Hint 2 in TypeScript

Nearly the answer, for \`tasks.ts\`.
`

const LAB = `{
  "kind": "do",
  // Left out, "topology" and the files are those of the step before. docs/WRITING-LESSONS.md lists every name.
  "actions": [{ "label": "Ask the broker", "do": "console", "line": "redis-cli ping" }],
  "checks": [{ "id": "answered", "label": "The broker answered", "check": { "kind": "ping" } }],
  // What turns the step green: “show me” does it, and lessons:check proves it.
  "solution": [
    { "do": "console", "line": "redis-cli ping" },
    { "do": "wait-for", "checks": ["answered"], "timeoutSeconds": 15 }
  ],
  "budgetSeconds": 60
}
`
