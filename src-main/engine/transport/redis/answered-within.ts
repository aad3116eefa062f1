/**
 * `redis_socket_timeout`: no answer for so long means that the connection is dead, though nobody said so; it is closed, and
 * so lost. `redis_retry_on_timeout`: what was not answered is asked once more. Celery: redis-py (Connection, Retry)
 */
import type { Redis } from 'ioredis'
import type { Clock } from '../../ports/clock.js'

export interface SocketPatience {
  readonly clock: Clock
  /** null: a silent connection is never given up. */
  readonly socketTimeoutSeconds: number | null
}

export async function answeredWithin<T>(
  { clock, socketTimeoutSeconds: seconds }: SocketPatience,
  client: Pick<Redis, 'disconnect'>,
  answer: Promise<T>,
  onSilent: () => void = () => {},
): Promise<T> {
  if (seconds === null) return answer
  const cancel = clock.after(seconds * 1000, () => {
    onSilent()
    client.disconnect()
  })
  try {
    return await answer
  } finally {
    cancel()
  }
}

/** `ask` is told what to call when nobody answers; only then it is asked again, after `again`. */
export async function askedAgainOnSilence<T>(
  ask: (onSilent: () => void) => Promise<T>,
  again: (() => Promise<void>) | null,
): Promise<T> {
  let silent = false
  try {
    return await ask(() => (silent = true))
  } catch (error) {
    if (!silent || again === null) throw error
    await again()
    return ask(() => {})
  }
}
