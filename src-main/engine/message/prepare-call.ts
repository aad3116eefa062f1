/**
 * What a call asks for, weighed against options and time of day: the step before it is written down in either protocol.
 * Celery: the first half of as_task_v1 and as_task_v2 in celery/app/amqp.py
 */
import { EncodeError } from '../errors.js'
import type { Ids } from '../ports/clock.js'
import { PyTuple } from '../serialization/python-repr.js'
import type { PyTagged, WireObject, WireValue } from '../serialization/wire-value.js'
import type { Signature } from './envelope.js'
import { isoformat, parseIsoTime } from './python-time.js'
import type { Queues } from './queues.js'
import type { Routes } from './routes.js'
import type { SendOptions } from './send-options.js'

export interface TaskCall {
  readonly name: string
  /** A PyTuple is shown as `(2, 3)` in argsrepr, an array as `[2, 3]`; on the wire both are lists. */
  readonly args: readonly WireValue[] | PyTuple
  readonly kwargs: WireObject
  readonly options: SendOptions
  /** argsrepr and kwargsrepr when Python has written them already; other than as options, they do not become properties. */
  readonly shown?: { readonly args: string; readonly kwargs: string }
}

export interface BuildContext {
  readonly nowMs: number
  readonly ids: Ids
  /** `gen1234@host` */
  readonly origin: string
  /** One uuid for each producing app; only the rpc result backend reads it. */
  readonly replyTo: string
  readonly conf: MessageDefaults
  /** Absent: the default queue, and each other one as it is named. */
  readonly queues?: Queues
  readonly routes?: Routes
  /** The task that is running, when one sends: root, parent and perhaps priority come from it. */
  readonly parent: ParentTask | null
}

export interface MessageDefaults {
  readonly task_protocol: 1 | 2
  readonly timezone: string | null
  readonly enable_utc: boolean
  readonly task_serializer: string
  readonly task_compression: string | null
  readonly task_default_delivery_mode: number | string
  readonly task_default_priority: number | null
  readonly task_inherit_parent_priority: boolean
  readonly task_default_queue: string
}

export interface ParentTask {
  readonly id: string
  readonly rootId: string
  readonly priority: number | null
}

/** A call after options and defaults were weighed: what both protocols write down. */
export interface PreparedCall {
  readonly taskId: string
  readonly name: string
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  readonly eta: string | null
  readonly expires: string | null
  readonly callbacks: readonly Signature[] | null
  readonly errbacks: readonly Signature[] | null
  readonly options: SendOptions
}

export function prepareCall(call: TaskCall, context: BuildContext): PreparedCall {
  const { options } = call
  const { nowMs } = context
  const zone = context.conf.timezone
  return {
    taskId: options.task_id ?? context.ids.uuid(),
    name: call.name,
    args: call.args instanceof PyTuple ? call.args.items : call.args,
    kwargs: call.kwargs,
    eta: options.countdown ? isoformat(nowMs + options.countdown * 1000, zone) : timeText(options.eta ?? null, zone),
    expires:
      typeof options.expires === 'number'
        ? isoformat(nowMs + options.expires * 1000, zone)
        : timeText(options.expires ?? null, zone),
    callbacks: listOf(options.link),
    errbacks: listOf(options.link_error),
    options,
  }
}

/** As Celery: a time given as text, naive or not, goes out unchanged. */
function timeText(time: Date | string | PyTagged | null, zone: string | null): string | null {
  if (time === null) return null
  return time instanceof Date ? isoformat(time.getTime(), zone) : textOf(time)
}

function textOf(time: string | PyTagged): string {
  if (typeof time === 'string') return time
  if (time.type === 'datetime' && typeof time.value === 'string') return time.value
  throw new EncodeError(`a time is a tagged ${time.type}, expected a datetime; nothing was sent`)
}

/** Unix time in milliseconds of a time given in any form. */
export function timeMs(time: Date | string | PyTagged): number {
  const at = time instanceof Date ? time.getTime() : parseIsoTime(textOf(time))
  if (at !== null) return at
  throw new EncodeError(
    `a time is '${textOf(time as string | PyTagged)}', expected ISO 8601 such as 2030-01-01T12:00:00; nothing was sent`,
  )
}

function listOf(signatures: Signature | readonly Signature[] | null | undefined): readonly Signature[] | null {
  if (signatures === null || signatures === undefined) return null
  return Array.isArray(signatures) ? (signatures as readonly Signature[]) : [signatures as Signature] // isArray does not narrow readonly
}
