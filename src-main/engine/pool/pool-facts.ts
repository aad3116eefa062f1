/** What a pool tells of itself and of its processes. Celery: celery/concurrency/prefork.py (info) */
import type { LoadedCode, RefusedCode } from './pool-messages.js'
import type { ProcessExit } from './pool-process.js'

export type PoolStart =
  | { readonly kind: 'loaded'; readonly code: LoadedCode }
  | { readonly kind: 'refused'; readonly refused: RefusedCode }
  /** The processes end before they have loaded anything. */
  | { readonly kind: 'failed'; readonly message: string }

/** What happened to the pool's processes, for whoever shows them. */
export type PoolFact =
  | { readonly kind: 'starting' | 'ready'; readonly pid: number; readonly label: string }
  | { readonly kind: 'loaded'; readonly pid: number; readonly fingerprint: string; readonly tasks: readonly string[] }
  | ({
      readonly kind: 'exited'
      readonly pid: number
      readonly label: string
      readonly expected: boolean
    } & ProcessExit)
  | { readonly kind: 'slot'; readonly pid: number; readonly taskId: string | null }

export interface PoolMember {
  readonly pid: number
  readonly label: string
  readonly taskId: string | null
}

/** Python's ValueError, as billiard raises it. */
export class PoolBusy extends Error {
  override readonly name = 'ValueError'
}
