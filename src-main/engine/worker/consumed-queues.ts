/** The queues a worker consumes, with how they are bound; control adds and cancels. Celery: celery/app/amqp.py (Queues), kombu/entity.py (as_dict) */
import type { QueueName } from '../ids.js'
import { inBackground } from '../ports/in-background.js'
import type { Log } from '../ports/log.js'
import type { WireObject } from '../serialization/wire-value.js'
import type { ChannelConsumer } from '../transport/channel.js'

export interface ConsumedQueue {
  readonly name: string
  readonly exchange: string
  readonly type: string
  readonly routingKey: string
}

export interface ConsumedQueuesParts {
  readonly queues: readonly ConsumedQueue[]
  readonly consumer: () => Pick<ChannelConsumer, 'addQueue' | 'cancelQueue'> | null
  readonly log: Log
}

export class ConsumedQueues {
  private readonly parts: ConsumedQueuesParts
  private queues: readonly ConsumedQueue[]

  constructor(parts: ConsumedQueuesParts) {
    this.parts = parts
    this.queues = parts.queues
  }

  get active(): readonly WireObject[] {
    return this.queues.map(asDict)
  }

  add(queue: ConsumedQueue): void {
    if (this.queues.some(({ name }) => name === queue.name)) return
    this.queues = [...this.queues, queue]
    const { consumer, log } = this.parts
    const adding = Promise.resolve(consumer()?.addQueue(queue.name as QueueName, queue))
    inBackground(
      `consuming from ${queue.name}`,
      adding.then(() => log.info(`Started consuming from ${queue.name}`)),
      log,
    )
  }

  cancel(name: string): void {
    const { consumer, log } = this.parts
    log.info(`Canceling queue ${name}`)
    this.queues = this.queues.filter((queue) => queue.name !== name)
    inBackground(`the end of consuming from ${name}`, Promise.resolve(consumer()?.cancelQueue(name as QueueName)), log)
  }
}

/** kombu's Queue as a dictionary: most of it means something to RabbitMQ only. */
function asDict(queue: ConsumedQueue): WireObject {
  return {
    name: queue.name,
    exchange: {
      name: queue.exchange,
      type: queue.type,
      arguments: null,
      durable: true,
      passive: false,
      auto_delete: false,
      delivery_mode: null,
      no_declare: false,
    },
    routing_key: queue.routingKey,
    queue_arguments: null,
    binding_arguments: null,
    consumer_arguments: null,
    durable: true,
    exclusive: false,
    auto_delete: false,
    no_ack: false,
    alias: null,
    bindings: [],
    no_declare: null,
    expires: null,
    message_ttl: null,
    max_length: null,
    max_length_bytes: null,
    max_priority: null,
  }
}
