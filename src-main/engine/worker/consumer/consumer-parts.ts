/** What a consumer is put together from. Celery: celery/worker/consumer/consumer.py (Consumer.__init__) */
import type { LamportClock } from '../../events/lamport-clock.js'
import type { LoadedCode } from '../../pool/pool-messages.js'
import type { ConsumersPool } from '../../pool/inline-pool.js'
import type { Clock, Ids } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { Signals } from '../../signals/signals.js'
import type { MainCode } from '../main-code.js'
import type { MemorySamples } from '../memory-samples.js'
import type { Broker, WorkerOptions } from '../worker-parts.js'
import type { WorkerState } from '../worker-state.js'

export interface ConsumerParts {
  readonly code: LoadedCode
  readonly broker: Broker
  readonly options: WorkerOptions
  readonly appModule: string
  readonly pool: ConsumersPool
  readonly startedAtMs: number
  readonly memory: MemorySamples
  readonly state: WorkerState
  readonly lamport: LamportClock
  readonly signals: Signals
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly pid: number
  /** Where commands of the code's own run. */
  readonly mainCode: MainCode | null
  /** Says what `--purge` has deleted; null: nothing is to be deleted. */
  readonly purge: ((text: string) => void) | null
  readonly isStopping: () => boolean
  /** `control shutdown` */
  readonly onShutdownAsked: () => void
  /** Redis is away and `broker_connection_retry` says to go no further. */
  readonly onGivenUp: () => void
}
