/**
 * Guesses that are asked again later: what is recalled after a while stays. A guess that was right comes back after a longer wait, one that
 * was wrong after a day. Leitner's boxes; the waits are days.
 */
import * as v from 'valibot'

const WAIT_DAYS = [1, 3, 7, 21, 60] as const
const DAY_MS = 86_400_000

export const guessedAgain = v.object({
  /** How often in a row it was right, the guess in the step itself not counted. */
  rightInARow: v.pipe(v.number(), v.integer(), v.minValue(0)),
  dueAtMs: v.number(),
})
export type GuessedAgain = Readonly<v.InferOutput<typeof guessedAgain>>

/** When the step has turned green. */
export function firstTime(nowMs: number): GuessedAgain {
  return { rightInARow: 0, dueAtMs: nowMs + DAY_MS }
}

export function afterGuess({ rightInARow }: GuessedAgain, correct: boolean, nowMs: number): GuessedAgain {
  const row = correct ? rightInARow + 1 : 0
  return { rightInARow: row, dueAtMs: nowMs + waitDays(row) * DAY_MS }
}

export function waitDays(rightInARow: number): number {
  return WAIT_DAYS[Math.min(rightInARow, WAIT_DAYS.length - 1)] ?? 1
}
