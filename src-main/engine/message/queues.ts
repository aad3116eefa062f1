/**
 * The queues an app knows: those of `task_queues`, or else the default queue alone, and those that are made when they are
 * named first (`task_create_missing_queues`). What a worker consumes of them: -Q, -X.
 * Celery: celery/app/amqp.py Queues; kombu/entity.py
 */
import { ImproperlyConfigured, QueueNotFound } from '../errors.js'
import { pythonRepr, reprString } from '../serialization/python-repr.js'
import type { Queue } from './queue.js'
import { readQueue, readQueues, type QueueDefaults, type QueueSettings } from './read-queues.js'

export interface QueueConf {
  readonly task_queues: QueueSettings | null
  readonly task_default_queue: string
  readonly task_default_exchange: string | null
  readonly task_default_exchange_type: string
  readonly task_default_routing_key: string | null
  readonly task_create_missing_queues: boolean
  readonly task_create_missing_queue_exchange_type: string | null
}

/** An app that says nothing of its queues. */
export const plainQueueConf: QueueConf = {
  task_queues: null,
  task_default_queue: 'celery',
  task_default_exchange: null,
  task_default_exchange_type: 'direct',
  task_default_routing_key: null,
  task_create_missing_queues: true,
  task_create_missing_queue_exchange_type: null,
}

export class Queues {
  private readonly known = new Map<string, Queue>()
  private readonly conf: QueueConf

  constructor(conf: QueueConf) {
    this.conf = conf
    for (const queue of this.fromSettings()) this.known.set(queue.name, queue)
  }

  get all(): readonly Queue[] {
    return [...this.known.values()]
  }

  get default(): Queue {
    return this.named(this.conf.task_default_queue)
  }

  /** Throws QueueNotFound when it is not in task_queues and none may be made. */
  named(name: string): Queue {
    const found = this.find(name)
    if (found) return found
    if (!this.conf.task_create_missing_queues)
      throw new QueueNotFound(`Queue ${reprString(name)} missing from task_queues`)
    const made = this.missing(name)
    this.known.set(name, made)
    return made
  }

  /** Under its name or its alias. */
  has(name: string): boolean {
    return this.find(name) !== undefined
  }

  /** How a queue is bound, whether or not it may be sent to. */
  declared(name: string): Queue {
    return this.find(name) ?? this.missing(name)
  }

  /** By its plain data, as a caller gives one: `queue=Queue('x', Exchange('y'))`. */
  add(queue: unknown): Queue {
    const read = readQueue(queue, this.defaults)
    this.known.set(read.name, read)
    return read
  }

  /** As Celery: -Q names what is consumed, made where it is missing; -X takes away; without either, all that are known. */
  consumed(include: readonly string[] | null, exclude: readonly string[]): readonly Queue[] {
    const selected = include?.length ? include.map((name) => this.selected(name, include)) : this.all
    const unique = [...new Map(selected.map((queue) => [queue.name, queue])).values()]
    return unique.filter(({ name, alias }) => !exclude.includes(name) && !(alias !== null && exclude.includes(alias)))
  }

  private selected(name: string, include: readonly string[]): Queue {
    if (!this.find(name) && !this.conf.task_create_missing_queues)
      throw new ImproperlyConfigured(unknownQueueWords(name, include))
    return this.named(name)
  }

  private find(name: string): Queue | undefined {
    return [...this.known.values()].find((queue) => queue.alias === name) ?? this.known.get(name)
  }

  private missing(name: string): Queue {
    const type = this.conf.task_create_missing_queue_exchange_type
    return readQueue({ name, exchange: { name, type: type ?? 'direct' }, routing_key: name }, this.defaults)
  }

  private fromSettings(): readonly Queue[] {
    const { task_queues: settings, task_default_queue: name } = this.conf
    const queues = readQueues(settings, this.defaults)
    return queues.length > 0 ? queues : [readQueue({ name }, this.defaults)]
  }

  private get defaults(): QueueDefaults {
    const { conf } = this
    return {
      exchange: conf.task_default_exchange ?? conf.task_default_queue,
      exchangeType: conf.task_default_exchange_type,
      routingKey: conf.task_default_routing_key ?? conf.task_default_queue,
    }
  }
}

function unknownQueueWords(name: string, include: readonly string[]): string {
  return `Trying to select queue subset of ${pythonRepr(include)}, but queue ${reprString(name)} isn't
defined in the \`task_queues\` setting.

If you want to automatically declare unknown queues you can
enable the \`task_create_missing_queues\` setting.`
}
