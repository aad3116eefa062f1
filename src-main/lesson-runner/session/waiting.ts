/** Waiting for facts: until something holds, a time is over, or the learner cancels. Every new fact is looked at, nothing is polled. */
import type { RecordReader } from '../../lab/lab-interface.js'

export interface WaitFor {
  readonly record: RecordReader
  readonly holds: () => boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export async function waitFor({
  record,
  holds,
  timeoutMs,
  signal,
}: WaitFor): Promise<'held' | 'timeout' | 'cancelled'> {
  if (signal.aborted) return 'cancelled'
  if (holds()) return 'held'
  return new Promise((resolve) => {
    const end = (outcome: 'held' | 'timeout' | 'cancelled'): void => {
      clearTimeout(timer)
      stopListening()
      signal.removeEventListener('abort', onAbort)
      resolve(outcome)
    }
    const onAbort = (): void => end('cancelled')
    const timer = setTimeout(() => end('timeout'), timeoutMs)
    const stopListening = record.onItem(() => {
      if (holds()) end('held')
    })
    signal.addEventListener('abort', onAbort)
  })
}
