/**
 * A task that is defined here: a typed function that can be called now or sent. Celery: celery/app/task.py
 */
import { signature } from '../canvas/signature.js'
import type { Signature } from '../message/envelope.js'
import type { SendOptions } from '../message/send-options.js'
import type { AsyncResult } from '../result/async-result.js'
import { toWire } from '../serialization/native-values.js'
import { PyTuple } from '../serialization/python-repr.js'
import type { WireObject } from '../serialization/wire-value.js'
import type { TaskInfo } from '../trace/task-runner.js'
import { argumentsInOrder, type Callable } from './call-arguments.js'
import type { RunningTask } from './running-task.js'
import { refuseUnknownOptions, taskInfo, type TaskOptions } from './task-options.js'

/** What a caller gets of what a task returned: nothing is Python's None. */
export type Received<R> = Awaited<R> extends undefined | void ? null : Awaited<R>

/** The last arguments of a call: those in front come when the signature is sent. */
export type LastOf<A extends readonly unknown[]> =
  A | (A extends readonly [unknown, ...infer Rest] ? LastOf<Rest> : never)

/** Parameters are `unknown`: a message can hold anything. */
export type TaskBody = (...args: readonly unknown[]) => unknown

export interface TaskParts {
  readonly name: string
  readonly body: TaskBody
  /** The body gets the running task as its first parameter. */
  readonly bound: boolean
  readonly options: TaskOptions
  /** One of the engine's own: after the running task, its body gets args and kwargs as the message had them. */
  readonly takesMessage?: boolean
}

/** The app, as its tasks send through it. */
export interface TaskSender {
  send(name: string, args: PyTuple, kwargs: WireObject, options: SendOptions): Promise<string>
  nativeResult<T>(taskId: string): AsyncResult<T>
  taskDefaults(name: string): SendOptions
}

export class Task<A extends readonly unknown[] = readonly never[], R = unknown> {
  readonly name: string
  readonly options: TaskOptions
  private readonly parts: TaskParts
  private readonly sender: TaskSender

  constructor(parts: TaskParts, sender: TaskSender) {
    this.name = parts.name
    this.options = parts.options
    this.parts = parts
    this.sender = sender
    refuseUnknownOptions(parts.name, parts.options)
  }

  /** The function itself, here and now: nothing is sent. */
  run(...args: A): R {
    const { name, parts } = this
    if (parts.bound) throw new TypeError(`${name} is a bound task: it runs in a worker, send it with delay()`)
    return parts.body(...args) as R // app.task() saw the function's own type
  }

  delay(...args: A): Promise<AsyncResult<Received<R>>> {
    return this.applyAsync({ args })
  }

  async applyAsync(
    call: { readonly args?: A | readonly []; readonly kwargs?: Readonly<Record<string, unknown>> } = {},
    options: SendOptions = {},
  ): Promise<AsyncResult<Received<R>>> {
    const { args = [], kwargs = {} } = call
    argumentsInOrder(this.callable, args, kwargs) // as Celery's typing: a wrong call is refused here, not by the worker
    const sent = { ...this.sender.taskDefaults(this.name), ...options }
    const wireKwargs = toWire(kwargs) as WireObject // of an object
    const taskId = await this.sender.send(this.name, new PyTuple(args.map(toWire)), wireKwargs, sent)
    return this.sender.nativeResult(taskId)
  }

  /** A call that is not made yet, with at least its last arguments. */
  s(...args: LastOf<A> | readonly []): Signature {
    return signature(this.name, { args: args.map(toWire) })
  }

  /** A call that takes nothing from the task before it. */
  si(...args: A): Signature {
    return signature(this.name, { args: args.map(toWire), immutable: true })
  }

  /** By Celery's names, as a worker reads them. */
  get info(): TaskInfo {
    return taskInfo(this.name, this.options)
  }

  get callable(): Callable {
    const { body, bound } = this.parts
    const { params = null, kwargs = false } = this.options
    const required = Math.max(0, body.length - (bound ? 1 : 0) - (kwargs ? 1 : 0))
    return { name: this.name, required, params, takesKwargs: kwargs }
  }

  get takesMessage(): boolean {
    return this.parts.takesMessage === true
  }

  /** For the runner. The running task is the first parameter of a bound task, and `this` of every `function`. */
  call(self: RunningTask | null, args: readonly unknown[]): unknown {
    const { body, bound } = this.parts
    return bound ? body.call(self, self, ...args) : body.call(self, ...args)
  }

  /** As Celery: such an errback is called where the task failed. A bound one is sent: it may want to retry. */
  get takesException(): boolean {
    return !this.parts.bound && this.parts.body.length > 1
  }
}
