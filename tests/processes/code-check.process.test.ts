/** The code check as a process: what loads passes, what does not is refused with the place in the learner's own file. */
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { ChildHandle } from '../../src-main/lab/child-handle.js'
import type { CodeCheckToLab, LabToCodeCheck } from '../../src-main/processes/messages/code-check-messages.js'
import { codeFingerprint } from '../../src-main/record/code-fingerprint.js'
import { environmentOf, snapshotFile, workspace } from '../python-host/python-for-tests.js'
import { entry } from '../support/entries.js'
import { waitFor } from '../support/wait-for.js'

const good = `from celery import Celery\napp = Celery('tasks')\n\n@app.task\ndef add(x, y):\n    return x + y\n\nadd.delay(1, 1)\n`

type Check = ChildHandle<LabToCodeCheck, CodeCheckToLab>
let child: Check | null = null
let folder = ''
const heard: CodeCheckToLab[] = []

afterEach(async () => {
  child?.kill()
  await child?.exitedWithin(5_000)
  child = null
  heard.length = 0
  rmSync(folder, { recursive: true, force: true })
})

function start(): Check {
  const started: Check = new ChildHandle({ execPath: process.execPath, entry: entry('code-check') })
  child = started
  started.start()
  started.onMessage((message) => heard.push(message))
  return started
}

async function check(
  files: Readonly<Record<string, string | Uint8Array>>,
  modules = ['tasks', 'web'],
): Promise<CodeCheckToLab> {
  folder = workspace(files)
  const started = start()
  started.send({ kind: 'prepare', snapshotFile })
  await waitFor('standing by', () => heard.length === 1)
  expect(heard[0]).toEqual({ kind: 'standing-by' })
  started.send({ kind: 'check', environment: environmentOf(folder), modules })
  const answer = await waitFor('an answer', () => heard[1])
  expect(await started.exitedWithin(30_000)).toBe(true)
  rmSync(folder, { recursive: true, force: true })
  return answer
}

const place = (answer: CodeCheckToLab): unknown => (answer.kind === 'refused' ? answer.problem.place : answer)

test('good files pass, with their tasks and the fingerprint that any process computes', async () => {
  const files = { 'tasks.py': good, 'web.py': 'from tasks import add\n\ndef app(e, s): ...\n', 'notes.txt': 'not code' }
  const code = [
    { name: 'web.py', bytes: Buffer.from(files['web.py']) },
    { name: 'tasks.py', bytes: Buffer.from(files['tasks.py']) },
  ]
  expect(await check(files)).toMatchObject({
    kind: 'passed',
    tasks: [{ name: 'tasks.add' }],
    fingerprint: codeFingerprint(code),
  })
})

test('a check that was not prepared starts Python itself', async () => {
  folder = workspace({ 'tasks.py': good })
  start().send({ kind: 'check', environment: environmentOf(folder), modules: ['tasks'] })
  expect(await waitFor('an answer', () => heard[0])).toMatchObject({ kind: 'passed', tasks: [{ name: 'tasks.add' }] })
})

const goodTs = `import { Celery } from 'celery-from-zero'
export const app = new Celery('tasks')
export const add = app.task('tasks.add', (x: number, y: number): number => x + y)
void add.delay(1, 1)
`

describe('TypeScript', () => {
  test('passes with its tasks, alone and beside a web.py; nothing is sent', async () => {
    expect(await check({ 'tasks.ts': goodTs })).toMatchObject({ kind: 'passed', tasks: [{ name: 'tasks.add' }] })
    child?.kill()
    heard.length = 0
    const files = { 'tasks.ts': goodTs, 'web.py': 'def app(e, s): ...\n' }
    const fingerprint = codeFingerprint(
      Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
    )
    expect(await check(files)).toMatchObject({ kind: 'passed', tasks: [{ name: 'tasks.add' }], fingerprint })
  })

  test.each([
    [
      { 'tasks.ts': goodTs, 'web.py': 'def broken(:\n' },
      { code: 'python-syntax-error', place: { file: 'web.py' } },
    ],
    [{ 'tasks.ts': 'enum {\n' }, { code: 'typescript-syntax-error', place: { file: 'tasks.ts', line: 1 } }],
    [{ 'tasks.ts': goodTs, 'tasks.js': '' }, { code: 'module-unclear' }],
    [
      { 'tasks.ts': Buffer.from('const a = 1 // \xff', 'latin1') },
      { code: 'file-not-utf8', place: { file: 'tasks.ts' } },
    ],
  ])('%# is refused', async (files, problem) => {
    expect(await check(files as Readonly<Record<string, string | Uint8Array>>)).toMatchObject({
      kind: 'refused',
      problem,
    })
  })
})

