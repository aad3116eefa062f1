/**
 * Plays a recorded scenario to our workers: what its clients put into Redis is put there again, when all that came before
 * it has happened here too; and everything the workers tell Redis meanwhile is collected.
 */
import type { Redis } from 'ioredis'
import { stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import type { RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { bodyOf, idsIn, type Fact } from './facts.js'
import { logRecords } from './log-records.js'
import { readOrder, type RecordedWorker, type WorkerOrder } from './recorded-worker.js'
import { readKeys } from './redis-keys.js'
import { keysOf, type Uncompared } from './snapshots.js'
import { inTime, loggedSoFar, readTimeline, type Moment, type Snapshot, type Timeline } from './timeline.js'
import { WatchedRedis } from './watched-redis.js'

export interface ReplayOptions {
  readonly server: RedisServer
  readonly start: (order: WorkerOrder, timeline: Timeline) => RecordedWorker
  /** Called with each moment's time of day before it: where the worker's clock is ours, it goes there. */
  readonly moveTo?: (atMs: number) => void
  /** Called again and again while something is waited for that does not come: the worker's clock goes on. */
  readonly nudge?: () => void
  /** Steps other than the start and the signals of main processes: a child that is killed. True: seen to. */
  readonly onStep?: (step: string, playing: Playing) => Promise<boolean> | boolean
  /** What a message becomes before it is put: where the clock is not ours, its dates are moved. */
  readonly changed?: (envelope: WireObject) => WireObject
  /** What is told in the recording and is not waited for. */
  readonly ignored?: (fact: Fact) => boolean
  /** Records that are not waited for. */
  readonly unlogged?: RegExp
  /** Where the worker saw what was put in another order. */
  readonly arrival?: (moments: readonly Moment[]) => readonly Moment[]
  readonly patienceSeconds?: number
  readonly uncomparedKeys?: Uncompared
  /** Nothing more is played from this step on. */
  readonly until?: string
  /** Called before a fact of the recording is waited for. */
  readonly onAwaited?: (fact: Fact) => void
}

export interface Playing {
  readonly workers: ReadonlyMap<string, RecordedWorker>
  readonly redis: Redis
}

export interface Replayed {
  readonly timeline: Timeline
  readonly facts: readonly Fact[]
  readonly snapshots: readonly Snapshot[]
  /** Role to log. */
  readonly logs: Readonly<Record<string, string>>
  /** What the recording tells at that point and never came here. */
  readonly missed: readonly string[]
}

export async function replay(folder: string, options: ReplayOptions): Promise<Replayed> {
  const timeline = readTimeline(folder)
  const watched = new WatchedRedis(options.server)
  const { facts } = watched
  await watched.start()
  await watched.redis.flushall()
  const play = new Play(timeline, options, watched)
  try {
    for (const moment of options.arrival?.(timeline.moments) ?? timeline.moments) {
      if (moment.kind === 'step' && moment.step === options.until) break
      await play.moment(moment)
    }
    await play.end()
    const logs = Object.fromEntries([...play.workers].map(([role, worker]) => [role, worker.log()]))
    return { timeline, facts, snapshots: play.snapshots, logs, missed: play.missed }
  } finally {
    for (const worker of play.workers.values()) await worker.stop()
    watched.stop()
  }
}

class Play {
  readonly workers = new Map<string, RecordedWorker>()
  readonly snapshots: Snapshot[] = []
  readonly missed: string[] = []
  private readonly timeline: Timeline
  private readonly options: ReplayOptions
  private readonly watched: WatchedRedis
  private readonly knownIds: ReadonlySet<string>
  private readonly expected = new Map<string, number>()
  /** Records that never came. */
  private unsaid = 0

  constructor(timeline: Timeline, options: ReplayOptions, watched: WatchedRedis) {
    this.timeline = timeline
    this.options = options
    this.watched = watched
    this.knownIds = new Set(timeline.moments.flatMap((moment) => (moment.kind === 'put' ? idsIn(moment.fact) : [])))
  }

  get redis(): Redis {
    return this.watched.redis
  }

  async moment(moment: Moment): Promise<void> {
    if (moment.kind === 'put' || (moment.kind === 'step' && moment.step.startsWith('start ')))
      await this.ready(moment.at)
    this.options.moveTo?.(this.timeline.startMs + moment.at * 1000)
    switch (moment.kind) {
      case 'put':
        return this.put(moment.fact)
      case 'told':
        return this.heard(moment.fact)
      case 'step':
        return this.step(moment.step)
      case 'logged':
        if (!this.options.unlogged?.test(moment.line)) await this.logs(moment)
    }
  }

  /** Asks, and helps the clock on when the answer is no for longer than Redis and the worker need. */
  private nudging(ask: () => boolean, nudge = this.options.nudge): () => boolean {
    const beganMs = Date.now()
    return () => {
      if (Date.now() - beganMs > 100) nudge?.()
      return ask()
    }
  }

  async end(): Promise<void> {
    const time = setInterval(() => this.options.nudge?.(), 10)
    try {
      for (const worker of this.workers.values()) await worker.stop()
    } finally {
      clearInterval(time)
    }
    const final = this.timeline.snapshots.find(({ label }) => label.startsWith('final'))
    if (final && this.options.until === undefined) await this.look(final.label)
  }

  private async put({ op, key, ttl, value }: Fact): Promise<void> {
    const { changed = (envelope) => envelope } = this.options
    switch (op) {
      case 'SETEX':
        await this.redis.setex(key, ttl ?? 1, typeof value === 'object' ? stringifyJson(value) : String(value))
        return
      case 'PUBLISH':
        await this.bindReplies(value as WireObject)
        await this.redis.publish(key, stringifyJson(inTime(changed(value as WireObject))))
        return
      default:
        await this.bind(value as WireObject, key)
        await this.redis.lpush(key, stringifyJson(changed(value as WireObject)))
    }
  }

  /** What a client has declared before it sends; to an exchange of its own its worker declares the queue. */
  private async bind({ properties }: WireObject, list: string): Promise<void> {
    const { routing_key: key, exchange } = (properties as WireObject).delivery_info as WireObject
    if (exchange !== '') return
    const queue = String(key)
    const { separator } = this.timeline
    const prefix = list.slice(0, Math.max(0, list.indexOf(queue)))
    await this.redis.sadd(`${prefix}_kombu.binding.${queue}`, `${queue}${separator}${separator}${queue}`)
  }

  /** A caller listens before it asks. */
  private async bindReplies(request: WireObject): Promise<void> {
    const { reply_to: replyTo } = bodyOf(request) as { readonly reply_to?: WireObject }
    if (!replyTo) return
    const oid = replyTo.routing_key as string
    const sep = '\x06\x16'
    await this.redis.sadd('_kombu.binding.reply.celery.pidbox', `${oid}${sep}${sep}${oid}.reply.celery.pidbox`)
  }

  private async heard(fact: Fact): Promise<void> {
    this.options.onAwaited?.(fact)
    if (fact.about === 'worker-heartbeat' || this.options.ignored?.(fact)) return
    const kind = this.kindOf(fact)
    const times = (this.expected.get(kind) ?? 0) + 1
    this.expected.set(kind, times)
    const patience = this.missed.length < 3 ? (this.options.patienceSeconds ?? 60) : 0.05
    try {
      const isTold = (): boolean => this.watched.facts.filter((one) => this.kindOf(one) === kind).length >= times
      await waitFor(kind, this.nudging(isTold), { timeoutSeconds: patience })
    } catch {
      this.missed.push(`${kind} for the ${times}. time`)
    }
  }

  /** Ids that a worker made up are none that the recording has. */
  private kindOf({ kind, about, value }: Fact): string {
    const what = kind === 'event' ? String((value as WireObject).type) : kind
    return `${what} ${this.nameOf(about)}`
  }

  private nameOf(id: string): string {
    return this.knownIds.has(id) || !/^[0-9a-f-]{36}$/.test(id) ? id : '(a new id)'
  }

  private async step(step: string): Promise<void> {
    if (await this.options.onStep?.(step, this)) return
    const order = readOrder(step)
    if (order) return this.startWorker(order)
    if (step.startsWith('kill -SIG')) await this.logged()
    const [, signal, pid] = /^kill -(SIG\w+) (\d+)$/.exec(step) ?? []
    if (signal) await this.workers.get(this.timeline.roles.get(Number(pid)) ?? '')?.signal(signal)
    if (step.startsWith('redis-server: kill')) return this.killRedis()
    if (step.startsWith('redis is back')) return this.watched.restart()
    if (step.startsWith('snapshot: ')) await this.look(step.slice('snapshot: '.length))
  }

  /** It comes back when the workers have asked for it as often as the recorded ones had by then. */
  private async killRedis(): Promise<void> {
    await this.watched.kill()
    const attempts = (log = ''): number => log.split('Trying again in').length - 1
    const nudge = (): void => void Array.from({ length: 20 }, () => this.options.nudge?.())
    for (const [role, worker] of this.workers) {
      const recorded = Math.max(1, attempts(this.timeline.logs[role]))
      const isWaiting = this.nudging(() => attempts(worker.log()) >= recorded, nudge)
      await waitFor('Redis was asked in vain', isWaiting, { describe: () => worker.log() })
    }
  }

  /** It begins when the recorded one did: Python needs seconds for that, and nothing waits until it has connected. */
  private async startWorker(order: WorkerOrder): Promise<void> {
    const beganMs = this.loggedMs(order.role, '')
    if (beganMs !== null) this.options.moveTo?.(beganMs)
    const worker = this.options.start(order, this.timeline)
    this.workers.set(order.role, worker)
    await waitFor('the worker has connected', () => worker.log().includes('Connected to'), {
      describe: () => worker.log(),
    })
  }

  /** Workers that were ready by then are ready here too. */
  private async ready(at: number): Promise<void> {
    for (const [role, worker] of this.workers) {
      const readyMs = this.loggedMs(role, '[^\\n]* ready\\.$')
      if (readyMs === null || readyMs > this.timeline.startMs + at * 1000) continue
      await waitFor(
        `${role} is ready`,
        this.nudging(() => worker.log().includes(' ready.')),
        { describe: () => worker.log() },
      )
    }
  }

  /** The time of day of the first record that is like that. */
  private loggedMs(role: string, record: string): number | null {
    const found = new RegExp(`^\\[(\\S+) ([\\d:]+),(\\d+): ${record}`, 'm').exec(this.timeline.logs[role] ?? '')
    return found === null ? null : Date.parse(`${found[1]}T${found[2]}.${found[3]}Z`)
  }

  /** Nothing goes on before the logs say what the recorded ones said by then; the logs themselves are compared at the end. */
  private async logs({ task, what }: { readonly task: string; readonly what: string }): Promise<void> {
    const isSame = (one: { readonly task: string; readonly what: string }): boolean =>
      one.what === what && this.nameOf(one.task) === this.nameOf(task)
    const key = `${what} ${this.nameOf(task)} in the log`
    const times = (this.expected.get(key) ?? 0) + 1
    this.expected.set(key, times)
    const seen = (): number =>
      [...this.workers.values()].flatMap((worker) => loggedSoFar(worker.log())).filter(isSame).length
    const timeoutSeconds = this.unsaid < 3 ? (this.options.patienceSeconds ?? 30) : 0.02
    await waitFor(
      key,
      this.nudging(() => seen() >= times),
      { timeoutSeconds },
    ).catch(() => (this.unsaid += 1))
  }

  /** Where no fact says that a task has ended, its log does. */
  private async logged(): Promise<void> {
    const told = (log: string): number => logRecords(log).filter((record) => record.includes(' Task ')).length
    const isWhole = ([role, worker]: [string, RecordedWorker]): boolean => {
      const whole = told(this.timeline.logs[role] ?? '')
      return told(worker.log()) >= whole
    }
    await waitFor('the logs', () => [...this.workers].every(isWhole), { timeoutSeconds: 2 }).catch(() => {})
  }

  /** Acks and bindings follow what was told by a moment. */
  private async look(label: string): Promise<void> {
    const recorded = this.timeline.snapshots.find((one) => one.label === label)
    if (!recorded) return
    const { uncomparedKeys } = this.options
    const theirs = JSON.stringify(keysOf(recorded, uncomparedKeys))
    let latest: Snapshot = { label, keys: {} }
    await waitFor(
      label,
      async () => {
        latest = { label, keys: await readKeys(this.redis) }
        return JSON.stringify(keysOf(latest, uncomparedKeys)) === theirs
      },
      { timeoutSeconds: 3 },
    ).catch(() => {}) // the test compares them
    this.snapshots.push(latest)
  }
}
