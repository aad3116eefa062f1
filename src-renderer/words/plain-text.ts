/** Markdown of our lessons → the words alone, in one line: for search and for short excerpts. */

export function plainText(markdown: string): string {
  return markdown
    .replaceAll(/^(```|~~~).*$/gm, ' ')
    .replaceAll(/^\s*(?:[-*>]|\d+\.)\s+/gm, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*|`/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** About `length` characters around the first of the words that occurs, cut between words. */
export function excerpt(text: string, words: readonly string[], length: number): string {
  const lower = text.toLowerCase()
  const places = words.map((word) => lower.indexOf(word.toLowerCase())).filter((at) => at >= 0)
  const found = places.length === 0 ? 0 : Math.min(...places)
  if (text.length <= length) return text
  const wanted = Math.max(0, Math.min(found - length / 3, text.length - length))
  const start = wanted === 0 ? 0 : text.indexOf(' ', wanted) + 1
  const cut = start + length >= text.length ? text.length : text.lastIndexOf(' ', start + length)
  return `${start > 0 ? '… ' : ''}${text.slice(start, cut)}${cut < text.length ? ' …' : ''}`
}
