/** Where this process was started from: its entry lies beside the other entries, and not beside the chunk that this is in. */
import { dirname, join } from 'node:path'

export function entryFolder(): string {
  return dirname(process.argv[1] ?? '.')
}

export function besideEntry(file: string): string {
  return join(entryFolder(), file)
}
