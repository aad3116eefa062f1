/**
 * The file a Python starts from: pyodide's memory snapshot, and before it which pyodide made it: another one's memory
 * would be garbage.
 *
 * Layout: 8 bytes `CFZPYTH3`, 4 bytes length of the header (little endian), the header (JSON), what pyodide keeps beside
 * the memory (`stateBytes`), the memory itself up to the end. The memory is read straight to where it belongs: it is by
 * far the largest part of a start, and read into a buffer first it would be copied twice.
 */
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs'

const magic = 'CFZPYTH3'

interface SnapshotHeader {
  readonly pyodide: string
  readonly stateBytes: number
}

export interface Snapshot {
  readonly pyodide: string
  /** Begins at a multiple of 8 of its buffer, as pyodide's reader wants. */
  readonly state: Uint8Array
  readonly memoryBytes: number
  /** Puts the memory at the beginning of `target`, which must have room for it; once, and before the snapshot is closed. */
  readMemory(target: Int8Array): void
  close(): void
}

export function writeSnapshotFile(file: string, pyodide: string, state: Uint8Array, memory: Uint8Array): void {
  const header = Buffer.from(JSON.stringify({ pyodide, stateBytes: state.length } satisfies SnapshotHeader))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  writeFileSync(file, Buffer.concat([Buffer.from(magic), length, header, state, memory]))
}

export function openSnapshotFile(file: string): Snapshot {
  const descriptor = openSync(file, 'r')
  try {
    const start = bytesAt(descriptor, 0, magic.length + 4)
    if (start.subarray(0, magic.length).toString('latin1') !== magic) throw new Error('its first bytes are other ones')
    const length = start.readUInt32LE(magic.length)
    const header = JSON.parse(bytesAt(descriptor, start.length, length).toString()) as SnapshotHeader // written by this file
    const stateAt = start.length + length
    const memoryAt = stateAt + header.stateBytes
    const memoryBytes = fstatSync(descriptor).size - memoryAt
    return {
      pyodide: header.pyodide,
      state: bytesAt(descriptor, stateAt, header.stateBytes),
      memoryBytes,
      readMemory: (target) => fill(descriptor, target.subarray(0, memoryBytes), memoryAt),
      close: () => closeSync(descriptor),
    }
  } catch (error) {
    closeSync(descriptor)
    throw new Error(`${file} is not a Python snapshot of this app: \`npm run build\` makes it anew`, { cause: error })
  }
}

function bytesAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length))
  fill(descriptor, bytes, position)
  return bytes
}

function fill(descriptor: number, target: Uint8Array | Int8Array, position: number): void {
  for (let filled = 0; filled < target.length;) {
    const read = readSync(descriptor, target, filled, target.length - filled, position + filled)
    if (read === 0) throw new Error('it ends too early')
    filled += read
  }
}
