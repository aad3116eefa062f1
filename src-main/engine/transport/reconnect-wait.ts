/** How long to wait after a failed attempt to connect: 2, 4, 6 … 32 seconds. Celery: kombu/connection.py ensure_connection */

/** `attempt` counts from 1. */
export function reconnectWaitSeconds(attempt: number): number {
  return Math.min(2 * attempt, 32)
}
