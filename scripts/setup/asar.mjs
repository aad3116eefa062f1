// Writes a flat asar archive (Electron's archive format): two length words around a JSON table, then the files' bytes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export function writeAsar(file, folder, names) {
  const bodies = names.map((name) => readFileSync(join(folder, name)))
  let offset = 0
  const files = {}
  names.forEach((name, at) => {
    files[name] = { size: bodies[at].length, offset: String(offset) }
    offset += bodies[at].length
  })
  const table = Buffer.from(JSON.stringify({ files }))
  const padded = Math.ceil(table.length / 4) * 4
  const head = Buffer.alloc(16 + padded)
  head.writeUInt32LE(4, 0)
  head.writeUInt32LE(padded + 8, 4)
  head.writeUInt32LE(padded + 4, 8)
  head.writeUInt32LE(table.length, 12)
  table.copy(head, 16)
  writeFileSync(file, Buffer.concat([head, ...bodies]))
}
