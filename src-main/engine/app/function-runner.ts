/**
 * The TaskRunner for tasks that are TypeScript functions of an app: for a worker in the app's own process, and for the
 * threads of node-host. Celery: celery/app/trace.py
 */
import { createHash } from 'node:crypto'
import type { AsyncLocalStorage } from 'node:async_hooks'
import type { BeatEntry } from '../beat/beat-schedule.js'
import { Ignore, InvalidTaskError, NotRegistered, Reject } from '../errors.js'
import { isObject } from '../message/shapes.js'
import type { ParentTask, TaskCall } from '../message/prepare-call.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import { fromWire, toWire } from '../serialization/native-values.js'
import { saferepr } from '../serialization/saferepr.js'
import { FAILURE, RETRY, SUCCESS } from '../states.js'
import type {
  AfterwardsPart,
  LoadResult,
  RaisedError,
  TaskJob,
  TaskLogRecord,
  TaskOutcome,
  TaskRunner,
} from '../trace/task-runner.js'
import { argumentsInOrder } from './call-arguments.js'
import { Errbacks, errbacksJob } from './errbacks.js'
import { asError, isOneOf, raisedError, tracebackText } from './raised-error.js'
import { backoffSeconds, decideRetry, TaskRetry, type RetryOptions } from './retry.js'
import { RunningTask } from './running-task.js'
import { scheduleAsData } from './schedule-as-data.js'
import { settingsAsData } from './settings-as-data.js'
import type { Task } from './task.js'
import { callHandler, partsOf, type EndedTask } from './task-handlers.js'
import type { TaskOptions } from './task-options.js'
import { readTaskRequest, type TaskRequest } from './task-request.js'
import type { WireValue } from '../serialization/wire-value.js'

export interface RunnableApp {
  readonly name: string
  /** The settings as they were given. */
  readonly changes: Readonly<Record<string, unknown>>
  readonly tasks: ReadonlyMap<string, Task>
  readonly periodicTasks: ReadonlyMap<string, BeatEntry>
  readonly running: AsyncLocalStorage<RunningTask>
  publish(call: TaskCall, parent: ParentTask | null): Promise<string>
  storeState(request: TaskRequest, state: string, meta: unknown): Promise<void>
}

export interface FunctionRunnerParts {
  readonly app: RunnableApp
  readonly onLog: (record: TaskLogRecord) => void
  readonly onChild: (parentId: string, childId: string) => void
  readonly onTree: (parentId: string, tree: WireValue) => void
  /** True while a soft time limit waits to be noticed; for hosts that can say so to a loop that never awaits. */
  readonly interrupted: () => boolean
  readonly monotonicSeconds: () => number
  readonly random: () => number
}

/** celery/app/task.py resultrepr_maxsize */
const resultreprMaxLength = 1024

export class FunctionRunner implements TaskRunner {
  private readonly parts: FunctionRunnerParts
  private readonly errbacks = new Errbacks()
  private current: RunningTask | null = null
  /** While handlers of its own are still to run. */
  private ended: EndedTask | null = null

  constructor(parts: FunctionRunnerParts) {
    this.parts = parts
  }

  load(): Promise<LoadResult> {
    const { app } = this.parts
    const tasks = [...app.tasks.values()].map(({ info }) => info).sort((a, b) => (a.name < b.name ? -1 : 1))
    const fingerprint = createHash('sha256').update(JSON.stringify(tasks)).digest('hex').slice(0, 12)
    const { beat_schedule: given, ...settings } = app.changes
    const schedule = scheduleAsData(given, app.periodicTasks)
    const conf = { ...settingsAsData(settings), ...(schedule === null ? {} : { beat_schedule: schedule }) }
    return Promise.resolve({ kind: 'loaded', tasks, appName: app.name, conf, fingerprint })
  }

  async run(job: TaskJob): Promise<TaskOutcome> {
    const { app } = this.parts
    if (job.taskName === errbacksJob) return this.errbacks.call(app, job.kwargsJson)
    const request = readTaskRequest(job.taskName, job.requestJson)
    const task = app.tasks.get(job.taskName)
    const beganAt = this.parts.monotonicSeconds()
    if (task === undefined) return this.failure(new NotRegistered(job.taskName), request, beganAt, {})
    const self = this.runningTask(task.options, request)
    const ended = (state: string, value: unknown): EndedTask => ({ self, handlers: task.options, state, value })
    this.current = self
    try {
      const value = await this.call(task, self, job)
      const result = toWire(value)
      const runtimeSeconds = this.parts.monotonicSeconds() - beganAt
      const resultRepr = saferepr(result, resultreprMaxLength)
      const outcome = { kind: 'success' as const, resultJson: stringifyJson(result), resultRepr, runtimeSeconds }
      return this.withHandlers(outcome, ended(SUCCESS, value))
    } catch (thrown) {
      const error = asError(thrown)
      const outcome = this.outcomeOf(error, request, beganAt, task.options)
      if (error instanceof TaskRetry) return this.withHandlers(outcome, ended(RETRY, error.exc))
      return outcome.kind === 'failure' ? this.withHandlers(outcome, ended(FAILURE, error)) : outcome
    } finally {
      this.current = null
      self.bodyEnded()
    }
  }

