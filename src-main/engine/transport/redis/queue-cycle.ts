/**
 * In which order BRPOP is asked for the queues. `round_robin`: the one that delivered goes to the end; `sorted`: by name;
 * `priority`: as they were given. Celery: kombu/utils/scheduling.py (queue_order_strategy)
 */
import { ImproperlyConfigured } from '../../errors.js'

export type QueueOrder = 'round_robin' | 'sorted' | 'priority'

export class QueueCycle<Q extends string> {
  private queues: Q[]
  private readonly order: QueueOrder

  constructor(order: QueueOrder, queues: readonly Q[]) {
    this.order = order
    this.queues = [...queues]
  }

  get inOrder(): readonly Q[] {
    return this.order === 'sorted' ? [...this.queues].sort() : this.queues
  }

  has(queue: Q): boolean {
    return this.queues.includes(queue)
  }

  add(queue: Q): void {
    if (!this.has(queue)) this.queues.push(queue)
  }

  remove(queue: Q): void {
    this.queues = this.queues.filter((one) => one !== queue)
  }

  delivered(queue: Q): void {
    if (this.order === 'round_robin') this.queues = [...this.queues.filter((one) => one !== queue), queue]
  }
}

export function readQueueOrder(value: unknown): QueueOrder {
  if (value === undefined || value === null) return 'round_robin'
  if (value === 'round_robin' || value === 'sorted' || value === 'priority') return value
  throw new ImproperlyConfigured(
    `the transport option queue_order_strategy is ${String(value)}, expected round_robin, sorted or priority`,
  )
}
