/**
 * Celery's exceptions by their names and in their tree, with the Python module that results and logs name.
 * Across a process only name, module, message and traceback travel; there they are told apart by name, never by `instanceof`.
 * Celery: celery/exceptions.py, billiard/exceptions.py, kombu/exceptions.py
 */

export class CeleryError extends Error {
  override readonly name: string = 'CeleryError'
  readonly module: string = 'celery.exceptions'
}

export class ImproperlyConfigured extends CeleryError {
  override readonly name: string = 'ImproperlyConfigured'
}
export class SecurityError extends CeleryError {
  override readonly name: string = 'SecurityError'
}

/** Not a failure: tells the trace how the task wants to end. */
export class TaskPredicate extends CeleryError {
  override readonly name: string = 'TaskPredicate'
}
export class Ignore extends TaskPredicate {
  override readonly name: string = 'Ignore'
}
export class Reject extends TaskPredicate {
  override readonly name: string = 'Reject'
  readonly requeue: boolean
  constructor(reason: string, requeue = false) {
    super(reason)
    this.requeue = requeue
  }
}
export class Retry extends TaskPredicate {
  override readonly name: string = 'Retry'
}

export class TaskError extends CeleryError {
  override readonly name: string = 'TaskError'
}
export class QueueNotFound extends TaskError {
  override readonly name: string = 'QueueNotFound'
}
export class NotRegistered extends TaskError {
  override readonly name: string = 'NotRegistered'
}
export class AlreadyRegistered extends TaskError {
  override readonly name: string = 'AlreadyRegistered'
}
export class TimeoutError extends TaskError {
  override readonly name: string = 'TimeoutError'
}
export class MaxRetriesExceededError extends TaskError {
  override readonly name: string = 'MaxRetriesExceededError'
}
export class TaskRevokedError extends TaskError {
  override readonly name: string = 'TaskRevokedError'
}
export class InvalidTaskError extends TaskError {
  override readonly name: string = 'InvalidTaskError'
}
export class ChordError extends TaskError {
  override readonly name: string = 'ChordError'
}

export class BackendError extends CeleryError {
  override readonly name: string = 'BackendError'
}
export class BackendGetMetaError extends BackendError {
  override readonly name: string = 'BackendGetMetaError'
}
export class BackendStoreError extends BackendError {
  override readonly name: string = 'BackendStoreError'
}

/** billiard's: what the pool does to a task. */
export class PoolError extends CeleryError {
  override readonly name: string = 'PoolError'
  override readonly module: string = 'billiard.exceptions'
}
export class SoftTimeLimitExceeded extends PoolError {
  override readonly name: string = 'SoftTimeLimitExceeded'
}
export class TimeLimitExceeded extends PoolError {
  override readonly name: string = 'TimeLimitExceeded'
}
export class WorkerLostError extends PoolError {
  override readonly name: string = 'WorkerLostError'
}
export class Terminated extends PoolError {
  override readonly name: string = 'Terminated'
}

/** kombu's: messages and their broker. */
export class KombuError extends CeleryError {
  override readonly name: string = 'KombuError'
  override readonly module: string = 'kombu.exceptions'
}
/** The broker or the result backend cannot be reached. */
export class OperationalError extends KombuError {
  override readonly name: string = 'OperationalError'
}
export class SerializationError extends KombuError {
  override readonly name: string = 'SerializationError'
}
export class EncodeError extends SerializationError {
  override readonly name: string = 'EncodeError'
}
export class DecodeError extends SerializationError {
  override readonly name: string = 'DecodeError'
}
export class SerializerNotInstalled extends KombuError {
  override readonly name: string = 'SerializerNotInstalled'
}
export class ContentDisallowed extends KombuError {
  override readonly name: string = 'ContentDisallowed'
}

/** Python's own, raised inside kombu's DecodeError. */
export class JSONDecodeError extends CeleryError {
  override readonly name: string = 'JSONDecodeError'
  override readonly module: string = 'json.decoder'
}

/** Python's own: a chord without a result backend. */
export class NotImplementedError extends CeleryError {
  override readonly name: string = 'NotImplementedError'
  override readonly module: string = 'builtins'
}

/** True for an error of that Celery name, whichever process or bundle it was made in. */
export function isErrorOfType(thrown: unknown, type: string): thrown is Error {
  return thrown instanceof Error && thrown.name === type
}
