/**
 * Signals that the app's code hears from a worker, a pool process or beat: their names and fields come by Celery's names,
 * and go on to the receivers in camel case. Celery: celery/signals.py, celery/worker/, celery/beat.py
 */
import { isObject } from '../message/shapes.js'
import { fromWire } from '../serialization/native-values.js'
import type { WireObject } from '../serialization/wire-value.js'
import { camelCase, hostSignalNames, signalNamed, type CodeSignalName, type CodeSignals } from './code-signals.js'
import type { Task } from './task.js'

export interface SignalledApp {
  readonly signals: CodeSignals
  readonly tasks: ReadonlyMap<string, Task>
}

/** `fields`: `hostname`, of the worker; `info`, the request as `inspect active` shows it; and those of the signal. */
export async function sendHostSignal(app: SignalledApp, name: string, fields: WireObject): Promise<void> {
  if (!hostSignalNames.includes(name))
    throw new Error(`the host asked for the signal ${name}, which is not sent from here`)
  const { hostname = '', info, ...more } = fields
  const named = Object.entries(more).map(([key, value]) => [camelCase(key), fromWire(value)])
  const request = info === undefined ? {} : { request: fromWire(info) }
  const told = { ...Object.fromEntries(named), ...request } as object
  await signalNamed(app.signals, name as CodeSignalName).send(senderOf(name, String(hostname), { app, info }), told)
}

function senderOf(
  name: string,
  hostname: string,
  { app, info }: { readonly app: SignalledApp; readonly info: WireObject[string] | undefined },
): unknown {
  switch (name) {
    case 'worker_process_init':
    case 'worker_process_shutdown':
      return null
    case 'worker_shutting_down':
      return hostname
    case 'beat_init':
    case 'beat_embedded_init':
      return { app }
    case 'task_revoked':
      return (isObject(info) ? app.tasks.get(String(info.name)) : null) ?? null
    default:
      return { hostname, app }
  }
}
