/**
 * solo and threads: no time limits, no signal to a task, no change of size, as Celery's have none. What a caller of control
 * reads then are the words of Celery's. Celery: celery/concurrency/base.py, solo.py, thread.py
 */
import { implementations, type PoolKind } from './pool-kind.js'
import type { Prefork } from './prefork.js'

export type ConsumersPool = Pick<
  Prefork<unknown>,
  'apply' | 'dropWaiting' | 'terminateJob' | 'size' | 'processes' | 'writes' | 'grow' | 'shrink' | 'restart'
>

/** Python's exception of that name, as its caller reads it. */
class Refused extends Error {
  override readonly name: string
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

export function poolAs(kind: PoolKind, pool: ConsumersPool): ConsumersPool {
  if (kind === 'prefork') return pool
  const taskPool = `<class '${implementations[kind].replace(':', '.')}'>`
  const noSuchMethod = (name: string): never => {
    throw new Refused('AttributeError', `'TaskPool' object has no attribute '${name}'`)
  }
  return {
    get size() {
      return pool.size
    },
    get processes() {
      return pool.processes
    },
    get writes() {
      return pool.writes
    },
    apply: (job, _limits, listener) => pool.apply(job, { soft: null, hard: null }, listener),
    dropWaiting: () => pool.dropWaiting(),
    terminateJob: () => {
      throw new Refused('NotImplementedError', `${taskPool} does not implement kill_job`)
    },
    grow: () => noSuchMethod('grow'),
    shrink: () => noSuchMethod('shrink'),
    restart: () => {
      throw new Refused('NotImplementedError', `${taskPool} does not implement restart`)
    },
  }
}
