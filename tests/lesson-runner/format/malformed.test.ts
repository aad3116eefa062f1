/** A lesson with a mistake is refused with the file, the line, what was found and what was expected. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLesson } from '../../../src-main/lesson-runner/format/lesson.js'
import { MalformedLesson } from '../../../src-main/lesson-runner/format/malformed-lesson.js'

const phase = '01-what-celery-is'
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lessons-'))
  await cp(join(import.meta.dirname, '../../../lessons', phase), join(folder, phase), { recursive: true })
})
afterEach(() => rm(folder, { recursive: true }))

async function edited(file: string, change: (text: string) => string): Promise<MalformedLesson> {
  const path = join(folder, phase, file)
  const before = await readFile(path, 'utf8')
  const after = change(before)
  expect(after).not.toBe(before)
  await writeFile(path, after)
  const outcome = await readLesson(folder, phase).catch((error: unknown) => error)
  if (!(outcome instanceof MalformedLesson)) throw new Error(`expected a refusal, got ${String(outcome)}`)
  return outcome
}

describe('a malformed lesson', () => {
  it('names the line of a syntax mistake in lab.json', async () => {
    const error = await edited('01-the-page-waits/lab.json', (text) => text.replace('"kind": "do",', '"kind": "do"'))
    expect(error.message).toMatch(
      /^lessons\/01-what-celery-is\/01-the-page-waits\/lab\.json:3: not valid JSON: CommaExpected/,
    )
  })

  it('names the line and the kinds of an unknown kind of check', async () => {
    const error = await edited('01-the-page-waits/lab.json', (text) =>
      text.replace('"kind": "ledger"', '"kind": "leger"'),
    )
    expect(error.file).toBe('lessons/01-what-celery-is/01-the-page-waits/lab.json')
    expect(error.message).toContain('found "leger"')
    expect(error.message).toContain('"ledger"')
    const lines = (await readFile(join(folder, phase, '01-the-page-waits/lab.json'), 'utf8')).split('\n')
    expect(lines[error.line - 1]).toContain('leger')
  })

  it('refuses a name that nothing reads', async () => {
    const error = await edited('01-the-page-waits/lab.json', (text) =>
      text.replace('"budgetSeconds"', '"budget": 3,\n  "budgetSeconds"'),
    )
    expect(error.message).toContain('“budget” is not a known name here')
  })

  it('refuses a command that is neither a line nor a list of lines', async () => {
    const error = await edited('01-the-page-waits/lab.json', (text) =>
      text.replace('"budgetSeconds"', '"command": 5,\n  "budgetSeconds"'),
    )
    expect(error.message).toMatch(/“command”: found 5/)
  })

  it('refuses a file in common that is not there', async () => {
    const error = await edited('01-the-page-waits/lab.json', (text) =>
      text.replace('"kind": "do",', '"kind": "do",\n  "common": ["datebase.py"],'),
    )
    expect(error.message).toContain('lab.json:3: “datebase.py” is not in lessons/common/')
  })

  it('refuses to measure by a check that is not there', async () => {
    const error = await edited('10-a-job-of-your-own/lab.json', (text) =>
      text.replace('"checks": [', '"measured": ["nothing"],\n  "checks": ['),
    )
    expect(error.message).toContain('there is no check “nothing” that measures')
    const lines = (await readFile(join(folder, phase, '10-a-job-of-your-own/lab.json'), 'utf8')).split('\n')
    expect(lines[error.line - 1]).toContain('"measured"')
  })

  it('refuses a missing value', async () => {
    const error = await edited('01-the-page-waits/lab.json', (text) =>
      text.replace('"count": 1, "path": "/buy" }],', '"path": "/buy" }],'),
    )
    expect(error.message).toMatch(/actions\.0\.count”: found undefined/)
  })

  it('refuses a solution that waits for a check that is not there', async () => {
    const error = await edited('02-five-at-once/lab.json', (text) =>
      text.replace('"checks": ["waterfall"]', '"checks": ["waterfal"]'),
    )
    expect(error.message).toContain('no check “waterfal”')
    expect(error.line).toBeGreaterThan(20)
  })

  it('refuses a solution file that does not exist', async () => {
    const error = await edited('03-hand-it-over/lab.json', (text) =>
      text.replace('"file": "web.py"', '"file": "wep.py"'),
    )
    expect(error.message).toContain("“wep.py” is not in the step's solution/ folder")
  })

  it('refuses a version on the way that has no folder, and takes one that has', async () => {
    const withVersion = (text: string): string =>
      text.replace(
        '"file": "web.py", "fromSolution": true',
        '"file": "web.py", "fromSolution": true, "version": "half"',
      )
    const error = await edited('03-hand-it-over/lab.json', withVersion)
    expect(error.message).toContain("“web.py” is not in the step's solution/half/ folder")
    const solution = join(folder, phase, '03-hand-it-over/solution')
    await mkdir(join(solution, 'half'))
    await writeFile(join(solution, 'half/web.py'), '# half way\n')
    const step = (await readLesson(folder, phase)).steps[2]
    expect(step?.versions).toEqual({ half: { 'web.py': '# half way\n' } })
    expect(Object.keys(step?.solution ?? {})).toEqual(['web.py'])
    expect(step?.solved['web.py']).not.toContain('half way')
  })

  it('refuses a tasks.py without a tasks.ts beside it, in every folder, unless the step says why', async () => {
    const named = 'lessons/01-what-celery-is/06-start-a-worker'
    const step = join(folder, phase, '06-start-a-worker')
    for (const place of ['start', 'solution', 'solution/half']) {
      await mkdir(join(step, place), { recursive: true })
      await writeFile(join(step, place, 'tasks.py'), '# alone\n')
      await expect(readLesson(folder, phase)).rejects.toThrow(
        `${named}/${place}/tasks.py:1: found no “tasks.ts” beside it; expected one, or “pythonOnly” in lab.json`,
      )
      await writeFile(join(step, place, 'tasks.ts'), '// in company\n')
      expect((await readLesson(folder, phase, 'typescript')).steps[5]?.language).toBe('typescript')
    }
    await rm(join(step, 'start/tasks.ts'))
    const lab = await readFile(join(step, 'lab.json'), 'utf8')
    await writeFile(join(step, 'lab.json'), lab.replace('{', '{ "pythonOnly": "Pickled by hand.",'))
    expect((await readLesson(folder, phase, 'typescript')).steps[5]?.language).toBe('python')
  })

  it('refuses a right answer that is no option', async () => {
    const error = await edited('07-queue-it-or-not/lab.json', (text) =>
      text.replace('"right": ["now"]', '"right": ["later"]'),
    )
    expect(error.message).toContain('“later” is not among the options of question “seat-free”')
  })

  it('refuses a pitfall that is no number', async () => {
    const error = await edited('01-the-page-waits/lab.json', (text) =>
      text.replace('"budgetSeconds"', '"pitfalls": ["lost"],\n  "budgetSeconds"'),
    )
    expect(error.message).toContain('“pitfalls.0”: found "lost", expected number')
  })

  it('refuses an aha without words', async () => {
    const error = await edited('01-the-page-waits/lesson.md', (text) =>
      text.replace('## Hint 1', '## Aha\n\n## Hint 1'),
    )
    expect(error.message).toContain('“## Aha” is empty')
  })

  it('refuses an unknown section, with its line', async () => {
    const error = await edited('01-the-page-waits/lesson.md', (text) => text.replace('## Hint 2', '## Hint two'))
    expect(error.message).toMatch(/lesson\.md:\d+: found “## Hint two”; expected one of “## Do”/)
  })

  it('refuses a hint for TypeScript alone that takes the place of none, with its line', async () => {
    const error = await edited('06-start-a-worker/lesson.md', (text) =>
      text.replace('## Hint 2\n', '## Hint 2 in TypeScript\n'),
    )
    expect(error.message).toContain('found “## Hint 2 in TypeScript”; expected “## Hint 2” before it')
    const lines = (await readFile(join(folder, phase, '06-start-a-worker/lesson.md'), 'utf8')).split('\n')
    expect(lines[error.line - 1]).toBe('## Hint 2 in TypeScript')
  })

  it('refuses a hint for TypeScript without words', async () => {
    const error = await edited('06-start-a-worker/lesson.md', (text) => `${text}\n## Hint 1 in TypeScript\n`)
    expect(error.message).toContain('“## Hint 1 in TypeScript” is empty')
  })

  it('refuses a step without a reason', async () => {
    const error = await edited('01-the-page-waits/lesson.md', (text) => text.replace(/## Why[^#]*/, ''))
    expect(error.message).toContain('“## Why” is missing')
  })

  it('leaves headings in code fences to the text', async () => {
    const path = join(folder, phase, '01-the-page-waits/lesson.md')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('## Why', '```sh\n# a comment\n## another\n```\n\n## Why'))
    const lesson = await readLesson(folder, phase)
    expect(lesson.steps[0]?.doText).toContain('## another')
  })
})
