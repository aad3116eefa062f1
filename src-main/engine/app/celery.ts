/**
 * The app: settings, a producer, and results. It connects when first used and is closed by whoever made it.
 * Celery: celery/app/base.py Celery
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { BeatEntry } from '../beat/beat-schedule.js'
import { callDefaults } from '../canvas/call-defaults.js'
import { Control } from '../control/control.js'
import { signature, type SignatureParts } from '../canvas/signature.js'
import { EventDispatcher } from '../events/dispatcher.js'
import { LamportClock } from '../events/lamport-clock.js'
import { taskSentFields } from '../events/task-sent.js'
import { draftTaskMessage, sealTaskMessage } from '../message/build.js'
import type { PublishHooks } from '../message/publish-hooks.js'
import type { Signature } from '../message/envelope.js'
import type { Queues } from '../message/queues.js'
import type { ParentTask, TaskCall } from '../message/prepare-call.js'
import type { SendOptions } from '../message/send-options.js'
import { anonymousNodename } from '../ports/system.js'
import { Producer } from '../producer/producer.js'
import { AsyncResult, type Result } from '../result/async-result.js'
import type { GroupResult } from '../result/group-result.js'
import { ClientLink } from './client-link.js'
import { requestSubject } from './request-subject.js'
import { resultDocument } from '../result-backend/result-document.js'
import type { ResultBackend } from '../result-backend/result-meta.js'
import { fromWire, toWire } from '../serialization/native-values.js'
import type { PyTuple } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { Channel } from '../transport/channel.js'
import { retryOverTime } from '../transport/retry-over-time.js'
import { AppBeat, type AppBeatOptions } from './app-beat.js'
import { applySignature, restoredGroup, type SignatureCall } from './apply-signature.js'
import { builtinTasks } from './builtin-tasks.js'
import { brokerPorts, type CeleryOptions, type CeleryPorts } from './celery-options.js'
import type { CodeSignals } from './code-signals.js'
import { AppWorker, type AppWorkerOptions } from './app-worker.js'
import { namedTask, type TaskHandle } from './named-task.js'
import { backendFor, channelFor, type BrokerPorts } from './open-broker.js'
import { periodicTask, type PeriodicTaskOptions } from './periodic-task.js'
import { connectPolicy, publishPolicy } from './retry-policies.js'
import type { RunningTask } from './running-task.js'
import { signals } from './process-signals.js'
import { publishTexts } from './publish-signals.js'
import { hooksOf } from './publish-texts.js'
import { configured, type Configured } from './configured.js'
import type { Settings } from './settings.js'
import { Task, type TaskBody } from './task.js'
import type { TaskOptions } from './task-options.js'
import type { TaskRequest } from './task-request.js'

export class Celery {
  readonly name: string
  /** What `task(name, function)` has defined, and those that every app has. */
  readonly tasks = new Map<string, Task>()
  /** What `addPeriodicTask` has added to `beat_schedule`. */
  readonly periodicTasks = new Map<string, BeatEntry>()
  /** Which task runs now: what is sent meanwhile is its child. */
  readonly running = new AsyncLocalStorage<RunningTask>()
  readonly ports: BrokerPorts
  /** What its code can connect to. */
  readonly signals: CodeSignals
  /** Asked about every message of a task; null: receivers of the signals. */
  publishHooks: PublishHooks | null = null
  private ownConfig: Configured
  private readonly origin: string
  /** One for each producing app. */
  readonly replyTo: string
  private openChannel: Channel | null = null
  private openBackend: ResultBackend | null = null
  private openEvents: EventDispatcher | null = null
  private readonly link = new ClientLink()
  private readonly lamport = new LamportClock()
  private madeControl: Control | null = null

  constructor(name: string, options: CeleryOptions = {}, ports: CeleryPorts = {}) {
    const { broker, backend, ...conf } = options
    this.name = name
    const broker_url = broker ?? conf.broker_url ?? null
    this.ownConfig = configured({ ...conf, broker_url, result_backend: backend ?? conf.result_backend ?? null })
    this.signals = ports.signals ?? signals
    this.ports = brokerPorts(ports)
    this.origin = ports.origin ?? anonymousNodename()
    this.replyTo = this.ports.ids.uuid()
    for (const task of builtinTasks(this)) this.tasks.set(task.name, task)
  }

  get conf(): Settings {
    return this.ownConfig.conf
  }

  /** The settings as they were given, those of the worker among them. */
  get changes(): Readonly<Record<string, unknown>> {
    return this.ownConfig.changes
  }

  get queues(): Queues {
    return this.ownConfig.queues
  }

  /** More settings, before anything is connected: as receivers of `celeryd_init` change them. */
  configure(changes: Readonly<Record<string, unknown>>): void {
    this.ownConfig = configured({ ...this.changes, ...changes })
  }

  get channel(): Channel {
    this.openChannel ??= channelFor(this.conf, this.queues, this.ports)
    return this.openChannel
  }

  get backend(): ResultBackend {
    this.openBackend ??= backendFor(this.conf, this.ports)
    return this.openBackend
  }

  /** Remote control of this app's workers. */
  get control(): Control {
    const { clock, ids, log } = this.ports
    const connected = async (): Promise<Channel> => {
      const { channel } = this // opened when something is asked
      await channel.connect()
      return channel
    }
    this.madeControl ??= new Control({
      channel: {
        broadcast: async (...given) => (await connected()).broadcast(...given),
        ownQueue: async (...given) => (await connected()).ownQueue(...given),
        purge: async (queue) => (await connected()).purge(queue),
      },
      namespace: this.conf.control_exchange,
      lamport: this.lamport,
      clock,
      ids,
      queueNames: () => this.queues.all.map(({ name }) => name),
      warn: (text) => log.warning(text),
    })
    return this.madeControl
  }

  private get events(): EventDispatcher {
    const { channel, origin: nodename, conf, lamport } = this
    const { clock, ids } = this.ports
    const log = { debug: () => {} } // an event that finds no broker is lost, as Celery's; the message before it was not
    const { event_exchange: exchange, event_serializer: serializer } = conf
    const parts = { channel, nodename, exchange, serializer, pid: process.pid, clock, lamport, ids, log }
    this.openEvents ??= new EventDispatcher(parts, true)
    return this.openEvents
  }

  /** Sends a task by name; nobody here needs to know it. */
  async sendTask(
    name: string,
    args: readonly WireValue[] | PyTuple = [],
    kwargs: WireObject = {},
    options: SendOptions = {},
  ): Promise<AsyncResult> {
    return this.AsyncResult(await this.send(name, args, kwargs, options))
  }

  /** A task of another program, called by its name; values are those of the wire. */
  task(name: string): TaskHandle
  /** Defines a task whose function gets the running task first: its request, retry, updateState. */
  task<A extends readonly unknown[], R>(
    name: string,
    run: (self: RunningTask, ...args: A) => R,
    options: TaskOptions & { readonly bind: true },
  ): Task<A, R>
  /** Defines a task, to be sent from here and to be run by the workers of this app. */
  task<A extends readonly unknown[], R>(name: string, run: (...args: A) => R, options?: TaskOptions): Task<A, R>
  task(
    name: string,
    body?: (...args: never[]) => unknown,
    { bind = false, ...options }: TaskOptions & { readonly bind?: boolean } = {},
  ): TaskHandle | Task {
    if (body === undefined) return namedTask(name, this)
    if (typeof body !== 'function') throw new TypeError(`the task ${name} is ${typeof body}, expected a function`)
    const known = this.tasks.get(name)
    if (known !== undefined) return known // As Celery: the first one with this name wins
    const task = new Task({ name, body: body as TaskBody, bound: bind, options }, this)
    this.tasks.set(name, task)
    return task
  }

  /** Builds and publishes as the task that runs now, when one does; answers the task id. */
  async send(
    name: string,
    args: readonly WireValue[] | PyTuple,
    kwargs: WireObject,
    options: SendOptions,
  ): Promise<string> {
    const self = this.running.getStore()
    self?.checkInterrupt()
    const taskId = await this.publish({ name, args, kwargs, options }, self?.parent ?? null)
    if (options.add_to_parent !== false) self?.onChild(taskId)
    return taskId
  }

  /** A worker for the tasks of this app, in this process unless told otherwise. */
  worker(options: AppWorkerOptions = {}): AppWorker {
    return new AppWorker(this, options)
  }

  /** Beat for the schedule of this app, in this process. */
  beat(options: AppBeatOptions = {}): AppBeat {
    return new AppBeat(this, options)
  }

  /** Beat will send it each time it is due; answers the name of its entry. */
  addPeriodicTask(schedule: BeatEntry['schedule'], sig: Signature, options: PeriodicTaskOptions = {}): string {
    const [name, entry] = periodicTask(schedule, sig, options)
    this.periodicTasks.set(name, entry)
    return name
  }

  /** What a call of a task that is defined here starts from. */
  taskDefaults(name: string): SendOptions {
    const task = this.tasks.get(name)
    if (task === undefined) return {}
    return { ...(this.conf.task_ignore_result ? { ignore_result: true } : {}), ...callDefaults(task.info.options) }
  }

  signature(task: string, parts: SignatureParts = {}): Signature {
    return signature(task, parts)
  }

  /** Sends a signature of any kind now, with more arguments in front of its own; a group's result is a GroupResult. */
  apply(sig: Signature, call: SignatureCall = {}, options: SendOptions = {}): Promise<AsyncResult | GroupResult> {
    const [self, uuid] = [this.running.getStore() ?? null, (): string => this.ports.ids.uuid()]
    return applySignature(sig, call, options as WireObject, { app: this, uuid, self }) // a Date travels as it is
  }

  /** A group's result that was saved, here or by a Python program; null when there is none. */
  restoreGroup(groupId: string): Promise<GroupResult | null> {
    return restoredGroup(groupId, this)
  }

  AsyncResult(taskId: string, parent: Result | null = null): AsyncResult {
    return new AsyncResult(taskId, this.backend, { mayWait: () => this.mayWait }, parent)
  }

  /** A result whose value is taken as `fromWire` gives it: of a task whose type is known here. */
  nativeResult<T>(taskId: string): AsyncResult<T> {
    const read = (value: WireValue): T => fromWire(value) as T // as the task's own type says
    return new AsyncResult<T>(taskId, this.backend, { read, mayWait: () => this.mayWait })
  }

  /** As Celery: a task that waits for another one can hold up the very process that should run it. */
  private get mayWait(): boolean {
    const self = this.running.getStore()
    self?.checkInterrupt()
    return self === undefined
  }

  /** A state of a running task's own. */
  async storeState(request: TaskRequest, state: string, meta: unknown): Promise<void> {
    const extended = this.changes['result_extended'] === true
    const of = requestSubject(request.id, request as unknown as WireObject, extended) // read from JSON
    const atMs = this.ports.clock.nowMs()
    const document = { status: state, result: toWire(meta), traceback: null, children: [], atMs }
    await this.backend.store(resultDocument(of, document))
  }

  /** Answers the task id. `parent` is the task that runs meanwhile; `mayWait`: the caller may ask for the result. */
  async publish(call: TaskCall, parent: ParentTask | null, mayWait = parent === null): Promise<string> {
    const asked = draftTaskMessage(call, {
      nowMs: this.ports.clock.nowMs(),
      ids: this.ports.ids,
      origin: this.origin,
      replyTo: this.replyTo,
      conf: this.conf,
      queues: this.queues,
      routes: this.ownConfig.routes,
      parent,
    })
    const events = this.conf.task_send_sent_event ? this.events : null
    const { before, after } = this.publishHooks ?? hooksOf(publishTexts(this.signals))
    const draft = before ? { ...asked, ...(await before(asked)) } : asked
    const message = sealTaskMessage(draft)
    const { channel, conf, ports } = this
    await this.link.send({
      connect: () => retryOverTime(() => channel.connect(), connectPolicy(conf), ports.clock),
      publish: () => new Producer(channel, ports.clock).publish(message, publishPolicy(conf, call.options)),
      results: mayWait && !message.ignoreResult ? this.backend : null,
    })
    await after?.(draft)
    events?.sendAtOnce('task-sent', taskSentFields(message))
    return message.taskId
  }

  async close(): Promise<void> {
    await this.openEvents?.settled()
    const [channel, backend] = [this.openChannel, this.openBackend]
    this.openEvents = this.openChannel = this.openBackend = null
    await channel?.close()
    await backend?.close()
  }
}
