/**
 * Several brokers for one app: which is used now, and which is tried when that one cannot be reached.
 * Celery: kombu/connection.py (failover_strategies, maybe_switch_next), broker_failover_strategy
 */
import { ImproperlyConfigured } from '../../errors.js'
import { reprString } from '../../serialization/python-repr.js'

export type FailoverStrategy = 'round-robin' | 'shuffle'

export function readFailoverStrategy(given: string | null | undefined): FailoverStrategy {
  if (given === null || given === undefined || given === 'round-robin') return 'round-robin'
  if (given === 'shuffle') return 'shuffle'
  throw new ImproperlyConfigured(
    `broker_failover_strategy is ${reprString(given)}, expected 'round-robin' or 'shuffle': a function of Python's is not asked here`,
  )
}

export class Failover<One> {
  private readonly all: readonly [One, ...One[]]
  private readonly strategy: FailoverStrategy
  private readonly random: () => number
  private index = 0

  /** `random` answers 0 ≤ x < 1. */
  constructor(all: readonly [One, ...One[]], strategy: FailoverStrategy, random: () => number) {
    this.all = all
    this.strategy = strategy
    this.random = random
  }

  get current(): One {
    return this.all[this.index] ?? this.all[0]
  }

  /** How many attempts make a round: after one that failed it is time to wait. */
  get size(): number {
    return this.all.length
  }

  /** As Celery: shuffle may come to the same one again. */
  switchToNext(): void {
    const { length } = this.all
    this.index = this.strategy === 'shuffle' ? Math.floor(this.random() * length) : (this.index + 1) % length
  }
}
