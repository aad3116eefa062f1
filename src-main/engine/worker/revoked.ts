/**
 * What one worker knows as revoked: task ids, at most 50,000 and for three hours, and stamps that messages may carry.
 * Celery: celery/worker/state.py (revoked, revoked_stamps), celery/utils/collections.py (LimitedSet)
 */
import type { Clock } from '../ports/clock.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

const atMost = 50_000
const forSeconds = 10_800

export class Revoked {
  private readonly at = new Map<string, number>()
  private readonly stampedWith = new Map<string, readonly WireValue[]>()
  private readonly clock: Clock
  private onChange: () => void = () => {}

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Task id → unix seconds when it was flagged. */
  get ids(): ReadonlyMap<string, number> {
    this.purge()
    return this.at
  }

  get stamps(): ReadonlyMap<string, readonly WireValue[]> {
    return this.stampedWith
  }

  has(taskId: string): boolean {
    return this.at.has(taskId)
  }

  add(taskId: string, atSeconds = this.nowSeconds): void {
    this.at.delete(taskId)
    this.at.set(taskId, atSeconds)
    this.purge()
    this.onChange()
  }

  addStamps(header: string, values: readonly WireValue[]): void {
    this.stampedWith.set(header, [...(this.stampedWith.get(header) ?? []), ...values])
    this.onChange()
  }

  /** Another node's ids, or a state file's: id → when it was flagged there. */
  merge(revoked: Readonly<Record<string, WireValue>>): void {
    for (const [id, at] of Object.entries(revoked)) {
      const seconds = this.secondsOf(at)
      if ((this.at.get(id) ?? 0) < seconds) this.add(id, seconds)
    }
  }

  /** The first of these stamps that is revoked, as `{header: value}`. */
  stampAmong(stamps: WireObject): WireObject | null {
    for (const [header, carried] of Object.entries(stamps)) {
      const revoked = this.stampedWith.get(header)
      if (!revoked) continue
      const wanted = new Set(revoked.map(pythonRepr))
      const values = Array.isArray(carried) ? (carried as readonly WireValue[]) : [carried]
      const found = values.find((value) => wanted.has(pythonRepr(value)))
      if (found !== undefined) return { [header]: found }
    }
    return null
  }

  changed(listener: () => void): void {
    this.onChange = listener
  }

  private purge(): void {
    const oldest = this.nowSeconds - forSeconds
    for (const [id, at] of this.at) {
      if (this.at.size <= atMost && at >= oldest) break
      this.at.delete(id)
    }
  }

  /** Of a neighbour's [seconds, id] Celery counts the seconds since its machine began: no time of day, so it counts from now. */
  private secondsOf(given: WireValue): number {
    const { nowSeconds } = this
    if (!Array.isArray(given)) return numberOf(given) ?? nowSeconds
    const seconds = numberOf((given as readonly WireValue[])[0] ?? null) ?? 0
    return seconds < nowSeconds - forSeconds ? nowSeconds : seconds
  }

  private get nowSeconds(): number {
    return this.clock.nowMs() / 1000
  }
}

function numberOf(value: WireValue): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'number'
    ? value.value
    : null
}
