/** The contract between window and main is complete: each command is declared, listed, read, answered and documented once. */
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { COMMAND_NAMES } from '../../src-main/contract/commands.js'
import { AnswerCommands } from '../../src-main/desktop/answer-commands.js'
import type { CommandParts } from '../../src-main/desktop/answer-commands.js'
import { commandReaders } from '../../src-main/desktop/command-readers.js'
import { projectFolder } from './source-files.js'

/** The members of `interface Commands`, as written. */
function declaredCommands(): readonly string[] {
  const path = join(projectFolder, 'src-main/contract/commands.ts')
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const names: string[] = []
  ts.forEachChild(tree, (node) => {
    if (!ts.isInterfaceDeclaration(node) || node.name.text !== 'Commands') return
    for (const member of node.members) if (member.name && ts.isStringLiteral(member.name)) names.push(member.name.text)
  })
  return names
}

/** Parts that fail on any use: a command with unreadable input must be refused before it reaches one. */
const untouchable = new Proxy(
  {},
  {
    get: (_target, name) => (): never => {
      throw new Error(`${String(name)} was used`)
    },
  },
)
const parts = {
  lab: untouchable,
  lessons: untouchable,
  settings: untouchable,
  pushFeed: untouchable,
  version: '0',
  electron: '0',
  retryLab: () => Promise.reject(new Error('retryLab was used')),
} as unknown as CommandParts // never reached with the input below

describe('the contract', () => {
  const declared = declaredCommands()

  it('declares commands', () => expect(declared.length).toBeGreaterThan(10))

  it('lists every declared command in the whitelist, once', () => {
    expect([...COMMAND_NAMES].sort()).toEqual([...declared].sort())
  })

  it('has a reader of input for every command', () => {
    expect(Object.keys(commandReaders).sort()).toEqual([...declared].sort())
  })

  it.each(declared)('%s has a handler, and refuses input that it cannot read before doing anything', async (name) => {
    const reply = await new AnswerCommands(parts).answer(name, 'not what any command asks for')
    expect(reply).toMatchObject({ ok: false, problem: { code: 'bad-input' } })
  })

  it.each(['toString', '__proto__', 'lesson.destroy', 7, null])('refuses %s, which is no command', async (name) => {
    const reply = await new AnswerCommands(parts).answer(name, {})
    expect(reply).toMatchObject({ ok: false, problem: { code: 'unknown-command' } })
  })
})
