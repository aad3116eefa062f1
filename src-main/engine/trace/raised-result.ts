/** What code raised, as a result stores it. Celery: celery/backends/base.py (prepare_exception) */
import { exceptionResult } from '../result-backend/result-document.js'
import { parseJson } from '../serialization/json.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { RaisedError } from './task-runner.js'

export function raisedResult({ excType, excModule, excMessageJson }: RaisedError): WireValue {
  const args = parseJson(excMessageJson)
  return exceptionResult(excType, excModule, Array.isArray(args) ? args : [args])
}
