/** What lay in Redis at one moment, in the form in which a recording and a replay can be compared. */
import { parseJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import type { Snapshot } from './timeline.js'

/** Keys of either side that are not compared, at the moment of that label. */
export type Uncompared = (key: string, label: string) => boolean

/** Key to what is in it: messages by id in their order, unacked ones sorted, results as there and whether they expire. */
export function keysOf(
  { label, keys }: Snapshot,
  uncompared: Uncompared = () => false,
): Readonly<Record<string, WireValue>> {
  const shown = Object.entries(keys)
    .filter(([key]) => !key.endsWith('reply.celery.pidbox') && !uncompared(key, label)) // replies are of callers
    .map(([key, { type, pttl_ms: ttl, value }]) => [named(key), contents(key, type, value, ttl > 0)] as const)
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function contents(key: string, type: string, value: WireValue, expires: boolean): WireValue {
  if (type === 'list') return (value as readonly string[]).map(messageName)
  if (type === 'set') return (value as readonly string[]).map(named).sort()
  if (key.endsWith('unacked'))
    return Object.values(value as WireObject)
      .map((text) => messageName(text as string))
      .sort()
  if (key.endsWith('unacked_index')) return Object.keys(value as WireObject).length
  if (key.includes('celery-task-meta-')) return expires ? 'a result that expires' : 'a result that stays'
  if (type === 'zset') return Object.keys(value as WireObject).length
  return value
}

/** `id, redelivered`, of a message in full or as the recorder cut it. */
function messageName(text: string): string {
  const cut = /<envelope id=(\S+) delivery_tag=\S+?( redelivered)?>/.exec(text)
  if (cut) return `${named(cut[1] ?? '')}${cut[2] ?? ''}`
  const item = parseJson(text) as WireObject | readonly WireObject[]
  const { headers } = (Array.isArray(item) ? item[0] : item) as { readonly headers: WireObject }
  return `${named(String(headers.id))}${headers.redelivered === true ? ' redelivered' : ''}`
}

function named(text: string): string {
  return text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
}
