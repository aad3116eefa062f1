/** `beat_schedule` in `inspect conf`: as it was written, each schedule by its repr. Celery: celery/utils/serialization.py (jsonify) */
import { isObject } from '../message/shapes.js'
import { parseJson } from '../serialization/json.js'
import { PyFloat, type WireObject, type WireValue } from '../serialization/wire-value.js'

/** Python's side hands arguments over as JSON text, and schedules as numbers: engine/beat reads them. */
export function shownSchedule(entries: WireValue): WireValue {
  if (!isObject(entries)) return entries
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, shownEntry(entry)]))
}

function shownEntry(entry: WireValue): WireValue {
  if (!isObject(entry)) return entry
  const { task = null, schedule = null, argsJson, kwargsJson, optionsJson } = entry
  if (typeof argsJson !== 'string' || typeof kwargsJson !== 'string' || typeof optionsJson !== 'string') return entry
  return {
    task,
    schedule: isObject(schedule) ? shownTime(schedule) : schedule,
    args: parseJson(argsJson),
    kwargs: parseJson(kwargsJson),
    options: parseJson(optionsJson),
  }
}

function shownTime(schedule: WireObject): WireValue {
  const { everyMicros, shown } = schedule
  if (typeof everyMicros === 'number') return new PyFloat(everyMicros / 1e6)
  return Array.isArray(shown) ? `<crontab: ${shown.join(' ')} (m/h/dM/MY/d)>` : schedule
}
