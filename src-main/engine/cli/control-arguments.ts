/** Words after `celery inspect COMMAND` and `celery control COMMAND` as the command's arguments. Celery: celery/bin/control.py (_compile_arguments) */
import type { ArgumentKind, PanelEntry } from '../control/panel.js'
import { PyFloat, type WireObject, type WireValue } from '../serialization/wire-value.js'
import { UsageError } from './ports.js'

export function compileArguments(command: string, entry: PanelEntry, given: readonly string[]): WireObject {
  const { words = [], variadic } = entry
  if (words.length > 0 && variadic === undefined && given.length > words.length)
    throw new UsageError(`Command '${command}' takes arguments: ${entry.signature ?? ''}`)
  const named = words.flatMap(([name, kind], at) => {
    const word = given[at]
    return word === undefined ? [] : [[name, valueOf(word, kind)] as const]
  })
  if (variadic === undefined) return Object.fromEntries(named)
  // As Celery: the last word that has a name of its own counts once more when nothing comes after it.
  const taken = Math.max(0, Math.min(words.length, given.length - 1))
  return { ...Object.fromEntries(named), [variadic]: given.slice(words.length === 0 ? 0 : taken) }
}

function valueOf(word: string, kind: ArgumentKind): WireValue {
  switch (kind) {
    case 'text':
      return word
    case 'int':
      if (!/^\s*[+-]?\d+\s*$/.test(word)) throw new UsageError(`'${word}' is not a valid integer.`)
      return Number(word)
    case 'float': {
      const value = Number(word)
      if (word.trim() === '' || Number.isNaN(value)) throw new UsageError(`'${word}' is not a valid float.`)
      return new PyFloat(value)
    }
    case 'flag': {
      if (['true', 'yes', '1', 'on'].includes(word.toLowerCase())) return true
      if (['false', 'no', '0', 'off'].includes(word.toLowerCase())) return false
      throw new UsageError(`Cannot coerce '${word}' to type bool`)
    }
  }
}
