/** Replies of workers as `celery inspect`, `control` and `status` print them. Celery: celery/bin/base.py (pretty, say_chat), celery/bin/control.py */
import { isObject } from '../message/shapes.js'
import { stringifyJson } from '../serialization/json.js'
import { pythonStr } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { NodeReply } from '../control/broadcast.js'

/** `->  celery@host: OK` and, where wanted, what the node answered. */
export function replyWords(reply: NodeReply, show: { readonly payload: boolean; readonly quiet: boolean }): string {
  const [node = '', payload = null] = Object.entries(reply)[0] ?? []
  const { status, text } = pretty(payload)
  const title = `${show.quiet ? '' : '-> '} ${node}: ${status}\n`
  return show.payload && text !== '' ? `${title}${indented(text)}\n` : title
}

export function nodesOnlineWords(count: number): string {
  return `\n${count} ${count === 1 ? 'node' : 'nodes'} online.\n`
}

function pretty(payload: WireValue): { readonly status: 'OK' | 'ERROR'; readonly text: string } {
  if (isObject(payload) && 'ok' in payload) return { status: 'OK', text: indented(pretty(payload.ok ?? null).text) }
  if (isObject(payload) && 'error' in payload)
    return { status: 'ERROR', text: indented(pretty(payload.error ?? null).text) }
  if (Array.isArray(payload)) return { status: 'OK', text: listWords(payload as readonly WireValue[]) }
  if (isObject(payload)) return { status: 'OK', text: indentedJson(payload, '') }
  return { status: 'OK', text: pythonStr(payload) }
}

function listWords(items: readonly WireValue[]): string {
  return items.length === 0 ? '- empty -' : items.map((item) => `* ${pythonStr(item)}`).join('\n')
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}

/** json.dumps(value, sort_keys=True, indent=4) */
function indentedJson(value: WireValue, margin: string): string {
  const inner = `${margin}    `
  const block = (open: string, parts: readonly string[], close: string): string =>
    parts.length === 0 ? open + close : `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${margin}${close}`
  if (Array.isArray(value)) {
    const items = (value as readonly WireValue[]).map((item) => indentedJson(item, inner))
    return block('[', items, ']')
  }
  if (!isObject(value)) return stringifyJson(value)
  const sorted = Object.entries(value as WireObject).sort(([one], [other]) => (one < other ? -1 : 1))
  return block(
    '{',
    sorted.map(([key, item]) => `${stringifyJson(key)}: ${indentedJson(item, inner)}`),
    '}',
  )
}
