/**
 * What a client does before it sends. As Celery: one that may want the result subscribes to it first, and while Redis is away it tries
 * that again as often as the result store's retry policy says, for about 19 seconds; only then the caller gets an OperationalError. Who wants
 * no result tries to reach the broker for 6 seconds. Whoever has sent a message before finds out with the message itself that the link is
 * gone: that is quick, and the next one is slow. We look whether the store can be reached, and subscribe when somebody waits.
 * Celery: celery/app/base.py send_task, celery/backends/redis.py on_task_call and ensure; kombu/connection.py default_channel
 */
import type { ResultBackend } from '../result-backend/result-meta.js'

export interface Sending {
  /** Tries as long as `connectPolicy` says. */
  readonly connect: () => Promise<void>
  readonly publish: () => Promise<void>
  /** null: no result is wanted, or whoever sends this does not subscribe (a task; our beat). */
  readonly results: ResultBackend | null
}

export class ClientLink {
  /** The last message was sent: there is a connection to begin with. */
  private isUp = false

  async send({ connect, publish, results }: Sending): Promise<void> {
    if (!this.isUp) {
      await results?.reach()
      await connect()
    }
    this.isUp = false
    await publish()
    this.isUp = true
  }
}