describe('refused, with the place', () => {
  test('a syntax error', async () => {
    const answer = await check({ 'tasks.py': 'import os\n\ndef add(x, y:\n    return x\n' })
    expect(answer).toMatchObject({
      kind: 'refused',
      problem: {
        code: 'python-syntax-error',
        what: "tasks.py, line 3: SyntaxError: '(' was never closed",
        place: { file: 'tasks.py', line: 3, column: 8 },
        detail: expect.stringMatching(/^ {2}File "\/workspace\/tasks\.py", line 3\n {4}def add\(x, y:\n/),
      },
    })
  })

  test('an error while importing, at the innermost of the learner’s lines', async () => {
    const answer = await check({
      'tasks.py': 'from shop.mail import sender\n',
      'shop/mail.py': 'def build():\n    return int("x")\n\nsender = build()\n',
      'shop/__init__.py': '',
    })
    expect(place(answer)).toEqual({ file: 'shop/mail.py', line: 2, column: 12 })
    expect(answer).toMatchObject({
      problem: {
        code: 'python-error',
        what: expect.stringContaining("ValueError: invalid literal for int() with base 10: 'x'"),
      },
    })
    const detail = answer.kind === 'refused' ? answer.problem.detail : ''
    expect(detail).toMatch(
      /^Traceback \(most recent call last\):\n {2}File "\/workspace\/tasks\.py", line 1, in <module>\n/,
    )
    expect(detail).not.toMatch(/lab_host|importlib/)
  })

  test('a module that is not there', async () => {
    expect(await check({ 'tasks.py': '\nimport requests\n' })).toMatchObject({
      problem: {
        what: "tasks.py, line 2: ModuleNotFoundError: No module named 'requests'",
        place: { file: 'tasks.py', line: 2 },
      },
    })
    heard.length = 0
    expect(await check({ 'tasks.py': good }, ['tasks', 'web'])).toMatchObject({
      problem: { what: expect.stringContaining("No module named 'web'") },
    })
  })

  test('a part of Celery that is not here, by its name', async () => {
    expect(await check({ 'tasks.py': 'from celery import bootsteps\n' })).toMatchObject({
      problem: { what: expect.stringContaining('celery.bootsteps is not covered by the Python side of this app') },
    })
  })

  test('sys.exit() while importing', async () => {
    expect(await check({ 'tasks.py': 'import sys\nsys.exit(2)\n' })).toMatchObject({
      problem: { what: 'tasks.py, line 2: SystemExit: 2' },
    })
  })

  test('a file of 5 MB, and one that is not UTF-8', async () => {
    expect(await check({ 'tasks.py': '#'.repeat(5 * 1024 * 1024) })).toMatchObject({
      problem: {
        code: 'file-too-large',
        what: expect.stringContaining('tasks.py is 5.0 MB: a code file may have 2 MB here'),
      },
    })
    heard.length = 0
    expect(await check({ 'tasks.py': Buffer.from('# gr\xfcn\nx = 1\n# \xe9', 'latin1') })).toMatchObject({
      problem: {
        code: 'file-not-utf8',
        what: expect.stringContaining('byte 0xfc at position 4 (line 1)'),
        place: { file: 'tasks.py', line: 1 },
      },
    })
  })

  test('a file beside it that cannot be used is in nobody’s way until it is imported', async () => {
    const bad = Buffer.from('# gr\xfcn', 'latin1')
    expect(await check({ 'tasks.py': good, 'notes.py': bad }, ['tasks'])).toMatchObject({ kind: 'passed' })
    heard.length = 0
    expect(await check({ 'tasks.py': '\nimport shop.notes\n', 'shop/notes.py': bad }, ['tasks'])).toMatchObject({
      problem: {
        what: expect.stringContaining('tasks.py, line 2: ImportError: shop/notes.py is not UTF-8: byte 0xfc'),
        place: { file: 'tasks.py', line: 2 },
      },
    })
  })
})

test('an endless loop while importing does not keep it from being killed, or from ending with its parent', async () => {
  folder = workspace({ 'tasks.py': 'while True: pass\n' })
  const looping = start()
  looping.send({ kind: 'prepare', snapshotFile })
  await waitFor('standing by', () => heard.length === 1)
  looping.send({ kind: 'check', environment: environmentOf(folder), modules: ['tasks'] })
  expect(await looping.exitedWithin(500)).toBe(false)
  looping.disconnect()
  expect(await looping.exitedWithin(30_000)).toBe(true)
})
