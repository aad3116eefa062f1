/** Tasks that are not to run, or to run no longer: by id, or by what their messages are stamped with. Celery: celery/worker/control.py */
import { isObject } from '../../message/shapes.js'
import { signalNamed } from '../../ports/signal-names.js'
import { PyFloat, type WireObject, type WireValue } from '../../serialization/wire-value.js'
import { pythonRepr, pythonStr } from '../../serialization/python-repr.js'
import type { ControlledWorker } from '../controlled.js'
import { ok, type ControlAnswer, type PanelEntry } from '../panel.js'
import { PythonError, typeError } from '../python-errors.js'
import { listOf } from './inspect-commands.js'

export const revokeCommands: Readonly<Record<string, PanelEntry>> = {
  revoke: {
    type: 'control',
    required: ['task_id'],
    optional: ['terminate', 'signal'],
    open: true,
    variadic: 'task_id',
    signature: '[id1 [id2 [... [idN]]]]',
    help: 'Revoke task by task id (or list of ids).',
    run: (worker, args) => revoke(worker, args.task_id, Boolean(args.terminate), args.signal),
  },
  revoke_by_stamped_headers: {
    type: 'control',
    required: ['headers'],
    optional: ['terminate', 'signal'],
    open: true,
    variadic: 'headers',
    signature: '[key1=value1 [key2=value2 [... [keyN=valueN]]]]',
    help: 'Revoke task by header (or list of headers).',
    run: revokeByStamps,
  },
  terminate: {
    type: 'control',
    required: ['signal', 'task_id'],
    open: true,
    words: [['signal', 'text']],
    variadic: 'task_id',
    signature: '<signal> [id1 [id2 [... [idN]]]]',
    help: 'Terminate task by task id (or list of ids).',
    run: (worker, args) => revoke(worker, args.task_id, true, args.signal),
  },
}

function revoke(
  worker: ControlledWorker,
  given: WireValue | undefined,
  terminate: boolean,
  signal: WireValue | undefined,
): ControlAnswer {
  const ids = [...new Set(listOf(given).map(pythonStr))]
  worker.revocations.revoke(ids)
  if (!terminate) {
    worker.log.info(`Tasks flagged as revoked: ${ids.join(', ')}`)
    return ok(`tasks ${setRepr(ids)} flagged as revoked`)
  }
  const { name, number } = wantedSignal(signal)
  const found = ids.flatMap((id) => worker.requests.find(id) ?? [])
  for (const request of found) {
    worker.log.info(`Terminating ${request.taskId} (${number})`)
    request.terminate(name)
  }
  if (found.length === 0) return ok('terminate: tasks unknown')
  return ok(`terminate: ${found.map(({ taskId }) => taskId).join(', ')}`)
}

function revokeByStamps(worker: ControlledWorker, args: WireObject): ControlAnswer {
  const { name } = wantedSignal(args.signal)
  const headers = headersOf(args.headers)
  for (const [header, values] of Object.entries(headers)) worker.revocations.revokeStamps(header, listOf(values))
  const shown = pythonRepr(headers)
  if (!args.terminate) return ok(`headers ${shown} flagged as revoked, but not terminated`)
  const matching = new Map<string, Set<string>>()
  for (const request of worker.requests.active) {
    for (const [header, values] of Object.entries(headers)) {
      const wanted = new Set(listOf(values).map(pythonRepr))
      const carried = listOf(request.stamps[header]).map(pythonRepr)
      const both = carried.filter((value) => wanted.has(value))
      if (both.length === 0) continue
      matching.set(header, new Set([...(matching.get(header) ?? []), ...both]))
      request.terminate(name)
    }
  }
  if (matching.size === 0) return ok(`headers ${shown} were not terminated`)
  const sets = [...matching].map(([header, values]) => `${pythonRepr(header)}: {${[...values].join(', ')}}`)
  return ok(`headers defaultdict(<class 'set'>, {${sets.join(', ')}}) revoked`)
}

/** From the command line they come as `key=value` words. */
function headersOf(given: WireValue | undefined): WireObject {
  if (isObject(given)) return given
  const pairs = listOf(given).map((word) => {
    const [key = '', value] = pythonStr(word).split('=')
    if (value === undefined) throw new PythonError('IndexError', 'list index out of range')
    return [key, value] as const
  })
  return Object.fromEntries(pairs)
}

/** As Celery's signum(): a number or a name in capitals, with or without SIG. */
function wantedSignal(given: WireValue | undefined): { readonly name: string; readonly number: number } {
  if (given === undefined || given === null || given === '') return { name: 'SIGTERM', number: 15 }
  const number = given instanceof PyFloat ? given.value : given
  if (typeof number !== 'number' && (typeof number !== 'string' || number !== number.toUpperCase()))
    throw typeError('signal name must be uppercase string.')
  const signal = signalNamed(number)
  if (signal) return signal
  const name = typeof number === 'string' && !number.startsWith('SIG') ? `SIG${number}` : String(number)
  throw new PythonError('AttributeError', `module 'signal' has no attribute '${name}'`)
}

/** A Python set of strings; the order is ours. */
function setRepr(ids: readonly string[]): string {
  return ids.length === 0 ? 'set()' : `{${ids.map(pythonRepr).join(', ')}}`
}
