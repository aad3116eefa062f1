/**
 * A queue on a fanout exchange, as a worker consumes it: it listens to the channel, and it reads the list of its own name too,
 * where Celery's clients put a Broadcast message and Celery's workers do not look. Nothing of it is kept in `unacked`:
 * the copy is this worker's alone. Celery: kombu/transport/redis.py (_fanout_queues), kombu/common.py Broadcast; PROTOCOL.md 2
 */
import type { QueueName } from '../../ids.js'
import type { Envelope } from '../../message/envelope.js'
import type { Queue } from '../../message/queue.js'
import { numberOrNull } from '../../message/shapes.js'
import { stringifyJson } from '../../serialization/json.js'
import type { WireObject, WireValue } from '../../serialization/wire-value.js'
import type { Subscription } from '../channel.js'
import type { RedisConnections } from './connections.js'
import type { RedisFanout } from './fanout.js'
import type { Keeper } from './held-delivery.js'
import type { RedisKeys } from './keys.js'
import { redelivered } from './unacked.js'

/** An ack says nothing to anybody; a requeue puts the copy back into the list of its own. */
export function ownCopy(
  envelope: Envelope,
  queue: QueueName,
  { connections, keys }: { readonly connections: RedisConnections; readonly keys: RedisKeys },
): Keeper {
  const again = (): string => stringifyJson(redelivered(envelope as unknown as WireObject) as WireValue) // read from JSON: wire values only
  return {
    ack: () => Promise.resolve(),
    requeue: async () => {
      await connections.run((redis) =>
        redis.lpush(keys.list(queue, numberOrNull(envelope.properties.priority) ?? 0), again()),
      )
    },
  }
}

export function isBroadcast(queue: Queue): boolean {
  return queue.exchange.type === 'fanout'
}

export function listenTo(
  queue: Queue,
  fanout: RedisFanout,
  onMessage: (queue: QueueName, envelope: Envelope) => void,
): Promise<Subscription> {
  const name = queue.name as QueueName // declared under this name
  return fanout.subscribe(queue.exchange.name, queue.routingKey, (envelope) => onMessage(name, envelope))
}
