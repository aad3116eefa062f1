/** A task message with what the worker needs at hand: its names, and its times as numbers. */
import type { TaskMessage } from '../../message/task-message.js'

export interface ReceivedTask {
  readonly name: string
  readonly taskId: string
  /** `shadow`, or the name: what log lines show. */
  readonly displayName: string
  readonly message: TaskMessage
  readonly etaMs: number | null
  readonly expiresMs: number | null
}