  async afterwards(part: AfterwardsPart | 'end'): Promise<RaisedError | null> {
    const { ended } = this
    if (part === 'end' || ended === null) {
      this.ended = null
      return null
    }
    try {
      await this.parts.app.running.run(ended.self, callHandler, part, ended)
      return null
    } catch (thrown) {
      this.ended = null
      return raisedError(thrown, ended.self.name)
    }
  }

  private withHandlers(outcome: TaskOutcome, ended: EndedTask): TaskOutcome {
    const afterwards = partsOf(ended)
    this.ended = afterwards.length > 0 ? ended : null
    return this.ended === null ? outcome : { ...outcome, afterwards }
  }

  softTimeLimit(): void {
    this.current?.interrupt()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  private async call(task: Task, self: RunningTask, job: TaskJob): Promise<unknown> {
    const args = parseJson(job.argsJson)
    const kwargs = parseJson(job.kwargsJson)
    if (!Array.isArray(args)) throw new InvalidTaskError('Task arguments is not a list')
    if (!isObject(kwargs)) throw new InvalidTaskError('Task keyword arguments is not a mapping')
    const given = (args as readonly unknown[]).map((arg) => fromWire(arg as never)) // read from JSON
    const named = fromWire(kwargs) as Readonly<Record<string, unknown>> // of an object
    const { running } = this.parts.app
    const { beforeStart } = task.options
    if (beforeStart) await running.run(self, () => beforeStart(self))
    try {
      const inOrder = task.takesMessage ? [args, kwargs] : argumentsInOrder(task.callable, given, named)
      return await running.run(self, celeryTaskBoundary, task, self, inOrder)
    } catch (thrown) {
      const error = asError(thrown)
      const { autoretryFor = [], dontAutoretryFor = [] } = task.options
      const isOrder = error instanceof Ignore || error instanceof Reject || error instanceof TaskRetry
      if (isOrder || isOneOf(error, dontAutoretryFor) || !isOneOf(error, autoretryFor)) throw thrown
      const countdown = backoffSeconds(task.options, self.request.retries, this.parts.random)
      return self.retry({ exc: error, ...(countdown === undefined ? {} : { countdown }) })
    }
  }

  private runningTask(options: TaskOptions, request: TaskRequest): RunningTask {
    const { app, onLog, onChild, onTree, interrupted } = this.parts
    const named = { name: request.task, id: request.id }
    const self: RunningTask = new RunningTask({
      name: request.task,
      request,
      retry: (given) => this.retry(options, self, given),
      updateState: (state, meta) => app.storeState(request, state, meta),
      write: (level, message) => onLog({ level, loggerName: request.task, message, task: named }),
      interrupted,
      onChild: (childId) => onChild(request.id, childId),
      onTree: (tree) => onTree(request.id, tree),
    })
    return self
  }

  private async retry(options: TaskOptions, self: RunningTask, given: RetryOptions): Promise<TaskRetry> {
    const decision = decideRetry(options, self.request, given)
    if (decision.kind === 'give-up') throw decision.error
    try {
      await this.parts.app.publish(decision.call, self.parent)
    } catch (error) {
      throw new Reject(asError(error).message, false) // As Celery: what cannot be published is not retried
    }
    self.onChild(self.request.id) // As Celery: the new message is a child of this one, under the same id
    const excRepr = given.exc ? raisedError(given.exc, self.name).repr : null
    return new TaskRetry({ exc: given.exc ?? null, excRepr, when: decision.when })
  }

  private outcomeOf(error: Error, request: TaskRequest, beganAt: number, options: TaskOptions): TaskOutcome {
    if (error instanceof Ignore) return { kind: 'ignore' }
    if (error instanceof Reject) {
      return { kind: 'reject', requeue: error.requeue, reason: error.message, tracebackText: tracebackText(error) }
    }
    if (error instanceof TaskRetry) {
      const { exc, countdownSeconds, message } = error
      const raised = exc === null ? null : raisedError(exc, request.task)
      return { kind: 'retry', error: raised, countdownSeconds, message, tracebackText: tracebackText(error) }
    }
    return this.failure(error, request, beganAt, options)
  }

  private failure(error: Error, request: TaskRequest, beganAt: number, options: TaskOptions): TaskOutcome {
    const raised = raisedError(error, request.task)
    this.errbacks.remember(request, error, raised.tracebackText)
    const runtimeSeconds = this.parts.monotonicSeconds() - beganAt
    return { kind: 'failure', error: raised, runtimeSeconds, expected: isOneOf(error, options.throws ?? []) }
  }
}

/** Where a stack ends for the task's author; see raised-error.ts. */
async function celeryTaskBoundary(task: Task, self: RunningTask, args: readonly unknown[]): Promise<unknown> {
  return await task.call(self, args)
}
