/** Where the built process entries are: `out/main` of this checkout, made by `npm run build`; CFZ_ENTRIES names another folder. */
import { resolve } from 'node:path'

export function entriesFolder(): string {
  return resolve(process.env['CFZ_ENTRIES'] ?? 'out/main')
}

export function entry(name: string): string {
  return resolve(entriesFolder(), `${name}.cjs`)
}
