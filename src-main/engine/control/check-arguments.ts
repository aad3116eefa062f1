/** Holds the arguments of a request against what its command takes; refuses in the words of Python's call. CPython: Python/ceval.c */
import type { WireObject } from '../serialization/wire-value.js'
import type { PanelEntry } from './panel.js'
import { typeError } from './python-errors.js'

export function checkArguments(name: string, entry: PanelEntry, args: WireObject): void {
  const { required = [], optional = [], open = false } = entry
  const unknown = Object.keys(args).find((key) => !required.includes(key) && !optional.includes(key))
  if (unknown !== undefined && !open) throw typeError(`${name}() got an unexpected keyword argument '${unknown}'`)
  const missing = required.filter((key) => !(key in args))
  if (missing.length === 0) return
  const noun = missing.length === 1 ? 'argument' : 'arguments'
  throw typeError(`${name}() missing ${missing.length} required positional ${noun}: ${listed(missing)}`)
}

/** `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'` */
function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`)
  const last = quoted.pop() ?? ''
  if (quoted.length === 0) return last
  return quoted.length === 1 ? `${quoted[0]} and ${last}` : `${quoted.join(', ')}, and ${last}`
}
