/** One event a line, as `celery events --dump` prints them. Celery: celery/events/dumper.py, celery/events/receiver.py (event_from_message) */
import { numberOrNull } from '../message/shapes.js'
import { pythonStr } from '../serialization/python-repr.js'
import { PyFloat, type WireObject, type WireValue } from '../serialization/wire-value.js'

const humanTypes: Readonly<Record<string, string>> = {
  'worker-offline': 'shutdown',
  'worker-online': 'started',
  'worker-heartbeat': 'heartbeat',
}
/** Of as many tasks the name is known when their later events come. */
const namesKept = 4095

export class EventDump {
  private readonly names = new Map<string, string>()

  /** `receivedSeconds`: now; `utcOffsetHours`: ours, west of UTC. */
  line(
    event: WireObject,
    { receivedSeconds, utcOffsetHours }: { receivedSeconds: number; utcOffsetHours: number },
  ): string {
    const { timestamp, type, hostname, ...fields } = {
      ...event,
      local_received: new PyFloat(receivedSeconds),
    } as WireObject
    const kind = pythonStr(type ?? '').toLowerCase()
    const offset = typeof fields.utcoffset === 'number' ? fields.utcoffset - utcOffsetHours : 0
    const head = `${pythonStr(hostname ?? '')} [${when((numberOrNull(timestamp) ?? 0) - offset * 3600)}]`
    const human = humanTypes[kind] ?? kind.replaceAll('-', ' ')
    if (!kind.startsWith('task-')) return `${head} ${human}: ${shown(fields)}\n`
    const { uuid, ...others } = fields
    const id = pythonStr(uuid ?? '')
    if (kind !== 'task-received' && kind !== 'task-sent')
      return `${head} ${human}: ${this.names.get(id) ?? ''} ${shown(others)}\n`
    const { name, args, kwargs, ...rest } = others
    return `${head} ${human}: ${this.named(id, name, args, kwargs)} ${shown(rest)}\n`
  }

  private named(id: string, ...[name, args, kwargs]: (WireValue | undefined)[]): string {
    const words = `${pythonStr(name ?? null)}(${id}) args=${pythonStr(args ?? null)} kwargs=${pythonStr(kwargs ?? null)}`
    this.names.delete(id)
    this.names.set(id, words)
    const [oldest] = this.names.keys()
    if (this.names.size > namesKept && oldest !== undefined) this.names.delete(oldest)
    return words
  }
}

function shown(fields: WireObject): string {
  const sorted = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1))
  return sorted.map(([key, value]) => `${key}=${pythonStr(value)}`).join(', ')
}

/** str() of a datetime in UTC: microseconds unless there are none. */
function when(seconds: number): string {
  const whole = Math.floor(seconds)
  const micros = Math.round((seconds - whole) * 1e6) // as Python: of the fraction alone
  const date = new Date((whole + Math.floor(micros / 1e6)) * 1000).toISOString().replace('T', ' ').slice(0, 19)
  const fraction = micros % 1e6
  return `${date}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}+00:00`
}
