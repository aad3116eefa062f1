/** Finds circles of imports between files: for each, one path that comes back to where it began. */
import type { Import } from './source-files.js'

export function circles(imports: readonly Import[]): readonly (readonly Import[])[] {
  const leaving = new Map<string, Import[]>()
  for (const edge of imports) {
    if (edge.to === null) continue
    leaving.set(edge.from, [...(leaving.get(edge.from) ?? []), edge])
  }
  const done = new Set<string>()
  const found: Import[][] = []
  const path: Import[] = []
  const follow = (file: string): void => {
    const again = path.findIndex((edge) => edge.from === file)
    if (again >= 0) {
      found.push(path.slice(again))
      return
    }
    if (done.has(file)) return
    for (const edge of leaving.get(file) ?? []) {
      path.push(edge)
      if (edge.to !== null) follow(edge.to)
      path.pop()
    }
    done.add(file)
  }
  for (const file of leaving.keys()) follow(file)
  return found
}
