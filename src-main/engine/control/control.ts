/**
 * An app's remote control of its workers: `app.control.revoke(id, { terminate: true })`. Without `reply` nobody answers, and
 * the list of replies is empty. Celery: celery/app/control.py (Control)
 */
import type { QueueName } from '../ids.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { Channel } from '../transport/channel.js'
import { callRequest, castRequest, type BroadcastOptions, type BroadcastParts, type NodeReply } from './broadcast.js'
import { Inspect, type InspectOptions } from './inspect.js'

export interface RevokeOptions extends BroadcastOptions {
  /** Also ends the task when it runs. */
  readonly terminate?: boolean
  readonly signal?: string
}

export interface AddConsumerOptions extends BroadcastOptions {
  readonly exchange?: string | null
  readonly exchangeType?: string
  readonly routingKey?: string | null
  /** Further fields of kombu's Queue. */
  readonly queue?: WireObject
}

export interface ControlParts extends BroadcastParts {
  readonly channel: Pick<Channel, 'broadcast' | 'ownQueue' | 'purge'>
  /** What a worker of this app consumes by default. */
  readonly queueNames: () => readonly string[]
  readonly warn: (text: string) => void
}

type Replies = Promise<readonly NodeReply[]>

export class Control {
  private readonly parts: ControlParts

  constructor(parts: ControlParts) {
    this.parts = parts
  }

  /** Any command, those of one's own among them, by its name. */
  async broadcast(command: string, args: WireObject = {}, options: BroadcastOptions = {}): Replies {
    const { destination = null, pattern = null, matcher = null, timeoutSeconds = 1, reply = false } = options
    const matching = pattern !== null && matcher !== null ? { pattern, matcher } : {}
    const request = { method: command, arguments: args, destination, ...matching, timeoutSeconds }
    if (reply) return callRequest(this.parts, request, options)
    await castRequest(this.parts, request)
    return []
  }

  /** Asks for what the workers know. */
  inspect(options: InspectOptions = {}): Inspect {
    return new Inspect((command, args) => this.broadcast(command, args, { ...options, reply: true }), this.parts.warn)
  }

  revoke(taskId: string | readonly string[], options: RevokeOptions = {}): Replies {
    const { terminate = false, signal = 'SIGTERM' } = options
    return this.broadcast('revoke', { task_id: taskId, terminate, signal }, options)
  }

  /** By what their messages are stamped with: `{ monitoring_id: ['a', 'b'] }`. */
  revokeByStampedHeaders(headers: Readonly<Record<string, WireValue>>, options: RevokeOptions = {}): Replies {
    const { terminate = false, signal = 'SIGTERM' } = options
    return this.broadcast('revoke_by_stamped_headers', { headers, terminate, signal }, options)
  }

  terminate(taskId: string | readonly string[], options: Omit<RevokeOptions, 'terminate'> = {}): Replies {
    return this.revoke(taskId, { ...options, terminate: true })
  }

  /** Always answered. */
  ping(options: BroadcastOptions = {}): Replies {
    return this.broadcast('ping', {}, { ...options, reply: true })
  }

  /** `10/m`, a number a second, 0 for none. */
  rateLimit(taskName: string, rateLimit: string | number | null, options: BroadcastOptions = {}): Replies {
    return this.broadcast('rate_limit', { task_name: taskName, rate_limit: rateLimit }, options)
  }

  /** Seconds. */
  timeLimit(
    taskName: string,
    limits: { readonly soft?: number | null; readonly hard?: number | null },
    options: BroadcastOptions = {},
  ): Replies {
    const { soft = null, hard = null } = limits
    return this.broadcast('time_limit', { task_name: taskName, hard, soft }, options)
  }

  addConsumer(queue: string, options: AddConsumerOptions = {}): Replies {
    const { exchange = null, exchangeType = 'direct', routingKey = null, queue: more = {} } = options
    const args = { queue, exchange, exchange_type: exchangeType, routing_key: routingKey, ...more }
    return this.broadcast('add_consumer', args, options)
  }

  cancelConsumer(queue: string, options: BroadcastOptions = {}): Replies {
    return this.broadcast('cancel_consumer', { queue }, options)
  }

  enableEvents(options: BroadcastOptions = {}): Replies {
    return this.broadcast('enable_events', {}, options)
  }

  disableEvents(options: BroadcastOptions = {}): Replies {
    return this.broadcast('disable_events', {}, options)
  }

  heartbeat(options: BroadcastOptions = {}): Replies {
    return this.broadcast('heartbeat', {}, options)
  }

  poolGrow(n = 1, options: BroadcastOptions = {}): Replies {
    return this.broadcast('pool_grow', { n }, options)
  }

  poolShrink(n = 1, options: BroadcastOptions = {}): Replies {
    return this.broadcast('pool_shrink', { n }, options)
  }

  poolRestart(
    options: BroadcastOptions & { readonly modules?: readonly string[]; readonly reload?: boolean } = {},
  ): Replies {
    const { modules = null, reload = false } = options
    return this.broadcast('pool_restart', { modules, reload, reloader: null }, options)
  }

  autoscale(max: number, min: number, options: BroadcastOptions = {}): Replies {
    return this.broadcast('autoscale', { max, min }, options)
  }

  shutdown(options: BroadcastOptions = {}): Replies {
    return this.broadcast('shutdown', {}, options)
  }

  /** One of the workers is to do something once. */
  async election(id: string, topic: string, action: WireValue = null): Promise<void> {
    await this.broadcast('election', { id, topic, action })
  }

  /** Deletes what waits in the queues, by default all that the app knows; answers how many messages that were. */
  async purge(queues: readonly string[] = this.parts.queueNames()): Promise<number> {
    let count = 0
    for (const queue of queues) count += await this.parts.channel.purge(queue as QueueName)
    return count
  }

  discardAll(): Promise<number> {
    return this.purge()
  }
}
