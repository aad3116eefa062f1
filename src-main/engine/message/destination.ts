/**
 * Where a call's message goes, from its options and the queues: straight to a list through the anonymous exchange, or through
 * the bindings of a named one. Celery: celery/app/amqp.py (send_task_message)
 */
import type { ExchangeType, Queue } from './queue.js'
import type { Queues } from './queues.js'
import type { SendOptions } from './send-options.js'

export interface Destination {
  /** Declared before the message is sent; null: a Broadcast is not. */
  readonly declare: Queue | null
  /** The queue's name as `task-sent` tells it. */
  readonly queue: string
  /** Empty: straight to the list `routingKey`. Where nothing is bound to a named one nobody gets the message. */
  readonly exchange: string
  readonly routingKey: string
  /** The exchange is a fanout that the app declares: a copy for whoever listens now, nothing is stored. */
  readonly fanout: boolean
  readonly deliveryMode: number | null
}

export function destination(options: SendOptions, queues: Queues): Destination {
  const queue = queueOf(options.queue, queues)
  const { exchange, exchangeType } = exchangeOf(options, queue)
  const { routing_key: routingKey } = options
  const isFanout = queue.exchange.type === 'fanout'
  // As Celery: a client does not declare a Broadcast, and so takes its exchange for a direct one.
  const declare = isFanout && queue.alias !== null ? null : queue
  const to = { declare, queue: queue.name, fanout: false, deliveryMode: queue.exchange.deliveryMode }
  // As Celery: on a direct exchange, one of the two alone counts for nothing.
  if ((!exchange || !routingKey) && exchangeType === 'direct') return { ...to, exchange: '', routingKey: queue.name }
  const fanout = isFanout && declare !== null
  if (exchange)
    return { ...to, fanout: fanout && exchange === queue.exchange.name, exchange, routingKey: routingKey ?? '' }
  return { ...to, fanout, exchange: queue.exchange.name, routingKey: routingKey || queue.routingKey }
}

/** A name, or a queue as plain data. */
function queueOf(queue: SendOptions['queue'], queues: Queues): Queue {
  if (queue === null || queue === undefined) return queues.default
  return typeof queue === 'string' ? queues.named(queue) : queues.add(queue)
}

function exchangeOf(
  { exchange, exchange_type: type }: SendOptions,
  queue: Queue,
): { readonly exchange: string | null; readonly exchangeType: ExchangeType | string } {
  return { exchange: exchange ?? null, exchangeType: typeof type === 'string' ? type : queue.exchange.type }
}
