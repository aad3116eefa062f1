/**
 * What is asked of a broker beside sending and consuming: how its queues are bound, and to empty one.
 *   purge     MULTI LLEN (each list of the queue) DEL (all of them) EXEC
 *   bindings  SMEMBERS _kombu.binding.<exchange>
 * Celery: kombu/transport/redis.py (_purge), kombu/transport/virtual/base.py (list_bindings)
 */
import type { BoundQueue } from '../channel.js'
import { execAll } from './connect.js'
import type { RedisConnections } from './connections.js'
import type { RedisKeys } from './keys.js'

export class BrokerManagement {
  private readonly connections: RedisConnections
  private readonly keys: RedisKeys

  constructor(connections: RedisConnections, keys: RedisKeys) {
    this.connections = connections
    this.keys = keys
  }

  async purge(queue: string): Promise<number> {
    const lists = this.keys.lists(queue)
    const answers = await this.connections.run((redis) => {
      const commands = redis.multi()
      for (const list of lists) commands.llen(list)
      return execAll(commands.del(...lists))
    })
    return (answers ?? []).slice(0, lists.length).reduce<number>((sum, length) => sum + Number(length), 0)
  }

  async bindings(exchange: string): Promise<readonly BoundQueue[]> {
    const members = await this.connections.run((redis) => redis.smembers(this.keys.binding(exchange)))
    return members.map((member) => {
      const [routingKey = '', pattern = '', queue = ''] = member.split(this.keys.separator)
      return { queue, exchange, routingKey, pattern }
    })
  }
}
