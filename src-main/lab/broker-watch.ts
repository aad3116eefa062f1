/**
 * What happens in Redis, as facts: its command stream, Celery's events, and queue lengths. Also the lab's own few commands.
 * Connections come back by themselves when Redis does.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Fact } from '../contract/feed.js'
import type { MonitorCommand } from '../record/monitor-line.js'
import { QueueLengths } from '../record/queue-lengths.js'
import { RedisCommandStream } from '../record/redis-command-stream.js'
import { SeenMessages } from '../record/seen-messages.js'
import { WireFacts, listKeys } from '../record/wire-facts.js'
import { LAB_ITSELF, RESULTS_DB, type RedisLinks } from './redis-links.js'
import { Monitor } from './monitor.js'
import { EXPIRED_PATTERN, ResultWatch } from './result-watch.js'

export interface BrokerWatchOptions {
  readonly links: RedisLinks
  readonly tell: (fact: Fact) => void
  readonly nowMs: () => number
}

export interface BrokerState {
  readonly waiting: number
  readonly unacked: number
}

const RECONNECT_AFTER_MS = 200
const REWRITE_LOOK_MS = 20
const ANSWERS_WITHIN_MS = 5_000

export class BrokerWatch {
  readonly #options: BrokerWatchOptions
  readonly messages = new SeenMessages()
  readonly #wire = new WireFacts((deliveryTag, envelope) => this.messages.see(deliveryTag, envelope))
  readonly #lengths: QueueLengths
  readonly #results: ResultWatch
  readonly monitor: Monitor
  #stream: RedisCommandStream | null = null
  #commands: Redis | null = null
  #events: Redis | null = null
  #resultCommands: Redis | null = null
  #lastChangeMs = 0
  /** How often it was stopped: a start that a stop has overtaken must leave nothing behind. */
  #stops = 0

  constructor(options: BrokerWatchOptions) {
    this.#options = options
    this.#lengths = new QueueLengths({
      ask: (keys) => this.#askLengths(keys),
      queues: () => this.#wire.queues,
      onLengths: (fact) => options.tell(fact),
    })
    this.monitor = new Monitor(options.tell)
    this.#results = new ResultWatch({ records: this.#wire.results, tell: options.tell, nowMs: options.nowMs })
  }

  /** Resolves when everything that happens from now on is seen. Rejects when it is stopped meanwhile. */
  async start(): Promise<void> {
    const { links } = this.#options
    const stops = this.#stops
    const url = await links.urlFor(LAB_ITSELF)
    this.#goOnUnlessStoppedSince(stops)
    this.#stream = new RedisCommandStream({
      target: () => links.redis ?? { host: '127.0.0.1', port: 0, password: '' },
      onCommand: (command) => this.#hear(command),
      onGap: () => this.#lengths.changed(),
    })
    await this.#stream.start()
    this.#goOnUnlessStoppedSince(stops)
    this.#commands = connection(url)
    this.#events = connection(url)
    this.#events.on('pmessage', (pattern: string, _channel: string, message: string) => {
      if (pattern === EXPIRED_PATTERN) this.#results.expired(message)
    })
    await this.#events.psubscribe(EXPIRED_PATTERN)
    await this.monitor.listen(this.#events)
    this.#resultCommands = connection(await links.urlFor(LAB_ITSELF, RESULTS_DB))
    // Also the first time: nothing is known yet then, so nothing is asked.
    this.#resultCommands.on('ready', () => void this.#results.askWhatIsKept(this.#resultCommands))
    this.#lengths.start()
  }

  #goOnUnlessStoppedSince(stops: number): void {
    if (this.#stops !== stops) throw new Error('stopped while it was started')
  }

  stop(): void {
    this.#stops += 1
    this.#lengths.stop()
    this.#stream?.stop()
    this.#commands?.disconnect()
    this.monitor.stop()
    this.#events?.disconnect()
    this.#resultCommands?.disconnect()
    this.#results.stop()
    this.#resultCommands = null
    this.#stream = null
    this.#commands = null
    this.#events = null
  }

  /** How long ago a message last moved. */
  get quietMs(): number {
    return this.#options.nowMs() - this.#lastChangeMs
  }

  async state(): Promise<BrokerState> {
    const answer = await this.#askLengths([...this.#wire.queues].flatMap(listKeys))
    if (answer === null) throw new Error('Redis does not answer')
    return { waiting: answer.lengths.reduce((total, length) => total + length, 0), unacked: answer.unacked }
  }

  /** FLUSHALL: messages, unacked, bindings, and in the other database the results. */
  async empty(): Promise<void> {
    if (this.#commands === null) throw new Error('The lab has no connection to Redis')
    await within(ANSWERS_WITHIN_MS, this.monitor.hearAgain())
    await within(ANSWERS_WITHIN_MS, this.#commands.flushall())
    this.messages.forget()
    this.#wire.forget()
    this.#results.tellCount()
  }

  /** FLUSHDB of the result store's database: what is known of the tasks is gone, and the tasks are not. */
  async flushResults(): Promise<void> {
    // Not left in the client's own queue: it would empty the store of a Redis that has come back.
    if (this.#resultCommands?.status !== 'ready') throw new Error('Redis does not answer')
    await within(ANSWERS_WITHIN_MS, this.#resultCommands.flushdb())
  }

  /** Redis was started again: resolves when all that happens in it is seen again, and tells what it holds. */
  async goOn({ isEmpty }: { readonly isEmpty: boolean }): Promise<void> {
    if (this.#stream === null || this.#commands === null) return // stopped meanwhile
    await within(ANSWERS_WITHIN_MS, Promise.all([this.#stream.whenOn(), this.#commands.ping()]))
    if (isEmpty) this.#wire.forgetMessages() // results are asked for one by one, once the connection is back
    await this.tellLengths()
  }

  /**
   * CONFIG SET appendonly. Resolves when what Redis holds now is in the file: a Redis that is stopped before has not kept it.
   * https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
   */
  async setAppendOnly(on: boolean): Promise<void> {
    const commands = this.#commands
    if (commands === null) throw new Error('The lab has no connection to Redis')
    await within(ANSWERS_WITHIN_MS, commands.config('SET', 'appendonly', on ? 'yes' : 'no'))
    for (const deadline = Date.now() + ANSWERS_WITHIN_MS; on && Date.now() < deadline; await delay(REWRITE_LOOK_MS)) {
      const state = await within(ANSWERS_WITHIN_MS, commands.info('persistence'))
      if (/aof_rewrite_in_progress:0/.test(state) && /aof_rewrite_scheduled:0/.test(state)) return
    }
    if (on) throw new Error(`Redis did not write its append-only file within ${ANSWERS_WITHIN_MS / 1000} seconds`)
  }

  /** A `queue-lengths` fact now, whatever the last one said. */
  async tellLengths(): Promise<void> {
    await this.#lengths.tellAgain()
  }

  #hear(command: MonitorCommand): void {
    const by = this.#options.links.ownerOf(command.client)
    // What the lab does is no news to a learner, but for the one command that a button of theirs asks for.
    if (by === LAB_ITSELF && command.name !== 'FLUSHDB') return
    for (const fact of this.#wire.read({ ...command, by })) {
      if (this.#results.hear(fact)) continue
      this.#options.tell(fact)
      if (fact.kind.startsWith('message-')) {
        this.#lastChangeMs = this.#options.nowMs()
        this.#lengths.changed()
      }
    }
  }

  async #askLengths(keys: readonly string[]): Promise<{ lengths: readonly number[]; unacked: number } | null> {
    if (this.#commands?.status !== 'ready') return null
    try {
      // MULTI, LLEN of each list, HLEN unacked, EXEC: one moment's truth.
      const transaction = keys.reduce((multi, key) => multi.llen(key), this.#commands.multi()).hlen('unacked')
      const answers = (await within(ANSWERS_WITHIN_MS, transaction.exec())) ?? []
      const numbers = answers.map(([, value]) => (typeof value === 'number' ? value : 0))
      return { lengths: numbers.slice(0, -1), unacked: numbers.at(-1) ?? 0 }
    } catch {
      return null // Redis is away; asked again in a second
    }
  }
}

function connection(url: string): Redis {
  const redis = new Redis(url, {
    retryStrategy: () => RECONNECT_AFTER_MS,
    maxRetriesPerRequest: null,
    connectTimeout: ANSWERS_WITHIN_MS,
  })
  redis.on('error', () => undefined) // Redis' end is told by its process; this connection tries again
  return redis
}

function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${limitMs / 1000} seconds`)), limitMs)
  })
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer))
}
