/**
 * What the engine needs of a broker: publish a message, consume queues with ack, broadcast, listen.
 * `transport/redis/` implements it; faults wrap it. Celery: kombu/transport/virtual/base.py Channel
 */
import type { DeliveryTag, QueueName } from '../ids.js'
import type { Envelope } from '../message/envelope.js'
import type { Queue } from '../message/queue.js'

/** One delivery of one message. Exactly one of ack and reject is called, once; a second call is ignored. */
export interface Delivery {
  readonly envelope: Envelope
  readonly deliveryTag: DeliveryTag
  readonly queue: QueueName
  /** MULTI ZREM unacked_index, HDEL unacked EXEC. */
  ack(): Promise<void>
  /** Without requeue as ack; with requeue back to the tail of its list, `redelivered` set. */
  reject(how: { readonly requeue: boolean }): Promise<void>
}

/** A list item that is not a message: reported, parked under its own list, never a crash (PROTOCOL.md 15). */
export interface Unreadable {
  readonly queue: QueueName
  readonly raw: string
  readonly reason: string
}

export interface ConsumeOptions {
  readonly queues: readonly QueueName[]
  readonly onDelivery: (delivery: Delivery) => void
  readonly onUnreadable: (found: Unreadable) => void
  /** The initial prefetch count; 0 = no limit. */
  readonly prefetchCount: number
  /** Asked before each fetch, beside the prefetch count; call `wake` when the answer may have changed. */
  readonly mayTake?: () => boolean
}

export interface ChannelConsumer {
  /** Changes the limit on unacked deliveries; a lower one takes effect as acks come in. */
  setPrefetchCount(count: number): void
  readonly unackedCount: number
  /** Once what had been taken from a list before this was asked is handed over. */
  handedOver(): Promise<void>
  /** Look again whether a message may be taken. */
  wake(): void
  /** Bound as the channel's app knows it (`Queues`): who adds one that is bound otherwise tells the app first. */
  addQueue(queue: QueueName): Promise<void>
  cancelQueue(queue: QueueName): Promise<void>
  /** Ends the BRPOP; deliveries already handed over stay unacked. */
  cancel(): Promise<void>
  /** Shutdown: RPUSH every unacked delivery back in delivery order (PROTOCOL.md 3); returns how many. */
  restoreUnacked(): Promise<number>
}

/** One member of an exchange's bindings. */
export interface BoundQueue {
  readonly queue: string
  readonly exchange: string
  readonly routingKey: string
  /** A regular expression on a topic exchange, else empty. */
  readonly pattern: string
}

export interface Subscription {
  close(): Promise<void>
}

/** One failed attempt to reconnect. `retryInSeconds` null: that was the last. */
export interface ReconnectFailure {
  readonly error: Error
  /** Counts from 1. */
  readonly retry: number
  readonly maxRetries: number | null
  /** 0: at once, to the next of several brokers. */
  readonly retryInSeconds: number | null
}

export interface Channel {
  connect(): Promise<void>
  /** SADD of the queue's bindings, once per channel. */
  declare(queue: Queue): Promise<void>
  /** LPUSH to the list for the queue and priority; declares the queue. */
  publish(envelope: Envelope, to: { readonly queue: QueueName }): Promise<void>
  /** PUBLISH to `/N.<exchange>/<routing key>` (or `/N.<exchange>` without one). */
  broadcast(exchange: string, routingKey: string, envelope: Envelope): Promise<void>
  /** PSUBSCRIBE on a fanout exchange; `pattern` in AMQP words (`worker.#`). */
  subscribe(
    exchange: string,
    pattern: string,
    onMessage: (envelope: Envelope, routingKey: string) => void,
  ): Promise<Subscription>
  consume(options: ConsumeOptions): Promise<ChannelConsumer>
  /** LPUSH to every queue bound to this key of a direct exchange (SMEMBERS of its binding): replies to a control caller. */
  publishBound(exchange: string, routingKey: string, envelope: Envelope): Promise<number>
  /** A list of one's own: SADD its binding. Its messages are taken by BRPOP without `unacked`. close(): SREM, DEL. */
  ownQueue(
    queue: QueueName,
    bound: { readonly exchange: string; readonly routingKey: string; readonly pattern?: string },
    onMessage: ((envelope: Envelope) => void) | null,
  ): Promise<Subscription>
  /** Deletes what waits in a queue, in all its lists; answers how many messages that were. */
  purge(queue: QueueName): Promise<number>
  /** The queues that anybody has bound to an exchange. */
  bindings(exchange: string): Promise<readonly BoundQueue[]>
  /** Redelivery of what was unacked longer than the visibility timeout; returns how many. */
  restoreVisible(): Promise<number>
  readonly address: string
  /** Of several brokers the one that is connected, or tried, without its password. */
  readonly addressNow: string
  onConnectionLost(listener: (error: Error) => void): void
  /** "Cannot connect to redis://…: Error 111 … Trying again in 2.00 seconds... (1/100)" */
  onReconnectFailed(listener: (failure: ReconnectFailure) => void): void
  /** After a reconnect, while nothing is consumed yet. What it rejects with is one more failed attempt. */
  beforeConsumingAgain(act: () => Promise<void>): void
  /** Queues are consumed and exchanges heard again. Deliveries taken before the loss were put back into their lists. */
  onConnectionBack(listener: () => void): void
  close(): Promise<void>
}
