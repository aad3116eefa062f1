/** Which file a module's name and a relative import mean. */
import { describe, expect, it } from 'vitest'
import { fileMeant, filesOfModule } from '../../src-main/node-host/module-files.js'
import { codeHostOf } from '../../src-main/processes/wiring/code-host.js'

const names = new Set([
  'tasks.ts',
  'shop/mail.ts',
  'shop/price.js',
  'shop/index.ts',
  'both.ts',
  'both.js',
  'types.d.ts',
])

describe('an import by a relative path', () => {
  it.each([
    ['./shop/mail', 'tasks.ts', 'shop/mail.ts'],
    ['./shop/mail.js', 'tasks.ts', 'shop/mail.ts'],
    ['./shop/mail.ts', 'tasks.ts', 'shop/mail.ts'],
    ['./shop', 'tasks.ts', 'shop/index.ts'],
    ['./shop/', 'tasks.ts', 'shop/index.ts'],
    ['.', 'shop/mail.ts', 'shop/index.ts'],
    ['./price', 'shop/mail.ts', 'shop/price.js'],
    ['../tasks', 'shop/mail.ts', 'tasks.ts'],
    ['./both.js', 'tasks.ts', 'both.js'],
  ])('%s in %s is %s', (specifier, from, meant) => expect(fileMeant(specifier, from, names)).toBe(meant))

  it.each(['./nowhere', './types', '../outside', './shop/mail.json'])('%s is no file', (specifier) =>
    expect(fileMeant(specifier, 'tasks.ts', names)).toBeNull(),
  )
})

describe('the module of -A', () => {
  it('may be in a folder, and a folder itself', () => {
    expect(filesOfModule('shop.mail', names)).toEqual(['shop/mail.ts'])
    expect(filesOfModule('shop', names)).toEqual(['shop/index.ts'])
  })

  it('is run by the host of the file that is there', () => {
    expect(codeHostOf('tasks:app', ['tasks.py', 'web.js'])).toEqual({ kind: 'python' })
    expect(codeHostOf('tasks:app', ['tasks.ts', 'web.py'])).toEqual({ kind: 'node' })
    expect(codeHostOf('tasks', ['tasks.js'])).toEqual({ kind: 'node' })
    expect(codeHostOf('shop.tasks', ['shop/tasks.py', 'tasks.ts'])).toEqual({ kind: 'python' })
    expect(codeHostOf('nowhere', ['tasks.ts'])).toEqual({ kind: 'python' })
  })

  it.each([
    [['tasks.py', 'tasks.ts'], "the module 'tasks' is tasks.py and tasks.ts: which of them is meant is not clear."],
    [['tasks.ts', 'tasks.js'], "the module 'tasks' is tasks.ts and tasks.js: which of them is meant is not clear."],
    [['tasks/__init__.py', 'tasks/index.js'], "the module 'tasks' is tasks/__init__.py and tasks/index.js:"],
  ])('%j is refused with what was found', (found, words) => {
    const host = codeHostOf('tasks', found)
    expect(host.kind === 'unclear' ? host.error.message : host).toContain(words)
  })
})
