/**
 * A running task's call again: a new message under the same id, one retry on. What is sent with it is what came with it.
 * Celery: celery/app/task.py (retry, signature_from_request), celery/app/autoretry.py, celery/exceptions.py Retry
 */
import { MaxRetriesExceededError, Retry } from '../errors.js'
import type { TaskCall } from '../message/prepare-call.js'
import type { SendOptions } from '../message/send-options.js'
import { toWire } from '../serialization/native-values.js'
import { pythonRepr, PyTuple } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { RetryTaskOptions } from './retry-task-options.js'
import type { TaskRequest } from './task-request.js'

type Resent =
  | 'countdown'
  | 'eta'
  | 'expires'
  | 'queue'
  | 'exchange'
  | 'routing_key'
  | 'priority'
  | 'serializer'
  | 'compression'
  | 'headers'
  | 'shadow'
  | 'time_limit'
  | 'soft_time_limit'
  | 'link'
  | 'link_error'

export interface RetryOptions extends Pick<SendOptions, Resent> {
  /** Other arguments than this time. */
  readonly args?: readonly WireValue[]
  readonly kwargs?: WireObject
  /** What went wrong: stored as the result until the next try, and thrown when there is none. */
  readonly exc?: Error
  readonly maxRetries?: number | null
}

/** Tells the trace that the task has been published again. */
export class TaskRetry extends Retry {
  readonly exc: Error | null
  readonly countdownSeconds: number | null

  constructor(parts: { exc: Error | null; excRepr: string | null; when: SendOptions['eta'] | number }) {
    const { exc, excRepr, when } = parts
    super(`Retry ${humanized(when)}${excRepr === null ? '' : `: ${excRepr}`}`)
    this.exc = exc
    this.countdownSeconds = typeof when === 'number' ? when : null
  }
}

export type RetryDecision =
  | { readonly kind: 'send'; readonly call: TaskCall; readonly when: SendOptions['eta'] | number }
  | { readonly kind: 'give-up'; readonly error: Error }

export function decideRetry(task: RetryTaskOptions, request: TaskRequest, options: RetryOptions): RetryDecision {
  const { exc, maxRetries: _, args, kwargs, ...given } = options
  const retries = request.retries + 1
  const most =
    options.maxRetries === undefined ? (task.maxRetries === undefined ? 3 : task.maxRetries) : options.maxRetries
  const callArgs = args ?? request.args
  const callKwargs = kwargs ?? request.kwargs
  if (most !== null && retries > most) {
    const shown = `args:${pythonRepr(new PyTuple(callArgs))} kwargs:${pythonRepr(callKwargs)}`
    return {
      kind: 'give-up',
      error: exc ?? new MaxRetriesExceededError(`Can't retry ${request.task}[${request.id}] ${shown}`),
    }
  }
  const countdown = given.eta == null ? (given.countdown ?? task.defaultRetryDelay ?? 180) : null
  const own = { ...carriedOn(request), ...given, ...(countdown === null ? {} : { countdown }), retries }
  return {
    kind: 'send',
    call: { name: request.task, args: new PyTuple(callArgs.map(toWire)), kwargs: callKwargs, options: own },
    when: given.eta ?? countdown ?? 0,
  }
}

/** Doubles with each retry up to the maximum; with jitter anything up to that. */
export function backoffSeconds(task: RetryTaskOptions, retries: number, random: () => number): number | undefined {
  if (!task.retryBackoff) return undefined
  const factor = Math.trunc(Math.max(1, Number(task.retryBackoff)))
  const countdown = Math.min(task.retryBackoffMax ?? 600, factor * 2 ** retries)
  return task.retryJitter === false ? countdown : Math.floor(random() * (countdown + 1))
}

/** As Celery's Context.as_execution_options. */
function carriedOn(request: TaskRequest): SendOptions {
  const { delivery_info: info, timelimit, headers } = request
  const options = {
    task_id: request.id,
    root_id: request.root_id,
    parent_id: request.parent_id,
    group_id: request.group,
    group_index: request.group_index,
    shadow: request.shadow,
    chord: request.chord,
    chain: request.chain,
    link: request.callbacks,
    link_error: request.errbacks,
    expires: request.expires,
    time_limit: timelimit[0],
    soft_time_limit: timelimit[1],
    headers: Object.keys(headers).length > 0 ? headers : null,
    reply_to: request.reply_to,
    replaced_task_nesting: request.replaced_task_nesting === 0 ? null : request.replaced_task_nesting,
    origin: request.origin,
    priority: info.priority ?? null,
    ...(request.stamped_headers === null ? {} : { stamped_headers: request.stamped_headers, ...request.stamps }),
    ...(info.exchange === '' ? { queue: info.routing_key ?? null } : info), // else through the named exchange that it came by
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as SendOptions // its own names
}

function humanized(when: SendOptions['eta'] | number): string {
  if (typeof when === 'number') return `in ${pythonRepr(when)}s`
  if (when instanceof Date) return `at ${when.toISOString().replace('T', ' ').replace('Z', '+00:00')}`
  return `at ${typeof when === 'string' ? when : pythonRepr(when ?? null)}`
}
