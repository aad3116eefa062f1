/**
 * Which deliveries a consumer holds unacked, in the order they came, and whether it may take one more.
 * Celery: kombu/transport/virtual/base.py QoS
 */

export class Qos<Held> {
  private readonly held = new Set<Held>()
  private limit: number
  private wakers: (() => void)[] = []

  /** 0 = no limit. */
  constructor(limit: number) {
    this.limit = limit
  }

  get unackedCount(): number {
    return this.held.size
  }

  get canTake(): boolean {
    return this.limit === 0 || this.held.size < this.limit
  }

  /** In delivery order. */
  get deliveries(): readonly Held[] {
    return [...this.held]
  }

  setLimit(limit: number): void {
    this.limit = limit
    this.wake()
  }

  hold(delivery: Held): void {
    this.held.add(delivery)
  }

  /** False when it was let go before: a second ack, or a delivery of a connection that is gone. */
  letGo(delivery: Held): boolean {
    const wasHeld = this.held.delete(delivery)
    if (wasHeld) this.wake()
    return wasHeld
  }

  /** Settles at the next change; ask `canTake` again then. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.wakers.push(resolve))
  }

  wake(): void {
    const wakers = this.wakers
    this.wakers = []
    for (const wake of wakers) wake()
  }
}
