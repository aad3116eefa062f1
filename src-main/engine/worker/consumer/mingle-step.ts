/** Greets the other workers at the start and takes over their clock and revoked ids. Celery: celery/worker/consumer/mingle.py */
import { askWorkers, type BroadcastParts } from '../../control/broadcast.js'
import { asLimitedSet } from '../../control/limited-set.js'
import type { Log } from '../../ports/log.js'
import { isObject } from '../../message/shapes.js'
import type { WorkerState } from '../worker-state.js'

export interface MingleParts extends BroadcastParts {
  readonly nodename: string
  readonly state: WorkerState
  readonly log: Log
}

const timeoutSeconds = 1

export class MingleStep {
  readonly name = 'Mingle'
  isGreeting = false
  private readonly parts: MingleParts

  constructor(parts: MingleParts) {
    this.parts = parts
  }

  async start(): Promise<void> {
    this.isGreeting = true
    try {
      await this.greet()
    } finally {
      this.isGreeting = false
    }
  }

  private async greet(): Promise<void> {
    const { log, nodename, state, lamport } = this.parts
    log.info('mingle: searching for neighbors')
    const replies = await askWorkers(this.parts, {
      method: 'hello',
      arguments: { from_node: nodename, revoked: asLimitedSet(state.revoked.ids) },
      timeoutSeconds,
    })
    const neighbors = [...replies].filter(([node]) => node !== nodename)
    if (neighbors.length === 0) {
      log.info('mingle: all alone')
      return
    }
    log.info(`mingle: sync with ${neighbors.length} nodes`)
    for (const [, payload] of neighbors) {
      if (!isObject(payload)) continue
      if (typeof payload.clock === 'number') lamport.adjust(payload.clock)
      if (isObject(payload.revoked)) state.revoked.merge(payload.revoked)
    }
    log.info('mingle: sync complete')
  }
}
