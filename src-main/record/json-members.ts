/**
 * The members of one JSON object as slices of its text, values unread. Celery's JSON carries what JSON.parse refuses or rounds
 * (NaN, Infinity, integers beyond 2^53), and a message may be 5 MB of which the record wants three names: so look, do not parse.
 */

/** Null when the text is no object. Slices are exact: numbers keep every digit. */
export function jsonMembers(text: string): ReadonlyMap<string, string> | null {
  let at = skipSpace(text, 0)
  if (text[at] !== '{') return null
  const members = new Map<string, string>()
  at = skipSpace(text, at + 1)
  while (text[at] === '"') {
    const keyEnd = stringEnd(text, at)
    const colon = skipSpace(text, keyEnd)
    if (text[colon] !== ':') return null
    const valueStart = skipSpace(text, colon + 1)
    const valueEnd = endOfValue(text, valueStart)
    const key = readString(text.slice(at, keyEnd))
    if (key === null || valueEnd === valueStart) return null
    members.set(key, text.slice(valueStart, valueEnd))
    at = skipSpace(text, valueEnd)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return text[at] === '}' ? members : null
}

/** The elements of a JSON list as slices; null when the text is no list. */
export function jsonElements(text: string): readonly string[] | null {
  let at = skipSpace(text, 0)
  if (text[at] !== '[') return null
  const elements: string[] = []
  at = skipSpace(text, at + 1)
  while (at < text.length && text[at] !== ']') {
    const end = endOfValue(text, at)
    if (end === at) return null
    elements.push(text.slice(at, end))
    at = skipSpace(text, end)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return at < text.length ? elements : null
}

/** The string that a slice holds; null when it is none. */
export function readString(slice: string | undefined): string | null {
  if (slice === undefined || !slice.startsWith('"')) return null
  try {
    const value: unknown = JSON.parse(slice)
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}

export function readNumber(slice: string | undefined): number | null {
  if (slice === undefined) return null
  const value = Number(slice)
  return slice !== '' && Number.isFinite(value) ? value : null
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1
  return at
}

/** Index after the closing quote; indexOf makes a 5 MB body one jump. */
function stringEnd(text: string, from: number): number {
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return text.length
    let backslashes = 0
    while (quote - 1 - backslashes > from && text[quote - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
    at = quote + 1
  }
}

function endOfValue(text: string, from: number): number {
  const first = text[from]
  if (first === '"') return stringEnd(text, from)
  if (first === '{' || first === '[') return endOfNested(text, from)
  let at = from
  while (at < text.length && !/[\s,\]}]/.test(text[at] ?? '')) at += 1
  return at
}

function endOfNested(text: string, from: number): number {
  let depth = 0
  let at = from
  while (at < text.length) {
    const char = text[at]
    if (char === '"') {
      at = stringEnd(text, at)
      continue
    }
    if (char === '{' || char === '[') depth += 1
    if (char === '}' || char === ']') depth -= 1
    at += 1
    if (depth === 0) return at
  }
  return from // never closed: no value
}
