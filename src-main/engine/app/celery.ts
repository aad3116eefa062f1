/**
 * The app: settings, a producer, and results. It connects when first used and is closed by whoever made it.
 * Celery: celery/app/base.py Celery
 */
import { signature, applied, type SignatureParts } from '../canvas/signature.js'
import { EventDispatcher } from '../events/dispatcher.js'
import { LamportClock } from '../events/lamport-clock.js'
import { taskSentFields } from '../events/task-sent.js'
import { buildTaskMessage } from '../message/build.js'
import type { Signature } from '../message/envelope.js'
import type { ParentTask, TaskCall } from '../message/prepare-call.js'
import type { SendOptions } from '../message/send-options.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import { anonymousNodename, systemClock, systemIds } from '../ports/system.js'
import { Producer, type RetryPolicy } from '../producer/producer.js'
import { AsyncResult } from '../result/async-result.js'
import type { ResultBackend } from '../result-backend/result-meta.js'
import { PyTuple } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { Channel } from '../transport/channel.js'
import type { ConnectRedis } from '../transport/redis/connect.js'
import { backendFor, channelFor, type BrokerPorts } from './open-broker.js'
import { settingsFrom, type Settings } from './settings.js'

/** `broker` and `backend` are short for `broker_url` and `result_backend`; all other names are Celery's settings. */
export interface CeleryOptions extends Partial<Settings> {
  readonly broker?: string
  readonly backend?: string
}

export interface CeleryPorts {
  readonly clock?: Clock
  readonly ids?: Ids
  readonly log?: Pick<Log, 'error' | 'warning'>
  readonly connect?: ConnectRedis
  /** `gen1234@host` */
  readonly origin?: string
}

/** A task of another program, callable by its name. */
export interface TaskHandle {
  readonly name: string
  delay(...args: readonly WireValue[]): Promise<AsyncResult>
  applyAsync(
    call?: { readonly args?: readonly WireValue[]; readonly kwargs?: WireObject },
    options?: SendOptions,
  ): Promise<AsyncResult>
  s(...args: readonly WireValue[]): Signature
  si(...args: readonly WireValue[]): Signature
}

export class Celery {
  readonly name: string
  readonly conf: Settings
  private readonly ports: BrokerPorts
  private readonly origin: string
  /** One for each producing app. */
  readonly replyTo: string
  private openChannel: Channel | null = null
  private openBackend: ResultBackend | null = null
  private openEvents: EventDispatcher | null = null

  constructor(name: string, options: CeleryOptions = {}, ports: CeleryPorts = {}) {
    const { broker, backend, ...conf } = options
    this.name = name
    this.conf = settingsFrom({
      ...conf,
      broker_url: broker ?? conf.broker_url ?? null,
      result_backend: backend ?? conf.result_backend ?? null,
    })
    this.ports = {
      clock: ports.clock ?? systemClock,
      ids: ports.ids ?? systemIds,
      log: ports.log ?? { error: (text) => console.error(text), warning: (text) => console.warn(text) },
      ...(ports.connect ? { connect: ports.connect } : {}),
    }
    this.origin = ports.origin ?? anonymousNodename()
    this.replyTo = this.ports.ids.uuid()
  }

  get channel(): Channel {
    this.openChannel ??= channelFor(this.conf, this.ports)
    return this.openChannel
  }

  get backend(): ResultBackend {
    this.openBackend ??= backendFor(this.conf, this.ports)
    return this.openBackend
  }

  private get events(): EventDispatcher {
    const { channel, origin: nodename } = this
    const { clock, ids } = this.ports
    const log = { debug: () => {} } // an event that finds no broker is lost, as Celery's; the message before it was not
    this.openEvents ??= new EventDispatcher(
      { channel, nodename, pid: process.pid, clock, lamport: new LamportClock(), ids, log },
      true,
    )
    return this.openEvents
  }

  /** Sends a task by name; nobody here needs to know it. */
  async sendTask(
    name: string,
    args: readonly WireValue[] | PyTuple = [],
    kwargs: WireObject = {},
    options: SendOptions = {},
  ): Promise<AsyncResult> {
    return this.AsyncResult(await this.publish({ name, args, kwargs, options }, null))
  }

  task(name: string): TaskHandle {
    return {
      name,
      delay: (...args) => this.sendTask(name, new PyTuple(args)),
      applyAsync: (call = {}, options = {}) => this.sendTask(name, new PyTuple(call.args ?? []), call.kwargs, options),
      s: (...args) => this.signature(name, { args }),
      si: (...args) => this.signature(name, { args, immutable: true }),
    }
  }

  signature(task: string, parts: SignatureParts = {}): Signature {
    return signature(task, parts)
  }

  /** Sends a signature of one task now, with more arguments in front of its own. */
  apply(
    sig: Signature,
    call: { readonly args?: readonly WireValue[]; readonly kwargs?: WireObject } = {},
    options: SendOptions = {},
  ): Promise<AsyncResult> {
    const { args, kwargs } = applied(sig, call)
    return this.sendTask(sig.task, new PyTuple(args), kwargs, { ...(sig.options as SendOptions), ...options })
  }

  AsyncResult(taskId: string): AsyncResult {
    return new AsyncResult(taskId, this.backend)
  }

  /** Builds, publishes, answers the task id. `parent` is the task that runs while this is sent. */
  async publish(call: TaskCall, parent: ParentTask | null): Promise<string> {
    const message = buildTaskMessage(call, {
      nowMs: this.ports.clock.nowMs(),
      ids: this.ports.ids,
      origin: this.origin,
      replyTo: this.replyTo,
      conf: this.conf,
      parent,
    })
    const producer = new Producer(this.channel, this.ports.clock)
    await producer.publish(message, this.retryPolicy(call.options))
    if (this.conf.task_send_sent_event) this.events.sendAtOnce('task-sent', taskSentFields(message))
    return message.taskId
  }

  async close(): Promise<void> {
    await this.openEvents?.settled()
    const [channel, backend] = [this.openChannel, this.openBackend]
    this.openEvents = null
    this.openChannel = null
    this.openBackend = null
    await channel?.close()
    await backend?.close()
  }

  private retryPolicy(options: SendOptions): RetryPolicy | null {
    if (!(options.retry ?? this.conf.task_publish_retry)) return null
    return {
      ...this.conf.task_publish_retry_policy,
      ...(options.retry_policy as Partial<RetryPolicy> | null | undefined),
    }
  }
}
