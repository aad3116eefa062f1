/** The other workers, as their events tell: who joined, who left, whose heartbeat is missing. Celery: celery/events/state.py (Worker, State) */
import { numberOrNull } from '../message/shapes.js'
import type { WireObject } from '../serialization/wire-value.js'

/** As Celery: a heartbeat counts for twice its frequency. */
const expireWindow = 2
const defaultFrequencySeconds = 60

export type WorkerNews = { readonly kind: 'joined' | 'left'; readonly nodename: string }

export class KnownWorkers {
  /** Nodename → until when its last heartbeat counts. */
  private readonly aliveUntilMs = new Map<string, number>()

  /** One `worker-*` event of another node; null when it says nothing new about who is there. */
  onEvent(type: string, nodename: string, event: WireObject, nowMs: number): WorkerNews | null {
    if (type === 'worker-offline') {
      this.aliveUntilMs.delete(nodename)
      return { kind: 'left', nodename }
    }
    const isNew = !this.aliveUntilMs.has(nodename)
    if (type === 'worker-online' || type === 'worker-heartbeat') {
      const sentMs = (numberOrNull(event.timestamp) ?? nowMs / 1000) * 1000
      const frequency = numberOrNull(event.freq) ?? defaultFrequencySeconds
      this.aliveUntilMs.set(nodename, sentMs + frequency * expireWindow * 1000)
    }
    return isNew || type === 'worker-online' ? { kind: 'joined', nodename } : null
  }

  aliveCount(nowMs: number): number {
    return [...this.aliveUntilMs.values()].filter((untilMs) => nowMs < untilMs).length
  }

  /** Those that are not heard any more; each is named once. */
  takeLost(nowMs: number): readonly string[] {
    const lost = [...this.aliveUntilMs].filter(([, untilMs]) => nowMs >= untilMs).map(([nodename]) => nodename)
    for (const nodename of lost) this.aliveUntilMs.delete(nodename)
    return lost
  }
}
