/**
 * Unix time as fine as Python's `time.time()`, which events, results and `inspect` show. Node's wall clock counts whole
 * milliseconds; a steady clock knows what lies between two of them, and nothing of a wall clock that is set.
 */
export interface TwoClocks {
  /** Unix time in whole milliseconds. */
  readonly wallMs: () => number
  /** Milliseconds since some moment, with fractions. */
  readonly steadyMs: () => number
}

const finestMs = 0.001

/** Milliseconds with three digits behind the point, always within the millisecond that the wall clock shows. */
export function microsecondClock({ wallMs, steadyMs }: TwoClocks): () => number {
  let offsetMs = wallMs() - steadyMs()
  return () => {
    const wall = wallMs()
    const fine = offsetMs + steadyMs()
    const within = Math.min(Math.max(fine, wall), wall + 1 - finestMs)
    offsetMs += within - fine // the steady clock is led by the other from here on
    return Math.round(within * 1000) / 1000
  }
}
