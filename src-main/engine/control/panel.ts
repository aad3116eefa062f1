/**
 * The commands a worker answers over its mailbox, as a table: name → what it takes and what it does. A command gets the
 * worker only through `ControlledWorker`; the same table tells `celery inspect` and `celery control` what may be asked.
 * Celery: celery/worker/control.py (Panel)
 */
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { ControlledWorker } from './controlled.js'

export type ControlAnswer = { readonly kind: 'reply'; readonly payload: WireValue } | { readonly kind: 'silence' }

/** Throws (or rejects) to answer `{"error": repr}`. */
export type ControlCommand = (worker: ControlledWorker, args: WireObject) => ControlAnswer | Promise<ControlAnswer>

/** How a word of the command line becomes an argument. */
export type ArgumentKind = 'text' | 'int' | 'float' | 'flag'

export interface PanelEntry {
  readonly type: 'inspect' | 'control'
  readonly run: ControlCommand
  /** Names, as Python's signature has them; what is missing or unknown is answered in Python's words. */
  readonly required?: readonly string[]
  readonly optional?: readonly string[]
  /** Takes `**kwargs`: unknown names are ignored. */
  readonly open?: boolean
  /** Not offered by the command line. */
  readonly hidden?: boolean
  /** The words after the command's name. */
  readonly words?: readonly (readonly [name: string, kind: ArgumentKind])[]
  /** All further words, as a list under this name. */
  readonly variadic?: string
  /** As the command line shows its words: `<task_name> <rate_limit (e.g., 5/s | 5/m | 5/h)>`. */
  readonly signature?: string
  readonly help: string
}

export type Panel = ReadonlyMap<string, PanelEntry>

export function reply(payload: WireValue): ControlAnswer {
  return { kind: 'reply', payload }
}

export function ok(text: WireValue): ControlAnswer {
  return reply({ ok: text })
}

export function nok(text: string): ControlAnswer {
  return reply({ error: text })
}
