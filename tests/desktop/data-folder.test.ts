/** A folder that cannot keep anything is told of, and the app gets a temporary one. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitFor } from '../support/wait-for.js'
import { openDataFolder } from '../../src-main/desktop/data-folder.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfz-data-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const endedProcess = (): number => spawnSync('true').pid

const removed = (path: string): Promise<unknown> => waitFor(`${path} is removed`, () => !existsSync(path))

test('a new folder is made, with the folders above it, and used', () => {
  const wanted = join(folder, 'a/b')
  const opened = openDataFolder(wanted)
  expect(opened).toMatchObject({ path: wanted, problem: null })
  opened.discardIfTemporary()
  expect(existsSync(wanted)).toBe(true)
})

test('a folder that cannot be made is replaced by a temporary one, which goes away again', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const opened = openDataFolder(join(file, 'data'))
  expect(opened.problem).toMatchObject({ code: 'data-folder-unwritable' })
  expect(opened.problem?.meaning).toContain('nothing you do now will be kept')
  expect(opened.problem?.detail).toContain(join(file, 'data'))
  writeFileSync(join(opened.path, 'progress.json'), '{}')
  opened.discardIfTemporary(endedProcess())
  await removed(opened.path)
})

test('a full disk is told with what is left of it', async () => {
  const opened = openDataFolder(folder, () => 3_400_000)
  expect(opened.problem).toMatchObject({ code: 'data-folder-full' })
  expect(opened.problem?.what).toContain('3 MB left')
  expect(opened.path).not.toBe(folder)
  opened.discardIfTemporary(endedProcess())
  await removed(opened.path)
})
