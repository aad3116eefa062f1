/**
 * The queues a worker consumes, with how they are bound; control adds and cancels.
 * Celery: celery/worker/consumer/consumer.py (add_task_queue, cancel_task_queue), kombu/entity.py (as_dict)
 */
import type { QueueName } from '../ids.js'
import type { Binding, Exchange, Queue } from '../message/queue.js'
import type { Queues } from '../message/queues.js'
import { inBackground } from '../ports/in-background.js'
import type { Log } from '../ports/log.js'
import type { WireObject } from '../serialization/wire-value.js'
import type { ChannelConsumer } from '../transport/channel.js'

/** As control asks for one; what is null goes by the queue's name. */
export interface AskedQueue {
  readonly name: string
  readonly exchange: string | null
  readonly type: string
  readonly routingKey: string | null
}

export interface ConsumedQueuesParts {
  readonly queues: readonly Queue[]
  /** All that the app knows: the channel declares a queue as it is bound here. */
  readonly known: Queues
  readonly consumer: () => Pick<ChannelConsumer, 'addQueue' | 'cancelQueue'> | null
  readonly log: Log
}

export class ConsumedQueues {
  private readonly parts: ConsumedQueuesParts
  private queues: readonly Queue[]

  constructor(parts: ConsumedQueuesParts) {
    this.parts = parts
    this.queues = parts.queues
  }

  get active(): readonly WireObject[] {
    return this.queues.map(asDict)
  }

  add(asked: AskedQueue): void {
    const queue = this.boundAs(asked)
    if (this.queues.some(({ name }) => name === queue.name)) return
    this.queues = [...this.queues, queue]
    const { consumer, log } = this.parts
    const adding = Promise.resolve(consumer()?.addQueue(queue.name as QueueName))
    inBackground(
      `consuming from ${queue.name}`,
      adding.then(() => log.info(`Started consuming from ${queue.name}`)),
      log,
    )
  }

  cancel(asked: string): void {
    const { consumer, known, log } = this.parts
    const { name } = known.declared(asked) // its own name, when it was asked for by its alias
    log.info(`Canceling queue ${name}`)
    this.queues = this.queues.filter((queue) => queue.name !== name)
    inBackground(`the end of consuming from ${name}`, Promise.resolve(consumer()?.cancelQueue(name as QueueName)), log)
  }

  /** As Celery: a queue that the app knows stays bound as it is, whatever was asked. */
  private boundAs({ name, exchange, type, routingKey }: AskedQueue): Queue {
    const { known } = this.parts
    if (known.has(name)) return known.named(name)
    return known.add({ name, exchange: { name: exchange ?? name, type }, routing_key: routingKey ?? name })
  }
}

/** kombu's Queue as a dictionary: most of it means something to RabbitMQ only. */
function asDict(queue: Queue): WireObject {
  return {
    name: queue.name,
    exchange: exchangeAsDict(queue.exchange),
    routing_key: queue.routingKey,
    queue_arguments: null,
    binding_arguments: null,
    consumer_arguments: null,
    durable: true,
    exclusive: false,
    auto_delete: queue.autoDelete,
    no_ack: false,
    alias: queue.alias,
    bindings: queue.bindings.map(bindingAsDict),
    no_declare: null,
    expires: null,
    message_ttl: null,
    max_length: null,
    max_length_bytes: null,
    max_priority: null,
    ...(queue.exchange.type === 'fanout' && queue.alias !== null ? { queue: queue.name } : {}), // a Broadcast's own
  }
}

function exchangeAsDict({ name, type, deliveryMode }: Exchange): WireObject {
  return {
    name,
    type,
    arguments: null,
    durable: true,
    passive: false,
    auto_delete: false,
    delivery_mode: deliveryMode,
    no_declare: false,
  }
}

function bindingAsDict({ exchange, routingKey }: Binding): WireObject {
  return { exchange: exchangeAsDict(exchange), routing_key: routingKey, arguments: null, unbind_arguments: null }
}
