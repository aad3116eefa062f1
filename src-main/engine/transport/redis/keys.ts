/**
 * The names of all broker keys and channels in Redis, and which list a priority goes to.
 * Celery: kombu/transport/redis.py (sep, priority_steps, keyprefix_*); PROTOCOL.md 1
 */
import type { QueueName } from '../../ids.js'

/** Between a queue and its priority step, and between the parts of a binding. */
export const separator = '\x06\x16'
export const defaultPrioritySteps: readonly number[] = [0, 3, 6, 9]

export interface KeyOptions {
  readonly db: number
  /** `global_keyprefix`: before every broker key and channel. */
  readonly prefix: string
  readonly prioritySteps: readonly number[]
}

export class RedisKeys {
  readonly unacked: string
  readonly unackedIndex: string
  readonly unackedMutex: string
  private readonly options: KeyOptions

  constructor(options: KeyOptions) {
    this.options = options
    this.unacked = `${options.prefix}unacked`
    this.unackedIndex = `${options.prefix}unacked_index`
    this.unackedMutex = `${options.prefix}unacked_mutex`
  }

  /** The list for a message of that priority: 0 is the most urgent, and the bare queue name. */
  list(queue: string, priority: number): string {
    const step = this.options.prioritySteps.reduce((found, one) => (one <= priority ? one : found), 0)
    return this.listOfStep(queue, step)
  }

  /** All lists of one queue, most urgent first. */
  lists(queue: string): readonly string[] {
    return this.options.prioritySteps.map((step) => this.listOfStep(queue, step))
  }

  /**
   * What BRPOP waits on: every queue's most urgent list, then every queue's next …, so that a less urgent list of any
   * queue is read only when every more urgent list of all queues is empty.
   */
  brpopOrder(queues: readonly QueueName[]): readonly { readonly key: string; readonly queue: QueueName }[] {
    return this.options.prioritySteps.flatMap((step) =>
      queues.map((queue) => ({ key: this.listOfStep(queue, step), queue })),
    )
  }

  binding(exchange: string): string {
    return `${this.options.prefix}_kombu.binding.${exchange}`
  }

  /** Where list items that are no messages are kept for whoever wants to look. */
  parked(queue: string): string {
    return `${this.options.prefix}${queue}.unreadable`
  }

  /** `/0.celeryev/worker.heartbeat`, or `/0.celery.pidbox` without a routing key. */
  channel(exchange: string, routingKey: string): string {
    const base = `${this.options.prefix}/${this.options.db}.${exchange}`
    return routingKey === '' ? base : `${base}/${routingKey}`
  }

  /** The routing key of a message that came on `channel`. */
  routingKeyOf(channel: string, exchange: string): string {
    return channel.slice(this.channel(exchange, '').length + 1)
  }

  private listOfStep(queue: string, step: number): string {
    return this.options.prefix + (step === 0 ? queue : `${queue}${separator}${step}`)
  }
}

/** A topic exchange's words as the regular expression kombu stores: `a.#` → `^a\\..*?$`. */
export function topicPattern(routingKey: string): string {
  const words = routingKey.split('.').map((word) => ({ '*': '.*?[^\\.]', '#': '.*?' })[word] ?? word)
  return `^${words.join('\\.')}$`
}

/** A member of a binding set. */
export function bindingMember(binding: { routingKey: string; pattern?: string; queue: string }): string {
  return [binding.routingKey, binding.pattern ?? '', binding.queue].join(separator)
}

/** The queues among binding members that a routing key reaches: by equality, or by the pattern of a topic exchange. */
export function boundQueues(members: readonly string[], routingKey: string): readonly string[] {
  return members.flatMap((member) => {
    const [key = '', pattern = '', queue = ''] = member.split(separator)
    const reached = pattern === '' ? key === routingKey : matches(pattern, routingKey)
    return reached && queue !== '' ? [queue] : []
  })
}

/** Other programs write these patterns; one that is no regular expression reaches nothing. */
function matches(pattern: string, routingKey: string): boolean {
  try {
    return new RegExp(pattern).test(routingKey)
  } catch {
    return false
  }
}
