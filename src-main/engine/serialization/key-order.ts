/**
 * Python dicts keep the order their keys were written in; JavaScript moves keys such as `"7"` to the front.
 * The parser therefore notes the true order on the few objects where the two differ, and writers ask here.
 * A copy (`{...object}`) loses the note and falls back to JavaScript's order, which no reader minds.
 */
import type { WireObject, WireValue } from './wire-value.js'

const order = Symbol('key order as written')

/** The first write of a key decides its place, the last its value, as in a Python dict. */
export function objectFromEntries(entries: Iterable<readonly [string, WireValue]>): WireObject {
  const object: Record<string, WireValue> = {}
  let written: string[] | null = null
  for (const [key, value] of entries) {
    if (isIndexLike(key)) written ??= Object.keys(object)
    if (written && !Object.hasOwn(object, key)) written.push(key)
    if (key === '__proto__')
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
    else object[key] = value
  }
  if (written && written.length > 1) Object.defineProperty(object, order, { value: written })
  return object
}

export function orderedKeys(object: WireObject): readonly string[] {
  const keys = Object.keys(object)
  const written = (object as { readonly [order]?: readonly string[] })[order] // only the function above sets it
  return written && written.length === keys.length ? written : keys
}

/** The keys that JavaScript sorts as array indexes. */
function isIndexLike(key: string): boolean {
  const first = key.charCodeAt(0)
  return first >= 48 && first <= 57 && key.length <= 10 && String(Number(key)) === key
}
