/** The file that a Python starts from: what was written comes back, and any other file is refused by its name. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSnapshotFile, writeSnapshotFile } from '../../src-main/python-host/snapshot-file.js'

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshot-file-'))
  file = join(folder, 'snapshot.bin')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const memory = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251)

test('the memory is put where it belongs, and what is beside it is given', () => {
  writeSnapshotFile(file, '314.0.0', new Uint8Array([1, 2, 3, 4]), memory)
  const snapshot = openSnapshotFile(file)
  const target = new Int8Array(memory.length + 2).fill(7)
  snapshot.readMemory(target)
  snapshot.close()
  expect([snapshot.pyodide, [...snapshot.state], snapshot.memoryBytes]).toEqual([
    '314.0.0',
    [1, 2, 3, 4],
    memory.length,
  ])
  expect(snapshot.state.byteOffset % 8).toBe(0)
  expect(Buffer.from(target.buffer, 0, memory.length).equals(memory)).toBe(true)
  expect([...target.subarray(memory.length)]).toEqual([7, 7])
})

test.each([
  ['of another kind', () => writeFileSync(file, 'CFZPYTH2 and what an earlier version wrote')],
  ['cut off', () => truncateSync(file, 20)],
  ['empty', () => writeFileSync(file, '')],
])('a file %s is refused, with what to do', (_kind, spoil) => {
  writeSnapshotFile(file, '314.0.0', new Uint8Array(4), memory)
  spoil()
  expect(() => openSnapshotFile(file)).toThrow(`${file} is not a Python snapshot of this app: \`npm run build\``)
})
