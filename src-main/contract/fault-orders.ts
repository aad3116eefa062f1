/** What can be broken, as data. One order is one button press; the feed records it as `fault`. */
import type { ProcessName } from './topology.js'

export type FaultOrder =
  /** SIGKILL to the worker; its children go with it. */
  | { readonly kind: 'kill-worker'; readonly worker: ProcessName }
  /** SIGKILL to one pool process: the given pid, or the busiest one. */
  | { readonly kind: 'kill-child'; readonly worker: ProcessName; readonly pid?: number }
  /** The mail server takes `delayMs` for each message; 0 ends it. */
  | { readonly kind: 'slow-mail'; readonly delayMs: number }
  /** The mail server refuses connections (`stop`) or listens again (`start`), on the same port. */
  | { readonly kind: 'stop-mail' }
  | { readonly kind: 'start-mail' }
  /** FLUSHDB of the result store's database. Messages, workers and running tasks are not touched. */
  | { readonly kind: 'flush-results' }
