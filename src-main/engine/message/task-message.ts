/** What a reader makes of an envelope, whichever protocol it was written in. */
import type { WireValue } from '../serialization/wire-value.js'
import type { Embed, TaskHeaders } from './envelope.js'

export interface TaskMessage {
  readonly protocol: 1 | 2
  /** Fields that were missing are filled in; `envelope.headers` has what was sent. */
  readonly headers: TaskHeaders
  /** Usually a list and an object. Any other value is for the trace to refuse: Celery's main process does not look. */
  readonly args: WireValue
  readonly kwargs: WireValue
  readonly embed: Embed
  readonly bodyBytes: Uint8Array
}
