/**
 * What may be said about a task when it is defined: Celery's attributes of a task, spelled as TypeScript does.
 * Celery: celery/app/task.py (the attributes of Task), celery/app/autoretry.py
 */
import { ImproperlyConfigured } from '../errors.js'
import type { TaskInfo } from '../trace/task-runner.js'
import type { RetryTaskOptions } from './retry-task-options.js'
import { handlerNames, type TaskHandlers } from './task-handlers.js'

/** An error class, or the name of one: `ValueError` of a task elsewhere is no class here. */
export type ErrorKind = (abstract new (...args: never[]) => Error) | string

export interface TaskOptions extends RetryTaskOptions, TaskHandlers {
  /** Names of the parameters in their order, so that keyword arguments of a Python caller find their places. */
  readonly params?: readonly string[]
  /** The last parameter is an object of all other keyword arguments, as Python's `**kwargs`. */
  readonly kwargs?: boolean
  readonly acksLate?: boolean
  readonly acksOnFailureOrTimeout?: boolean
  readonly rejectOnWorkerLost?: boolean
  readonly ignoreResult?: boolean
  readonly storeErrorsEvenIfIgnored?: boolean
  readonly trackStarted?: boolean
  readonly sendEvents?: boolean
  /** Seconds. */
  readonly timeLimit?: number
  /** Seconds. */
  readonly softTimeLimit?: number
  /** `10/m`, or tasks a second. */
  readonly rateLimit?: string | number
  readonly autoretryFor?: readonly ErrorKind[]
  readonly dontAutoretryFor?: readonly ErrorKind[]
  /** Errors that are part of the task's life: a line at INFO, no traceback. */
  readonly throws?: readonly ErrorKind[]
  readonly queue?: string
  readonly exchange?: string
  readonly routingKey?: string
  readonly priority?: number
  /** Seconds. */
  readonly expires?: number
  readonly serializer?: string
  readonly compression?: string
  readonly deliveryMode?: number | 'transient' | 'persistent'
}

/** What only the process that runs the task has to know. */
const ownAffairs = new Set<string>([
  'params',
  'kwargs',
  'autoretryFor',
  'dontAutoretryFor',
  'throws',
  'bind',
  ...handlerNames,
])
const known = new Set([
  ...ownAffairs,
  ...['acksLate', 'acksOnFailureOrTimeout', 'rejectOnWorkerLost', 'ignoreResult', 'storeErrorsEvenIfIgnored'],
  ...['trackStarted', 'sendEvents', 'timeLimit', 'softTimeLimit', 'rateLimit', 'maxRetries', 'defaultRetryDelay'],
  ...['retryBackoff', 'retryBackoffMax', 'retryJitter', 'queue', 'exchange', 'routingKey', 'priority', 'expires'],
  ...['serializer', 'compression', 'deliveryMode'],
])

/** JavaScript does not look at types: a misspelt option would be silently without effect. */
export function refuseUnknownOptions(task: string, options: object): void {
  for (const name of Object.keys(options)) {
    if (known.has(name)) continue
    const meant = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const hint = known.has(meant) ? `; here it is called ${meant}` : `, expected one of ${[...known].join(', ')}`
    throw new ImproperlyConfigured(`the task ${task} has an option ${name}, which no task has${hint}`)
  }
}

/** By Celery's names, as the worker reads them. */
export function taskInfo(name: string, options: TaskOptions): TaskInfo {
  const told = Object.entries(options).filter(([key, value]) => !ownAffairs.has(key) && value != null)
  return { name, options: Object.fromEntries(told.map(([key, value]) => [pythonName(key), value])) }
}

function pythonName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
