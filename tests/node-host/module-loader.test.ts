/** Modules that load, and what is said of those that do not: the learner's own file and line. */
import { describe, expect, it } from 'vitest'
import { Celery } from '../../src-main/engine/app/celery.js'
import { findApp } from '../../src-main/node-host/find-app.js'
import { loadProblem } from '../../src-main/node-host/load-problem.js'
import { ModuleLoader } from '../../src-main/node-host/module-loader.js'
import type { CodeError } from '../../src-main/engine/trace/task-runner.js'

const workdir = '/nowhere/learner'
const ownFolder = import.meta.dirname.replace(/tests\/node-host$/, 'src-main')

function loaderOf(files: Readonly<Record<string, string>>): ModuleLoader {
  return new ModuleLoader({
    workdir,
    files: Object.entries(files).map(([name, text]) => ({ name, text })),
    library: { __esModule: true, Celery },
  })
}

const load = async (files: Readonly<Record<string, string>>, module = 'tasks'): Promise<unknown> =>
  (await loaderOf(files).importModule(module)).exports

async function problemOf(files: Readonly<Record<string, string>>): Promise<CodeError> {
  try {
    const { exports, file } = await loaderOf(files).importModule('tasks')
    findApp(exports, null, file)
  } catch (thrown) {
    return loadProblem(thrown, { workdir, mainFile: 'tasks.ts', ownFolder })
  }
  throw new Error('it loads')
}

describe('a module', () => {
  it('in TypeScript has types, enums and imports by relative path, and each file runs once', async () => {
    const files = {
      'tasks.ts': `import { type Price, price } from './shop/price.js'
import * as again from './shop/price'
import { basename } from 'node:path'
enum Seat { Front = 1, Back }
export const told: Price = { amount: price.amount + Seat.Back, same: again.price === price }
export const file: string = basename(__filename)
export default class { private readonly x?: number = 1 }
`,
      'shop/price.ts': `export interface Price { amount: number; same?: boolean }\nexport const price: Price = { amount: 5 }\n`,
    }
    expect(await load(files)).toMatchObject({ told: { amount: 7, same: true }, file: 'tasks.ts' })
  })

  it('finds nodemailer, which nobody has installed there, and no other package of the app', async () => {
    const text = `import nodemailer from 'nodemailer'\nexport const kind = typeof nodemailer.createTransport\n`
    expect(await load({ 'tasks.ts': text })).toMatchObject({ kind: 'function' })
    expect(await problemOf({ 'tasks.ts': `import 'sucrase'\n` })).toMatchObject({
      message: expect.stringContaining("Cannot find module 'sucrase'"),
      line: 1,
    })
  })

  it('in JavaScript may be an ES module or CommonJS', async () => {
    expect(await load({ 'tasks.js': `export const a = 1` })).toMatchObject({ a: 1 })
    expect(
      await load({ 'tasks.js': `const { b } = require('./b'); module.exports = { b }`, 'b.js': `exports.b = 2` }),
    ).toEqual({
      b: 2,
    })
  })

  it('may await where it is the one that is asked for', async () => {
    const files = {
      'tasks.ts': `import { price } from './price'\nexport const a: number = await Promise.resolve(price)\n`,
      'price.ts': 'export const price = 5\n',
    }
    expect(await load(files)).toMatchObject({ a: 5 })
    const other = await problemOf({ 'tasks.ts': `import './price'`, 'price.ts': 'await 1\n' })
    expect(other).toMatchObject({ type: 'SyntaxError', file: 'price.ts', line: 1 })
    const late = await problemOf({ 'tasks.ts': '\nawait null\nthrow new RangeError("late")\n' })
    expect(late).toMatchObject({ type: 'RangeError', file: 'tasks.ts', line: 3 })
  })

  it('that imports one which imports it sees what is there so far', async () => {
    const files = {
      'tasks.ts': `export const first = 1\nimport { seen } from './other'\nexport const told = seen()\n`,
      'other.ts': `import * as tasks from './tasks'\nexport const seen = () => Object.keys(tasks)\n`,
    }
    expect(await load(files)).toMatchObject({ told: expect.arrayContaining(['first']) })
  })

  it('has its own errors be errors of the engine, and the app found as -A finds it', async () => {
    const files = { 'tasks.ts': `import { Celery } from 'celery-from-zero'\nexport const shop = new Celery('shop')\n` }
    const { exports, file } = await loaderOf(files).importModule('tasks')
    expect(findApp(exports, null, file).name).toBe('shop')
    expect(findApp(exports, 'shop', file).name).toBe('shop')
    expect(() => findApp(exports, 'app', file)).toThrow("tasks.ts exports no Celery app named 'app'")
  })
})

describe('a module that does not load', () => {
  it.each([
    ['const a = 1\nfunction f(x: string, {\n  return 1\n', { type: 'SyntaxError', line: 3, column: 10 }],
    [
      'let a = 1\nlet a = 2\n',
      { type: 'SyntaxError', line: 2, column: 5, message: "Identifier 'a' has already been declared" },
    ],
    ['const a: number = await 1\nfunction f() {\n  await a\n}\n', { type: 'SyntaxError', line: 3, column: 3 }],
    ['\nimport x from "./nowhere"\nx()\n', { type: 'ModuleNotFoundError', line: 2 }],
    [
      '\n\nconst f: () => void = () => { throw new RangeError("no") }\nf()\n',
      { type: 'RangeError', message: 'no', line: 3 },
    ],
    ['export const a = 1\n', { type: 'NoApp', line: 1 }],
    ['throw 7\n', { type: 'Error', message: 'a value that is no Error was thrown: 7' }],
  ])('%j is told with its place', async (text, expected) => {
    expect(await problemOf({ 'tasks.ts': text })).toMatchObject({ file: 'tasks.ts', ...expected })
  })

  it('is blamed in the file that it is in', async () => {
    const problem = await problemOf({ 'tasks.ts': `import './shop/mail'`, 'shop/mail.ts': '\nundefined.x\n' })
    expect(problem).toMatchObject({ file: 'shop/mail.ts', line: 2, type: 'TypeError' })
    expect(problem.traceback).toMatch(
      /^TypeError: Cannot read .*\n {4}at .*shop\/mail\.ts:2:\d+\)?\n {4}at .*tasks\.ts:1/,
    )
  })

  it('says what may be imported', async () => {
    expect((await problemOf({ 'tasks.ts': `import data from './data.json'; data()` })).message).toContain(
      'only .ts and .js files',
    )
  })

  it('may be loaded again once it is mended', async () => {
    const loader = loaderOf({
      'tasks.ts': 'globalThis.tries = (globalThis.tries ?? 0) + 1; if (tries < 2) throw new Error("x")',
    })
    await expect(loader.importModule('tasks')).rejects.toThrow('x')
    expect((await loader.importModule('tasks')).file).toBe('tasks.ts')
  })
})
