/**
 * Who is asked about a message before it is sealed and told of it when it is out: the receivers of `before_task_publish`,
 * which may change it, and of `after_task_publish`. Celery: celery/app/amqp.py (send_task_message), celery/signals.py
 */
import type { WireObject, WireValue } from '../serialization/wire-value.js'

/** A message that is not sealed yet. */
export interface MessageDraft {
  readonly name: string
  readonly headers: WireObject
  /** Protocol 2: `[args, kwargs, embed]`. */
  readonly body: WireValue
  /** Without what only the transport reads. */
  readonly properties: WireObject
  readonly exchange: string
  readonly routingKey: string
  readonly isProtocol2: boolean
  /** Of this call's options; null: that of the settings. */
  readonly retryPolicy: WireValue
}

export type DraftChanges = Pick<MessageDraft, 'headers' | 'body' | 'properties'>

export interface PublishHooks {
  readonly before?: (draft: MessageDraft) => Promise<DraftChanges>
  readonly after?: (draft: MessageDraft) => Promise<void>
}
