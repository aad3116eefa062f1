/**
 * Publishes built messages over one channel, and tries again when the broker is away: by default 3 more times, after 0,
 * 0.2 and 0.4 seconds, then OperationalError. Celery: kombu/messaging.py Producer, celery/app/amqp.py send_task_message
 */
import { OperationalError } from '../errors.js'
import type { QueueName } from '../ids.js'
import type { BuiltMessage } from '../message/build.js'
import type { Clock } from '../ports/clock.js'
import { sleep } from '../ports/sleep.js'
import type { Channel } from '../transport/channel.js'

/** task_publish_retry_policy, in seconds. */
export interface RetryPolicy {
  /** null: for ever. */
  readonly max_retries: number | null
  readonly interval_start: number
  readonly interval_step: number
  readonly interval_max: number
}

export class Producer {
  private readonly channel: Channel
  private readonly clock: Clock

  constructor(channel: Channel, clock: Clock) {
    this.channel = channel
    this.clock = clock
  }

  /** `retry` null: one attempt only. */
  async publish(message: BuiltMessage, retry: RetryPolicy | null): Promise<void> {
    for (let retries = 0; ; retries++) {
      try {
        await this.channel.connect()
        return await this.publishOnce(message)
      } catch (error) {
        if (!(error instanceof OperationalError) || !mayRetry(retries, retry)) throw error
        await sleep(this.clock, intervalSeconds(retries, retry) * 1000)
      }
    }
  }

  private async publishOnce({ envelope, to }: BuiltMessage): Promise<void> {
    if (to.declare) await this.channel.declare(to.declare)
    if (to.fanout) return this.channel.broadcast(to.exchange, to.routingKey, envelope)
    if (to.exchange === '') return this.channel.publish(envelope, { queue: to.routingKey as QueueName }) // branded here, at the wire
    await this.channel.publishBound(to.exchange, to.routingKey, envelope) // As Celery: nothing bound means silently lost
  }
}

function mayRetry(retries: number, policy: RetryPolicy | null): policy is RetryPolicy {
  return policy !== null && (policy.max_retries === null || retries < policy.max_retries)
}

function intervalSeconds(retries: number, policy: RetryPolicy): number {
  return Math.min(policy.interval_start + retries * policy.interval_step, policy.interval_max)
}
