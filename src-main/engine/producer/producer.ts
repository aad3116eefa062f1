/**
 * Publishes built messages over one channel, and tries again when the broker is away: by default 3 more times, after 0,
 * 0.2 and 0.4 seconds, then OperationalError. Celery: kombu/messaging.py Producer, celery/app/amqp.py send_task_message
 */
import type { QueueName } from '../ids.js'
import type { BuiltMessage } from '../message/build.js'
import type { Clock } from '../ports/clock.js'
import type { Channel } from '../transport/channel.js'
import { retryOverTime, type RetryOverTimePolicy } from '../transport/retry-over-time.js'

export class Producer {
  private readonly channel: Channel
  private readonly clock: Clock

  constructor(channel: Channel, clock: Clock) {
    this.channel = channel
    this.clock = clock
  }

  /** `retry` null: one attempt only. */
  async publish(message: BuiltMessage, retry: RetryOverTimePolicy | null): Promise<void> {
    const attempt = async (): Promise<void> => {
      await this.channel.connect()
      await this.publishOnce(message)
    }
    await (retry === null ? attempt() : retryOverTime(attempt, retry, this.clock))
  }

  private async publishOnce({ envelope, to }: BuiltMessage): Promise<void> {
    if (to.declare) await this.channel.declare(to.declare)
    if (to.fanout) return this.channel.broadcast(to.exchange, to.routingKey, envelope)
    if (to.exchange === '') return this.channel.publish(envelope, { queue: to.routingKey as QueueName }) // branded here, at the wire
    await this.channel.publishBound(to.exchange, to.routingKey, envelope) // As Celery: nothing bound means silently lost
  }
}
