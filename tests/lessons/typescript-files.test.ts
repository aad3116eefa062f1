/** The lessons' task files in TypeScript against the library's types, which nobody looks at when they run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, expect, test } from 'vitest'
import { readCourse } from '../../src-main/lesson-runner/format/course.js'
import { readLesson } from '../../src-main/lesson-runner/format/lesson.js'

const root = join(import.meta.dirname, '../..')
const lessons = join(root, 'lessons')
const folder = mkdtempSync(join(tmpdir(), 'typescript-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Each set of files that can lie in a learner's folder, once. */
async function writeFolders(): Promise<readonly string[]> {
  const seen = new Set<string>()
  for (const { id } of readCourse(lessons).filter((phase) => phase.available)) {
    for (const step of (await readLesson(lessons, id, 'typescript')).steps) {
      if (step.language !== 'typescript') continue
      for (const files of [step.start, step.solved, ...Object.values(step.versions)]) {
        const all = Object.entries({ ...step.start, ...files }).filter(([name]) => name.endsWith('.ts'))
        const place = join(folder, `${id}-${step.id}-${seen.size}`)
        if (seen.has(JSON.stringify(all))) continue
        seen.add(JSON.stringify(all))
        mkdirSync(place)
        for (const [name, text] of all) writeFileSync(join(place, name), text)
      }
    }
  }
  return ts.sys.readDirectory(folder, ['.ts'])
}

test('the task files in TypeScript fit the types of the library', { timeout: 120_000 }, async () => {
  const own = await writeFolders()
  expect(own.length).toBeGreaterThan(0)
  const mailer = join(folder, 'nodemailer.d.ts') // the package has no types of its own
  writeFileSync(mailer, 'export function createTransport(o: object): { sendMail(mail: object): Promise<unknown> }\n')
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    allowSyntheticDefaultImports: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: { 'celery-from-zero': [join(root, 'src-main/engine/index.ts')], nodemailer: [mailer] },
  }
  const program = ts.createProgram([...own, mailer], options)
  const found = ts.getPreEmitDiagnostics(program).filter(({ file }) => file?.fileName.startsWith(folder) ?? true)
  const words = found.map(({ file, messageText }) => {
    return `${file?.fileName.slice(folder.length) ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
  expect(words).toEqual([])
})

test('the hints for those who write TypeScript do not send them to tasks.py', async () => {
  const shown = []
  for (const { id } of readCourse(lessons).filter((phase) => phase.available))
    for (const step of (await readLesson(lessons, id, 'typescript')).steps)
      if (step.language === 'typescript')
        shown.push(...step.typescriptHints.map((hint, at) => ({ hint, says: `${id}/${step.id}: Hint ${at + 1}` })))
  const pythons = /tasks\.py|@app\.task|app\.conf|decorator|\bexcept\b/
  expect(shown.length).toBeGreaterThan(100)
  expect(shown.filter(({ hint }) => pythons.test(hint)).map(({ says }) => says)).toEqual([])
})
