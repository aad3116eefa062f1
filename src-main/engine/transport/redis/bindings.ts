/**
 * How a queue is bound: the members of `_kombu.binding.<exchange>` that say so, with a pattern on a topic exchange.
 * Celery: kombu/transport/virtual/exchange.py, kombu/entity.py (Queue.declare)
 */
import type { Binding, Queue } from '../../message/queue.js'
import type { RedisKeys } from './keys.js'

export interface BindingMember {
  readonly key: string
  readonly member: string
}

export function bindingMembers(queue: Queue, keys: RedisKeys): readonly BindingMember[] {
  return bindingsOf(queue).map(({ exchange, routingKey }) => ({
    key: keys.binding(exchange.name),
    member: keys.bindingMember({
      routingKey,
      pattern: exchange.type === 'topic' ? topicPattern(routingKey) : '',
      queue: queue.name,
    }),
  }))
}

/** As Celery: bindings stand in the place of a queue's own exchange and routing key. */
function bindingsOf(queue: Queue): readonly Binding[] {
  return queue.bindings.length > 0 ? queue.bindings : [{ exchange: queue.exchange, routingKey: queue.routingKey }]
}

/** `feed.#` is `^feed\..*?$`: `*` is one word, `#` any number of them. */
export function topicPattern(routingKey: string): string {
  const words = routingKey.split('.').map((word) => (word === '*' ? '.*?[^\\.]' : word === '#' ? '.*?' : word))
  return `^${words.join('\\.')}$`
}

/** A queue that nobody said anything about. */
export function plainQueue(name: string): Queue {
  const exchange = { name, type: 'direct' as const, deliveryMode: null }
  return { name, alias: null, exchange, routingKey: name, bindings: [], autoDelete: false }
}
