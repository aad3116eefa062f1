/**
 * The file a Python starts from: pyodide's memory snapshot, and before it which pyodide made it: another one's memory
 * would be garbage.
 *
 * Layout: 8 bytes `CFZPYTH2`, 4 bytes length of the header (little endian), the header (JSON, spaces at its end so that
 * the snapshot begins at a multiple of 8, as pyodide's reader wants), the snapshot.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const magic = 'CFZPYTH2'

export interface SnapshotHeader {
  readonly pyodide: string
}

export function writeSnapshotFile(file: string, header: SnapshotHeader, memory: Uint8Array): void {
  const json = JSON.stringify(header)
  const padding = ' '.repeat((8 - ((12 + Buffer.byteLength(json)) % 8)) % 8)
  const text = Buffer.from(json + padding)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.byteLength)
  writeFileSync(file, Buffer.concat([Buffer.from(magic), length, text, memory]))
}

export function readSnapshotFile(file: string): { readonly header: SnapshotHeader; readonly memory: Uint8Array } {
  const bytes = readFileSync(file)
  if (bytes.subarray(0, 8).toString('latin1') !== magic) {
    throw new Error(`${file} is not a Python snapshot of this app: \`npm run build\` makes it anew`)
  }
  const length = bytes.readUInt32LE(8)
  const header = JSON.parse(bytes.subarray(12, 12 + length).toString()) as SnapshotHeader // written by this file
  return { header, memory: bytes.subarray(12 + length) }
}
