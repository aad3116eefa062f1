/** What can be broken, as data. One order is one button press; the feed records it as `fault`. */
import type { ProcessName } from './topology.js'

export type FaultOrder =
  /** SIGKILL to the worker; its children go with it. */
  | { readonly kind: 'kill-worker'; readonly worker: ProcessName }
  /**
   * SIGKILL to one pool process: the given pid, or the busiest one. `after-effect` waits for the worker's next mail: its child dies when
   * the mail server has taken the mail, before the child hears so. The task's effect is done then, and nothing that comes after it.
   */
  | { readonly kind: 'kill-child'; readonly worker: ProcessName; readonly pid?: number; readonly at?: 'after-effect' }
  /** SIGKILL to the web app's process. It stays away until it is started again. */
  | { readonly kind: 'kill-web' }
  /** The mail server takes `delayMs` for each message; 0 ends it. */
  | { readonly kind: 'slow-mail'; readonly delayMs: number }
  /** The mail server refuses connections (`stop`) or listens again (`start`), on the same port. */
  | { readonly kind: 'stop-mail' }
  | { readonly kind: 'start-mail' }
  /** FLUSHDB of the result store's database. Messages, workers and running tasks are not touched. */
  | { readonly kind: 'flush-results' }
  /** The third-party API answers after `latencyMs`; 0 ends it. */
  | { readonly kind: 'slow-api'; readonly latencyMs: number }
  /** It answers a share of the requests, 0..1, with 503; 0 ends it. */
  | { readonly kind: 'flaky-api'; readonly failureRate: number }
  /** It takes so many requests within any second and answers more with 429; 0 ends it. */
  | { readonly kind: 'limit-api'; readonly perSecond: number }
  | { readonly kind: 'stop-api' }
  | { readonly kind: 'start-api' }
  /** Each commit of the database takes `delayMs`; 0 ends it. */
  | { readonly kind: 'slow-commit'; readonly delayMs: number }
  /**
   * Redis ends and is started again after `forMs`. `keepData`: its append-only file is switched on before, and it comes back with
   * everything; otherwise it is switched off, and Redis comes back empty.
   */
  | { readonly kind: 'stop-redis'; readonly forMs: number; readonly keepData: boolean }
  /** Ends such an outage now. */
  | { readonly kind: 'start-redis' }
  /** Redis is stopped and started again at once, `times` times; it keeps what its settings let it keep. */
  | { readonly kind: 'bounce-redis'; readonly times: number }
  /** The monitor, which is the lab's reader of Celery's events, hears nothing for `forMs`. What is sent meanwhile is heard by nobody. */
  | { readonly kind: 'deaf-monitor'; readonly forMs: number }
  /** SIGKILL to beat: what it remembers of its last runs is as old as its last save. */
  | { readonly kind: 'kill-beat' }
  /** A second beat with the same code and a schedule file of its own, until it is ended. */
  | { readonly kind: 'duplicate-beat' }
  | { readonly kind: 'end-duplicate-beat' }
