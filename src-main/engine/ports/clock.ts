/** Time and randomness come in as arguments, so that tests and faults can hold them. */

export interface Clock {
  /** Unix time in milliseconds, with what Python's `time.time()` has of microseconds behind the point. */
  nowMs(): number
  /** A timer that does not keep the process alive by itself; call the answer to cancel it. */
  after(delayMs: number, run: () => void): () => void
}

export interface Ids {
  /** A fresh uuid4. */
  uuid(): string
}
