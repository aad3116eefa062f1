/**
 * A call becomes an envelope: protocol 2 headers in Celery's order, body, properties. Pure: times, ids and names of
 * host and app come in with the context. Celery: celery/app/amqp.py as_task_v2, kombu/messaging.py Producer.publish
 */
import { compress } from '../serialization/compression.js'
import { PyTuple } from '../serialization/python-repr.js'
import { serialize } from '../serialization/registry.js'
import { argsreprMaxLength, saferepr } from '../serialization/saferepr.js'
import type { PyNumber, WireObject, WireValue } from '../serialization/wire-value.js'
import { protocol1Body } from './build-protocol1.js'
import { destination, type Destination } from './destination.js'
import type { Envelope } from './envelope.js'
import { prepareCall, timeMs, type BuildContext, type PreparedCall, type TaskCall } from './prepare-call.js'
import type { MessageDraft } from './publish-hooks.js'
import { plainQueueConf, Queues } from './queues.js'
import { routed, type Routes } from './routes.js'
import { leakingProperties, stampsOf, type SendOptions } from './send-options.js'

export interface BuiltMessage {
  readonly taskId: string
  readonly to: Destination
  readonly envelope: Envelope
  readonly ignoreResult: boolean
}

/** Everything of it but the bytes: what receivers of `before_task_publish` may see and change. */
export interface TaskDraft extends MessageDraft {
  readonly taskId: string
  readonly to: Destination
  readonly ignoreResult: boolean
  /** Of the properties, what the transport adds. */
  readonly transport: WireObject
  readonly sealedBy: Sealing
}

export function draftTaskMessage(asked: TaskCall, context: BuildContext): TaskDraft {
  const { conf } = context
  const call = withRoute(asked, context.routes)
  const { options } = call
  const prepared = prepareCall(call, context)
  const isProtocol1 = conf.task_protocol === 1
  const headers = { ...(isProtocol1 ? {} : protocol2Headers(call, prepared, context)), ...options.headers }
  const body = isProtocol1 ? protocol1Body(prepared, conf.enable_utc) : protocol2Body(prepared)
  const to = destination(options, context.queues ?? new Queues({ ...plainQueueConf, ...conf }))
  return {
    taskId: prepared.taskId,
    name: prepared.name,
    to,
    exchange: to.exchange,
    routingKey: to.routingKey,
    isProtocol2: !isProtocol1,
    retryPolicy: (options.retry_policy ?? null) as WireValue, // read from JSON
    headers,
    body,
    properties: {
      correlation_id: prepared.taskId,
      reply_to: options.reply_to ?? context.replyTo,
      ...leakingProperties(options),
      delivery_mode: deliveryMode(options.delivery_mode ?? to.deliveryMode ?? conf.task_default_delivery_mode),
      ...expiration(options, context.nowMs),
      priority: priorityOf(options, context),
    },
    transport: {
      delivery_info: { exchange: to.exchange, routing_key: to.routingKey },
      body_encoding: 'base64',
      delivery_tag: context.ids.uuid(),
    },
    sealedBy: {
      serializer: options.serializer ?? conf.task_serializer,
      compression: options.compression ?? conf.task_compression,
    },
    ignoreResult: options.ignore_result ?? false,
  }
}

export function sealTaskMessage(draft: TaskDraft): BuiltMessage {
  const { taskId, to, ignoreResult, headers, body, properties, transport, sealedBy } = draft
  const { priority = 0, ...own } = properties
  const { delivery_info: deliveryInfo, ...rest } = transport
  // In kombu's order.
  const all = { ...own, delivery_info: deliveryInfo, priority, ...rest } as unknown as Envelope['properties'] // built above
  return { taskId, to, envelope: seal(body, headers, all, sealedBy), ignoreResult }
}

interface Sealing {
  readonly serializer: string
  readonly compression: string | null
}

/** What the routes add to it; what it says itself stays. */
function withRoute(call: TaskCall, routes: Routes = []): TaskCall {
  const args = call.args instanceof PyTuple ? call.args.items : call.args
  return { ...call, options: routed({ name: call.name, args, kwargs: call.kwargs, options: call.options }, routes) }
}

function protocol2Headers(call: TaskCall, prepared: PreparedCall, context: BuildContext): WireObject {
  const { options, taskId } = prepared
  const parent = context.parent
  const shownArgs = prepared.args.length === 0 ? '()' : (call.shown?.args ?? saferepr(call.args, argsreprMaxLength)) // As Celery: `args or ()`
  return {
    lang: 'py', // every Celery since 4 writes this; a worker reads the message the same with any other value
    task: prepared.name,
    id: taskId,
    shadow: options.shadow ?? null,
    eta: prepared.eta,
    expires: prepared.expires,
    group: options.group_id ?? null,
    group_index: options.group_index ?? null,
    retries: options.retries ?? 0,
    timelimit: [options.time_limit ?? null, options.soft_time_limit ?? null],
    root_id: options.root_id ?? parent?.rootId ?? taskId,
    parent_id: options.parent_id ?? parent?.id ?? null,
    argsrepr: options.argsrepr ?? shownArgs,
    kwargsrepr: options.kwargsrepr ?? call.shown?.kwargs ?? saferepr(prepared.kwargs, argsreprMaxLength),
    origin: context.origin,
    ignore_result: options.ignore_result ?? false,
    replaced_task_nesting: options.replaced_task_nesting ?? 0,
    stamped_headers: options.stamped_headers ?? null,
    stamps: stampsOf(options),
  }
}

function protocol2Body(prepared: PreparedCall): WireValue {
  const embed = {
    callbacks: prepared.callbacks,
    errbacks: prepared.errbacks,
    chain: prepared.options.chain ?? null,
    chord: prepared.options.chord ?? null,
  }
  return [prepared.args, prepared.kwargs, embed]
}

/** Serializes, compresses and wraps a body. */
function seal(body: WireValue, headers: WireObject, properties: Envelope['properties'], how: Sealing): Envelope {
  const serialized = serialize(body, how.serializer)
  const compressed = how.compression === null ? null : compress(serialized.bytes, how.compression)
  return {
    body: Buffer.from(compressed?.bytes ?? serialized.bytes).toString('base64'),
    'content-encoding': serialized.contentEncoding,
    'content-type': serialized.contentType,
    headers: compressed ? { ...headers, compression: compressed.contentType } : headers,
    properties,
  }
}

function priorityOf(options: SendOptions, { conf, parent }: BuildContext): PyNumber {
  const inherited = conf.task_inherit_parent_priority && parent ? parent.priority : null
  return options.priority ?? inherited ?? conf.task_default_priority ?? 0
}

/** Milliseconds as a string; nothing on Redis reads it. A time in the past is sent as 0, as Celery does. */
function expiration(options: SendOptions, nowMs: number): { readonly expiration?: string } {
  const { expires } = options
  if (expires === undefined || expires === null) return {}
  const leftMs = typeof expires === 'number' ? expires * 1000 : timeMs(expires) - nowMs
  return { expiration: String(Math.max(0, Math.trunc(leftMs))) }
}

function deliveryMode(mode: number | string): number {
  if (typeof mode === 'number') return mode
  return mode === 'transient' ? 1 : 2
}
