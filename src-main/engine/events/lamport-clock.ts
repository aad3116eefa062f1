/**
 * The logical clock that orders events of several workers: one more on every send, past the sender's on every receipt.
 * Celery: kombu/clocks.py
 */
export class LamportClock {
  value = 0

  forward(): number {
    this.value += 1
    return this.value
  }

  adjust(other: number): number {
    this.value = Math.max(this.value, other) + 1
    return this.value
  }
}
