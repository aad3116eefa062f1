/** What a worker cannot go on with: it says so and ends with 1. Celery: celery/worker/worker.py (WorkController.start) */
import { isErrorOfType } from '../errors.js'
import { withTraceback } from '../ports/log.js'
import { pythonRepr } from '../serialization/python-repr.js'

/** Redis is not there, or is and refuses a command: a key of its own is of another kind, its memory is full. */
export function isUnrecoverable(error: unknown): error is Error {
  return isErrorOfType(error, 'OperationalError') || isErrorOfType(error, 'ReplyError')
}

/** With the error as Python would show it; what Redis replies is redis-py's ResponseError. */
export function unrecoverableWords(error: Error): string {
  const name = error.name === 'ReplyError' ? 'ResponseError' : error.name
  return withTraceback(`Unrecoverable error: ${name}(${pythonRepr(error.message)})`, error)
}
