import { describe, expect, it } from 'vitest'
import { poolAs, type ConsumersPool } from '../../../src-main/engine/pool/inline-pool.js'
import { poolKindOf, readPoolKind, unknownPoolWords } from '../../../src-main/engine/pool/pool-kind.js'
import { overMemoryWords, recyclingLimits } from '../../../src-main/engine/pool/recycling.js'
import { workerStats } from '../../../src-main/engine/worker/worker-stats.js'

describe('the pool that is asked for', () => {
  it('is the one of -P, then that of worker_pool, then prefork', () => {
    expect(poolKindOf('solo', { worker_pool: 'threads' })).toBe('solo')
    expect(poolKindOf(null, { worker_pool: 'celery.concurrency.thread:TaskPool' })).toBe('threads')
    expect(poolKindOf(null, { worker_pool: 'processes' })).toBe('prefork')
    expect(poolKindOf(null, {})).toBe('prefork')
  })

  it('is refused by name when it is of green threads', () => {
    expect(readPoolKind('gevent')).toBeNull()
    expect(poolKindOf(null, { worker_pool: 'eventlet' })).toBeNull()
    expect(unknownPoolWords('gevent')).toBe(
      "'gevent' is not one of 'prefork', 'solo', 'threads', whose green threads exist in CPython alone.",
    )
  })
})

describe('solo and threads', () => {
  const applied: unknown[] = []
  const pool: ConsumersPool = {
    size: 1,
    processes: [],
    writes: [],
    apply: (_job, limits) => void applied.push(limits),
    dropWaiting: () => {},
    terminateJob: () => {},
    grow: () => {},
    shrink: () => {},
    restart: () => {},
  }
  const job = {} as Parameters<ConsumersPool['apply']>[0]
  const listener = {} as Parameters<ConsumersPool['apply']>[2]

  it('know no time limits', () => {
    poolAs('threads', pool).apply(job, { soft: 1, hard: 2 }, listener)
    poolAs('prefork', pool).apply(job, { soft: 1, hard: 2 }, listener)
    expect(applied).toEqual([
      { soft: null, hard: null },
      { soft: 1, hard: 2 },
    ])
  })

  it('refuse what they cannot do in the words of Celery', () => {
    const { terminateJob, grow } = poolAs('threads', pool)
    expect(() => terminateJob(1, 'SIGTERM')).toThrow(
      expect.objectContaining({
        name: 'NotImplementedError',
        message: "<class 'celery.concurrency.thread.TaskPool'> does not implement kill_job",
      }),
    )
    expect(() => grow(1)).toThrow("'TaskPool' object has no attribute 'grow'")
  })

  it('never replace a process for its age or size', () => {
    const limits = { maxTasksPerChild: 3, maxMemoryPerChild: 4 }
    expect(recyclingLimits({ ...limits, pool: 'solo' }, {})).toEqual({ tasks: null, memoryKiB: null })
    expect(recyclingLimits({}, { worker_pool: 'threads', worker_max_tasks_per_child: 3 })).toEqual({
      tasks: null,
      memoryKiB: null,
    })
  })

  it('are named by inspect stats', () => {
    const facts = {
      totals: new Map(),
      pid: 7,
      clock: 1,
      uptimeSeconds: 1,
      brokerUrl: 'redis://127.0.0.1:6379/0',
      transportOptions: {},
      connectTimeoutSeconds: 4,
      prefetchCount: 4,
      autoscaler: null,
    }
    const shown = { size: 1, processes: [], writes: [], maxTasksPerChild: null, timeouts: [null, null] } as const
    expect(workerStats({ ...facts, pool: { ...shown, kind: 'solo' } })).toMatchObject({
      pool: { implementation: 'celery.concurrency.solo:TaskPool', 'max-concurrency': 1, processes: [7], timeouts: [] },
    })
  })
})

describe('a pool process', () => {
  it('is replaced by the numbers of the command line, else by the settings', () => {
    const conf = { worker_max_tasks_per_child: 5, worker_max_memory_per_child: 100 }
    expect(recyclingLimits({}, conf)).toEqual({ tasks: 5, memoryKiB: 100 })
    expect(recyclingLimits({ maxTasksPerChild: 1, maxMemoryPerChild: 2 }, conf)).toEqual({ tasks: 1, memoryKiB: 2 })
  })

  it('says how much too much it uses, as billiard', () => {
    const limits = { tasks: null, memoryKiB: 100 }
    expect(overMemoryWords(limits, 100)).toBeNull()
    expect(overMemoryWords(limits, 101)).toBe(
      '\nchild process exiting after exceeding memory limit (101KiB / 100KiB)\n',
    )
    expect(overMemoryWords({ tasks: null, memoryKiB: null }, 101)).toBeNull()
  })
})
