/** An exchange, a queue and how it is bound, as everybody here knows them. Celery: kombu/entity.py; PROTOCOL.md 1, 2 */
export type ExchangeType = 'direct' | 'topic' | 'fanout'

export interface Exchange {
  readonly name: string
  readonly type: ExchangeType
  /** null: task_default_delivery_mode. */
  readonly deliveryMode: number | null
}

export interface Queue {
  readonly name: string
  /** The name it is routed to by, when its own is made up: `Broadcast('bc')` listens on `bcast.<uuid>`. */
  readonly alias: string | null
  readonly exchange: Exchange
  readonly routingKey: string
  /** Instead of its exchange and routing key, when there are any. */
  readonly bindings: readonly Binding[]
  /** Its list and bindings go when its consumer goes. */
  readonly autoDelete: boolean
}

export interface Binding {
  readonly exchange: Exchange
  readonly routingKey: string
}
