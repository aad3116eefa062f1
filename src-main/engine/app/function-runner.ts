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
import { FAILURE, IGNORED, REJECTED, RETRY, SUCCESS } from '../states.js'
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
import { listenedTo, type CodeSignals } from './code-signals.js'
import { sendHostSignal } from './host-signals.js'
import { asError, isOneOf, raisedError, tracebackText } from './raised-error.js'
import { backoffSeconds, decideRetry, TaskRetry, type RetryOptions } from './retry.js'
import { RunningTask } from './running-task.js'
import { scheduleAsData } from './schedule-as-data.js'
import { settingsAsData } from './settings-as-data.js'
import type { Task } from './task.js'
import { TaskRun } from './task-run.js'
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
  readonly signals: CodeSignals
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
  /** While code of its own is still to run. */
  private ended: TaskRun | null = null

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
    const signals = listenedTo(app.signals)
    return Promise.resolve({ kind: 'loaded', tasks, appName: app.name, conf, fingerprint, signals })
  }

  async run(job: TaskJob): Promise<TaskOutcome> {
    const { app } = this.parts
    if (job.taskName === errbacksJob) return this.errbacks.call(app, job.kwargsJson)
    await this.afterwards('end') // of a task whose result could not be stored
    const request = readTaskRequest(job.taskName, job.requestJson)
    const task = app.tasks.get(job.taskName)
    const beganAt = this.parts.monotonicSeconds()
    if (task === undefined) return this.failure(new NotRegistered(job.taskName), request, beganAt, {})
    const self = this.runningTask(task.options, request)
    this.current = self
    try {
      const run = await this.begin(task, self, job)
      const outcome = await this.outcomeOf(run, { task, self, job })
      const { afterwards } = run
      this.ended = afterwards.length > 0 ? run : null
      return afterwards.length > 0 ? { ...outcome, afterwards } : outcome
    } catch (thrown) {
      return this.failure(asError(thrown), request, beganAt, task.options) // the message has no arguments: nothing has run
    } finally {
      this.current = null
      self.bodyEnded()
    }
  }

  afterwards(part: AfterwardsPart | 'end'): Promise<RaisedError | null> {
    return this.ended?.run(part) ?? Promise.resolve(null)
  }

  /** Sends one of the signals of which `load` said that the code listens to it. */
  signal(name: string, fieldsJson: string): Promise<void> {
    const fields = parseJson(fieldsJson)
    return sendHostSignal(this.parts.app, name, isObject(fields) ? fields : {})
  }

  softTimeLimit(): void {
    this.current?.interrupt()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  private async begin(task: Task, self: RunningTask, job: TaskJob): Promise<TaskRun> {
    const [args, kwargs] = [parseJson(job.argsJson), parseJson(job.kwargsJson)]
    if (!Array.isArray(args)) throw new InvalidTaskError('Task arguments is not a list')
    if (!isObject(kwargs)) throw new InvalidTaskError('Task keyword arguments is not a mapping')
    const { running, signals } = this.parts.app
    const run = new TaskRun({
      task,
      self,
      args: (args as readonly WireValue[]).map(fromWire), // isArray does not narrow readonly arrays
      kwargs: fromWire(kwargs) as Readonly<Record<string, unknown>>, // of an object
      signals,
      asCurrent: (code) => running.run(self, code),
    })
    await run.begin()
    return run
  }

  private async outcomeOf(
    run: TaskRun,
    { task, self, job }: { readonly task: Task; readonly self: RunningTask; readonly job: TaskJob },
  ): Promise<TaskOutcome> {
    const beganAt = this.parts.monotonicSeconds()
    try {
      const value = await this.body(task, self, { ...run.given, job })
      const result = toWire(value)
      const runtimeSeconds = this.parts.monotonicSeconds() - beganAt
      const resultRepr = saferepr(result, resultreprMaxLength)
      run.ended(SUCCESS, value)
      return { kind: 'success', resultJson: stringifyJson(result), resultRepr, runtimeSeconds }
    } catch (thrown) {
      const error = asError(thrown)
      run.ended(stateOf(error), error)
      return this.endedBy(error, { request: self.request, beganAt, options: task.options })
    }
  }

  private async body(
    task: Task,
    self: RunningTask,
    {
      args,
      kwargs,
      job,
    }: {
      readonly args: readonly unknown[]
      readonly kwargs: Readonly<Record<string, unknown>>
      readonly job: TaskJob
    },
  ): Promise<unknown> {
    const { running } = this.parts.app
    const { beforeStart } = task.options
    if (beforeStart) await running.run(self, () => beforeStart(self))
    try {
      const inOrder = task.takesMessage
        ? [parseJson(job.argsJson), parseJson(job.kwargsJson)]
        : argumentsInOrder(task.callable, args, kwargs)
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

  private endedBy(
    error: Error,
    {
      request,
      beganAt,
      options,
    }: { readonly request: TaskRequest; readonly beganAt: number; readonly options: TaskOptions },
  ): TaskOutcome {
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

function stateOf(error: Error): string {
  if (error instanceof Ignore) return IGNORED
  if (error instanceof Reject) return REJECTED
  return error instanceof TaskRetry ? RETRY : FAILURE
}

/** Where a stack ends for the task's author; see raised-error.ts. */
async function celeryTaskBoundary(task: Task, self: RunningTask, args: readonly unknown[]): Promise<unknown> {
  return await task.call(self, args)
}
