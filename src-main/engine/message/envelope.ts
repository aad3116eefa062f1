/**
 * The JSON that Redis holds around a message, in wire spelling all the way.
 * Celery: kombu/transport/virtual/base.py, celery/app/amqp.py; PROTOCOL.md 2.1–2.4
 */
import type { PyNumber, WireObject, WireValue } from '../serialization/wire-value.js'

export interface Envelope {
  /** base64 of the serialized body when `properties.body_encoding` is `base64`. */
  readonly body: string
  readonly 'content-encoding': string
  readonly 'content-type': string
  readonly headers: WireObject
  readonly properties: Properties
}

export interface Properties {
  readonly correlation_id?: string
  readonly reply_to?: string
  readonly delivery_mode?: number
  readonly delivery_info: { readonly exchange: string; readonly routing_key: string; readonly redelivered?: boolean }
  readonly priority: PyNumber
  readonly body_encoding?: string
  readonly delivery_tag: string
  readonly expiration?: string
  readonly [other: string]: unknown
}

/** PROTOCOL.md 2.2. `TaskMessage` is what a reader makes of an envelope and a writer makes an envelope of. */
export interface TaskHeaders {
  readonly lang: string
  readonly task: string
  readonly id: string
  readonly shadow: string | null
  readonly eta: string | null
  readonly expires: string | null
  readonly group: string | null
  readonly group_index: number | null
  readonly retries: number
  /** Hard, then soft, in seconds, as the sender wrote them. */
  readonly timelimit: readonly [PyNumber | null, PyNumber | null]
  readonly root_id: string
  readonly parent_id: string | null
  readonly argsrepr: string
  readonly kwargsrepr: string
  readonly origin: string
  readonly ignore_result: boolean
  readonly replaced_task_nesting: number
  readonly stamped_headers: readonly string[] | null
  readonly stamps: WireObject
  readonly [userHeader: string]: WireValue
}

/** PROTOCOL.md 2.4: a signature is plain wire data; unknown keys are kept. */
export interface Signature extends WireObject {
  readonly task: string
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  readonly options: WireObject
  readonly subtask_type: string | null
  readonly immutable: boolean
}

export interface Embed {
  readonly callbacks: readonly Signature[] | null
  readonly errbacks: readonly Signature[] | null
  readonly chain: readonly Signature[] | null
  readonly chord: Signature | null
}
