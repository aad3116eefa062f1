/** Revoked ids as they go from worker to worker: id → [when it was flagged, id]. Celery: celery/utils/collections.py (LimitedSet), celery/worker/control.py (hello) */
import { PyFloat, type WireObject } from '../serialization/wire-value.js'

export function asLimitedSet(ids: ReadonlyMap<string, number>): WireObject {
  return Object.fromEntries([...ids].map(([id, atSeconds]) => [id, [new PyFloat(atSeconds), id]]))
}
