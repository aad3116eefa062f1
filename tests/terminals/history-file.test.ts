/** Lines of earlier sessions: read newest first, written whole, and never a reason not to type. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HistoryFile } from '../../src-main/terminals/history-file.js'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'history-'))))
afterEach(() => rm(folder, { recursive: true }))

test('what one session keeps, the next one has', async () => {
  const path = join(folder, 'typed', 'python.txt')
  const file = new HistoryFile(path)
  expect(await file.read()).toEqual([])
  file.keep(['second', 'first'])
  await file.written()
  expect(await readFile(path, 'utf8')).toBe('first\nsecond\n')
  expect(await new HistoryFile(path).read()).toEqual(['second', 'first'])
})

test('empty lines and whole books are left out, and only the last thousand stay', async () => {
  const path = join(folder, 'console.txt')
  const file = new HistoryFile(path)
  file.keep(['x'.repeat(20_000), '  ', ...Array.from({ length: 1_200 }, (_, index) => `line ${index}`)])
  await file.written()
  const lines = await file.read()
  expect([lines.length, lines[0]]).toEqual([1_000, 'line 0'])
})

test('a place that cannot be written costs only the history', async () => {
  const file = new HistoryFile(join('/dev/null', 'typed', 'python.txt'))
  file.keep(['1+1'])
  await file.written()
  expect(await file.read()).toEqual([])
})
