/** `addPeriodicTask`: an entry of `beat_schedule` out of a signature. Celery: celery/app/base.py (add_periodic_task) */
import type { BeatEntry } from '../beat/beat-schedule.js'
import type { Signature } from '../message/envelope.js'
import type { SendOptions } from '../message/send-options.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireValue } from '../serialization/wire-value.js'

export interface PeriodicTaskOptions extends SendOptions {
  /** Of the entry. Default: the call as it is written, `tasks.add(1, 2)`. */
  readonly name?: string
}

export function periodicTask(
  schedule: BeatEntry['schedule'],
  { task, args, kwargs, options: own }: Signature,
  { name, ...options }: PeriodicTaskOptions,
): readonly [name: string, entry: BeatEntry] {
  const entry = { task, schedule, args, kwargs, options: { ...(own as SendOptions), ...options } }
  return [name ?? shownCall(task, args, kwargs), entry]
}

function shownCall(task: string, args: readonly WireValue[], kwargs: Readonly<Record<string, WireValue>>): string {
  const named = Object.entries(kwargs).map(([key, value]) => `${key}=${pythonRepr(value)}`)
  return `${task}(${[...args.map(pythonRepr), ...named].join(', ')})`
}
