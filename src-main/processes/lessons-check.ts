/**
 * `npm run lessons:check [--json FILE] [--lesson NAME] [--step NAME] [--only 02/06,05/12] [--labs N] [--language typescript]`: proves every step of every lesson against a real lab,
 * without a window: its start state must be red, and its solution must turn it green within its budget. Runs under plain Node.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { TASK_LANGUAGES, type TaskLanguage } from '../contract/views.js'
import { readCourse } from '../lesson-runner/format/course.js'
import { readLesson } from '../lesson-runner/format/lesson.js'
import type { StepOutcome } from './lessons-check/check-step.js'
import { checkSteps, type ChosenStep } from './lessons-check/check-steps.js'

const USAGE =
  'lessons-check [--json FILE] [--lesson 01-what-celery-is] [--step 03-hand-it-over] [--only 02/06,05/12] [--labs 2] [--language typescript]'

interface Asked {
  readonly json: string | null
  readonly lesson: string | null
  readonly step: string | null
  /** Steps by their numbers; null: no matter which. */
  readonly only: readonly string[] | null
  /** How many steps at a time. */
  readonly labs: number
  readonly language: TaskLanguage
}

function readArguments(): Asked {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: { json: text, lesson: text, step: text, only: text, labs: text, language: text },
  })
  const labs = Number(values.labs ?? '1')
  if (!Number.isInteger(labs) || labs < 1)
    throw new Error(`Found --labs ${values.labs}, expected a whole number from 1. Usage: ${USAGE}`)
  const language = TASK_LANGUAGES.find((one) => one === (values.language ?? 'python'))
  if (language === undefined)
    throw new Error(`Found --language ${values.language}, expected ${TASK_LANGUAGES.join(' or ')}. Usage: ${USAGE}`)
  return {
    json: values.json ?? null,
    lesson: values.lesson ?? null,
    step: values.step ?? null,
    only: values.only?.split(',') ?? null,
    labs,
    language,
  }
}

async function main(asked: Asked): Promise<boolean> {
  const entriesFolder = dirname(resolve(process.argv[1] ?? ''))
  const projectFolder = join(entriesFolder, '../..')
  const lessonsFolder = join(projectFolder, 'lessons')
  const redisFolder = join(projectFolder, 'resources/redis', `${process.platform}-${process.arch}`)
  const chosen = await inLanguage(asked.language, lessonsFolder, choose(lessonsFolder, asked))
  const dataFolder = await mkdtemp(join(tmpdir(), 'lessons-check-'))
  const places = {
    entriesFolder,
    execPath: process.execPath,
    snapshotFile: join(projectFolder, 'out/python/snapshot.bin'),
    bundledRedisFolder: existsSync(redisFolder) ? redisFolder : null,
    builtRedisFolder: join(projectFolder, '.cache/redis'),
    dataFolder,
  }
  const ending = new AbortController()
  process.once('SIGINT', () => ending.abort(130))
  process.once('SIGTERM', () => ending.abort(143))
  try {
    const tell = (line: string): void => console.log(line)
    const steps = await checkSteps(
      { chosen, labs: asked.labs, language: asked.language, places, lessonsFolder, tell },
      ending.signal,
    )
    if (ending.signal.aborted) process.exitCode = Number(ending.signal.reason)
    if (asked.json !== null) await writeFile(asked.json, `${JSON.stringify({ steps: steps.map(forJson) }, null, 2)}\n`)
    const good = steps.filter((step) => step.ok).length
    console.log(`${good} of ${steps.length} steps: start red, solution green.`)
    return steps.length === chosen.length && good === steps.length
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
}

function choose(lessonsFolder: string, { lesson, step, only }: Asked): readonly ChosenStep[] {
  const phases = readCourse(lessonsFolder).filter((phase) => phase.available)
  const wanted = phases.filter((phase) => lesson === null || phase.id === lesson || phase.id.startsWith(`${lesson}-`))
  const chosen = wanted.flatMap((phase) => phase.steps.map((id) => ({ lesson: phase.id, step: id })))
  const found = chosen.filter((one) => step === null || one.step === step || one.step.startsWith(`${step}-`))
  const named = found.filter((one) => only?.includes(`${one.lesson.slice(0, 2)}/${one.step.slice(0, 2)}`) ?? true)
  if (named.length >= (only?.length ?? 1)) return named
  throw new Error(
    `Found no lesson ${[lesson, step, only?.join(', ')].filter((one) => one != null).join(' ')}; there are: ${phases.map((phase) => phase.id).join(', ')}. Usage: ${USAGE}`,
  )
}

/** Those that exist in the language; why the others do not is said. */
async function inLanguage(
  language: TaskLanguage,
  lessonsFolder: string,
  chosen: readonly ChosenStep[],
): Promise<readonly ChosenStep[]> {
  const there: ChosenStep[] = []
  for (const one of chosen) {
    const { steps } = await readLesson(lessonsFolder, one.lesson, language)
    const step = steps.find(({ id }) => id === one.step)
    if (step?.language === language) there.push(one)
    else
      console.log(`-      ${one.lesson}/${one.step}: ${step?.lab.pythonOnly ?? 'its task file is in Python so far.'}`)
  }
  return there
}

function forJson({
  lesson,
  step,
  start,
  solution,
  ok,
  seconds,
}: StepOutcome): Omit<StepOutcome, 'said' | 'budgetSeconds'> {
  return { lesson, step, start, solution, ok, seconds }
}

Promise.resolve()
  .then(() => main(readArguments()))
  .then(
    (good) => process.exit(process.exitCode ?? (good ? 0 : 1)),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error)
      process.exit(process.exitCode ?? 1)
    },
  )
