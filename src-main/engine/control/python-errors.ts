/** What Python raises where a command is asked wrongly: name and words are what the caller reads. CPython: Python/ceval.c */
import { reprString } from '../serialization/python-repr.js'

export class PythonError extends Error {
  override readonly name: string
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

export function keyError(key: string): PythonError {
  return new PythonError('KeyError', key)
}
export function valueError(message: string): PythonError {
  return new PythonError('ValueError', message)
}
export function typeError(message: string): PythonError {
  return new PythonError('TypeError', message)
}

/** `ValueError('Pool restarts not enabled')` */
export function errorRepr(error: unknown): string {
  return error instanceof Error ? `${error.name}(${reprString(error.message)})` : String(error)
}
