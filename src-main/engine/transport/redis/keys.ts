/**
 * The names of all broker keys and channels in Redis, and which list a priority goes to. All of them can be changed by
 * `broker_transport_options`. Celery: kombu/transport/redis.py (sep, priority_steps, keyprefix_*, unacked_*); PROTOCOL.md 1
 */

/** Between a queue and its priority step, and between the parts of a binding. */
export const defaultSeparator = '\x06\x16'
export const defaultPrioritySteps: readonly number[] = [0, 3, 6, 9]

export interface KeyOptions {
  readonly db: number
  /** `global_keyprefix`: before every broker key and channel. */
  readonly prefix?: string
  readonly prioritySteps?: readonly number[]
  /** `sep` */
  readonly separator?: string
  /** `unacked_key`, `unacked_index_key`, `unacked_mutex_key` */
  readonly unacked?: string
  readonly unackedIndex?: string
  readonly unackedMutex?: string
  /** `fanout_prefix`: before the channels of fanout exchanges, `{db}` is the database. false: nothing. */
  readonly fanoutPrefix?: boolean | string
  /** `fanout_patterns`: false: channels do not carry the routing key. */
  readonly fanoutPatterns?: boolean
}

export class RedisKeys {
  readonly unacked: string
  readonly unackedIndex: string
  readonly unackedMutex: string
  readonly separator: string
  private readonly prefix: string
  private readonly prioritySteps: readonly number[]
  private readonly fanoutPrefix: string
  private readonly fanoutPatterns: boolean

  constructor(options: KeyOptions) {
    this.prefix = options.prefix ?? ''
    this.prioritySteps = options.prioritySteps ?? defaultPrioritySteps
    this.separator = options.separator ?? defaultSeparator
    this.unacked = this.prefix + (options.unacked ?? 'unacked')
    this.unackedIndex = this.prefix + (options.unackedIndex ?? 'unacked_index')
    this.unackedMutex = this.prefix + (options.unackedMutex ?? 'unacked_mutex')
    const { fanoutPrefix = true } = options
    const fanout = typeof fanoutPrefix === 'string' ? fanoutPrefix : fanoutPrefix ? '/{db}.' : ''
    this.fanoutPrefix = this.prefix + fanout.replaceAll('{db}', String(options.db))
    this.fanoutPatterns = options.fanoutPatterns ?? true
  }

  /**
   * The list for a message of that priority: 0 is the most urgent, and the bare queue name. As kombu: what is more urgent
   * than the first step goes to the last one.
   */
  list(queue: string, priority: number): string {
    const step = this.prioritySteps.findLast((one) => one <= priority) ?? this.prioritySteps.at(-1)
    return this.listOfStep(queue, step ?? 0)
  }

  /** All lists of one queue, most urgent first. */
  lists(queue: string): readonly string[] {
    return this.prioritySteps.map((step) => this.listOfStep(queue, step))
  }

  /**
   * What BRPOP waits on: every queue's most urgent list, then every queue's next …, so that a less urgent list of any
   * queue is read only when every more urgent list of all queues is empty.
   */
  brpopOrder<Q extends string>(queues: readonly Q[]): readonly { readonly key: string; readonly queue: Q }[] {
    return this.prioritySteps.flatMap((step) => queues.map((queue) => ({ key: this.listOfStep(queue, step), queue })))
  }

  binding(exchange: string): string {
    return `${this.prefix}_kombu.binding.${exchange}`
  }

  /** A member of a binding set. */
  bindingMember(binding: { readonly routingKey: string; readonly pattern?: string; readonly queue: string }): string {
    return [binding.routingKey, binding.pattern ?? '', binding.queue].join(this.separator)
  }

  /** The queues among binding members that a routing key reaches: by equality, or by the pattern of a topic exchange. */
  boundQueues(members: readonly string[], routingKey: string): readonly string[] {
    return members.flatMap((member) => {
      const [key = '', pattern = '', queue = ''] = member.split(this.separator)
      const reached = pattern === '' ? key === routingKey : matches(pattern, routingKey)
      return reached && queue !== '' ? [queue] : []
    })
  }

  /** Where list items that are no messages are kept for whoever wants to look. */
  parked(queue: string): string {
    return `${this.prefix}${queue}.unreadable`
  }

  /** `/0.celeryev/worker.heartbeat`, or `/0.celery.pidbox` without a routing key. */
  channel(exchange: string, routingKey: string): string {
    const base = this.fanoutPrefix + exchange
    return routingKey === '' || !this.fanoutPatterns ? base : `${base}/${routingKey}`
  }

  /** The routing key of a message that came on `channel`. */
  routingKeyOf(channel: string, exchange: string): string {
    return channel.slice(this.channel(exchange, '').length + 1)
  }

  private listOfStep(queue: string, step: number): string {
    return this.prefix + (step === 0 ? queue : `${queue}${this.separator}${step}`)
  }
}

/** Other programs write these patterns; one that is no regular expression reaches nothing. */
function matches(pattern: string, routingKey: string): boolean {
  try {
    return new RegExp(pattern).test(routingKey)
  } catch {
    return false
  }
}
