/**
 * `result_cache_max`: results of tasks that have succeeded are kept in this process and not read again, the ones that were
 * used last. As Celery: only a success, which nothing overwrites; `forget()` here forgets it, one elsewhere is not heard of.
 * Celery: celery/backends/base.py (get_task_meta), kombu/utils/functional.py (LRUCache)
 */
import { SUCCESS } from '../states.js'
import type { ResultBackend, ResultMeta } from './result-meta.js'

/** `limit`: how many; 0 or null: all. */
export function cachedResults(backend: ResultBackend, limit: number | null): ResultBackend {
  const kept = new Map<string, ResultMeta>()
  const known = (taskId: string): ResultMeta | undefined => {
    const meta = kept.get(taskId)
    if (meta !== undefined) keep(meta)
    return meta
  }
  const keep = (meta: ResultMeta): ResultMeta => {
    if (meta.status !== SUCCESS) return meta
    kept.delete(meta.task_id) // it is the last one again
    const [oldest] = kept.keys()
    if (limit && kept.size >= limit && oldest !== undefined) kept.delete(oldest)
    kept.set(meta.task_id, meta)
    return meta
  }
  return {
    chords: backend.chords,
    store: (meta) => backend.store(meta),
    get: async (taskId) => known(taskId) ?? keep(await backend.get(taskId)),
    async waitFor(taskId, options) {
      const meta = known(taskId)
      if (meta === undefined) return keep(await backend.waitFor(taskId, options))
      options.onMessage?.(meta)
      return meta
    },
    forget(taskId) {
      kept.delete(taskId)
      return backend.forget(taskId)
    },
    reach: () => backend.reach(),
    close: () => backend.close(),
  }
}
