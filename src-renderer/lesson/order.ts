/** A list with one of its elements moved a place up or down; at its end it stays. */
export function moved(ids: readonly string[], id: string, by: -1 | 1): readonly string[] {
  const from = ids.indexOf(id)
  const to = from + by
  if (from === -1 || to < 0 || to >= ids.length) return ids
  const without = ids.filter((other) => other !== id)
  return [...without.slice(0, to), id, ...without.slice(to)]
}
