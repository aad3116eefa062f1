import { describe, expect, it } from 'vitest'
import { Log } from '../../../src-main/engine/ports/log.js'
import type { ResultMeta } from '../../../src-main/engine/result-backend/result-meta.js'
import { PyFloat } from '../../../src-main/engine/serialization/wire-value.js'
import { Signals, type SignalName } from '../../../src-main/engine/signals/signals.js'
import { Children } from '../../../src-main/engine/trace/children.js'
import type {
  AfterwardsPart,
  RaisedError,
  TaskOutcome,
  TaskRunner,
} from '../../../src-main/engine/trace/task-runner.js'
import type { TraceJob, TraceReport } from '../../../src-main/engine/trace/trace-job.js'
import { traceTask, type TraceParts } from '../../../src-main/engine/trace/trace.js'
import { HeldClock } from '../../support/held-clock.js'

const job: TraceJob = {
  taskName: 'tasks.add',
  displayName: 'tasks.add',
  taskId: 'id',
  argsJson: '[2, 3]',
  kwargsJson: '{}',
  requestJson: '{}',
  groupId: null,
  parentId: null,
  retries: 0,
  queue: 'celery',
  ignoreResult: false,
  storeErrorsEvenIfIgnored: false,
  trackStarted: false,
  resultExtended: false,
  deduplicates: false,
  continues: false,
}
const success: TaskOutcome = { kind: 'success', resultJson: '5', resultRepr: '5', runtimeSeconds: 0.1 }
const error = {
  excType: 'ValueError',
  excModule: 'builtins',
  excMessageJson: '["bad", 2.0]',
  repr: "ValueError('bad', 2.0)",
  tracebackText: 'Traceback (most recent call last):\nValueError: bad\n',
}
const failure: TaskOutcome = { kind: 'failure', error, runtimeSeconds: 0.1, expected: false }
const retry: TaskOutcome = { kind: 'retry', error, countdownSeconds: 1, message: 'Retry in 1s', tracebackText: 'T\n' }

const pending = { result: null, traceback: null, children: [], date_done: null, task_id: 'id' }
const succeeded = new Set(['done'])

interface Traced {
  readonly report: TraceReport
  readonly stored: readonly ResultMeta[]
  readonly log: string
  readonly signals: readonly SignalName[]
}

async function trace(
  change: Partial<TraceJob>,
  run: TaskOutcome | ((children: Children) => Promise<TaskOutcome>),
  store: (meta: ResultMeta) => Promise<void> = () => Promise.resolve(),
  afterwards: TaskRunner['afterwards'] = () => Promise.resolve(null),
  continuation: TraceParts['continuation'] = null,
): Promise<Traced> {
  const clock = new HeldClock(Date.UTC(2026, 10, 22, 11, 37, 19))
  const stored: ResultMeta[] = []
  const sent: SignalName[] = []
  let text = ''
  const sink = (line: string): Promise<void> => Promise.resolve(void (text += line))
  const log = new Log({ processName: 'ForkPoolWorker-1', level: 'INFO', sink, clock })
  const signals = new Signals(log)
  const names: readonly SignalName[] = ['task_prerun', 'task_success', 'task_failure', 'task_retry', 'task_postrun']
  for (const name of [...names, 'task_internal_error' as const]) signals.connect(name, () => sent.push(name))
  const children = new Children()
  let seconds = 100
  const report = await traceTask(
    { ...job, ...change },
    {
      runner: {
        run: () => (typeof run === 'function' ? run(children) : Promise.resolve(run)),
        afterwards: (part) => afterwards(part),
      },
      backend: {
        get: (taskId) =>
          Promise.resolve(
            succeeded.has(taskId) ? { ...pending, status: 'SUCCESS', result: 7 } : { ...pending, status: 'PENDING' },
          ),
        store: async (meta) => {
          await store(meta)
          stored.push(meta)
        },
      },
      children,
      continuation,
      signals,
      log,
      clock,
      monotonicSeconds: () => (seconds += 0.25),
      nodename: 'celery@host',
      pid: 42,
    },
  )
  return { report, stored, log: text, signals: sent }
}

describe('tracing one task', () => {
  it('stores a success as Celery does, logs it and reports it', async () => {
    const { report, stored, log, signals } = await trace({}, success)
    expect(stored).toEqual([
      {
        status: 'SUCCESS',
        result: 5,
        traceback: null,
        children: [],
        date_done: '2026-11-22T11:37:19+00:00',
        task_id: 'id',
      },
    ])
    expect(log).toContain('INFO/ForkPoolWorker-1] Task tasks.add[id] succeeded in 0.25s: 5\n')
    expect(report).toEqual({ kind: 'success', resultRepr: '5', runtimeSeconds: 0.25 })
    expect(signals).toEqual(['task_prerun', 'task_success', 'task_postrun'])
  })

  it('stores a failure with type, arguments and traceback', async () => {
    const { report, stored, signals } = await trace({ groupId: 'g', parentId: 'p' }, failure)
    expect(stored).toMatchObject([
      {
        status: 'FAILURE',
        result: { exc_type: 'ValueError', exc_message: ['bad', new PyFloat(2)], exc_module: 'builtins' },
        traceback: error.tracebackText,
        group_id: 'g',
        parent_id: 'p',
      },
    ])
    expect(report).toMatchObject({ kind: 'failure', exceptionRepr: "ValueError('bad', 2.0)" })
    expect(signals).toEqual(['task_prerun', 'task_failure', 'task_postrun'])
  })

  it('stores RETRY without a time of completion', async () => {
    const { report, stored } = await trace({}, retry)
    expect(stored).toMatchObject([{ status: 'RETRY', date_done: null, traceback: 'T\n' }])
    expect(report).toMatchObject({ kind: 'retry' })
  })

  it.each([
    [{ kind: 'ignore' } as const, 'ignored'],
    [{ kind: 'reject', requeue: true, reason: 'later', tracebackText: 'T\n' } as const, 'rejected'],
  ])('stores nothing for %j', async (outcome, kind) => {
    const { report, stored } = await trace({}, outcome)
    expect(stored).toEqual([])
    expect(report.kind).toBe(kind)
  })

  it('stores nothing when nobody wants the result, and a failure only when errors are wanted all the same', async () => {
    expect((await trace({ ignoreResult: true, trackStarted: true }, success)).stored).toEqual([])
    expect((await trace({ ignoreResult: true }, failure)).stored).toEqual([])
    const kept = await trace({ ignoreResult: true, storeErrorsEvenIfIgnored: true }, failure)
    expect(kept.stored).toMatchObject([{ status: 'FAILURE' }])
  })

  it('stores STARTED first when it is tracked, and the extended fields when asked for', async () => {
    const { stored } = await trace({ trackStarted: true, resultExtended: true }, success)
    const extended = { name: 'tasks.add', args: [2, 3], kwargs: {}, worker: 'celery@host', retries: 0, queue: 'celery' }
    expect(stored).toMatchObject([
      { status: 'STARTED', result: { pid: 42, hostname: 'celery@host' }, date_done: null, ...extended },
      { status: 'SUCCESS', result: 5, ...extended },
    ])
    const order = [
      'status',
      'result',
      'traceback',
      'children',
      'date_done',
      'name',
      'args',
      'kwargs',
      'worker',
      'retries',
    ]
    expect(Object.keys(stored[1]!)).toEqual([...order, 'queue', 'task_id'])
  })

  it('lists what the task has sent as its children', async () => {
    const { stored } = await trace({}, (children) => {
      children.add('id', 'child-1')
      children.add('another', 'not-ours')
      children.add('id', 'child-2')
      return Promise.resolve(success)
    })
    expect(stored[0]!.children).toEqual([
      [['child-1', null], null],
      [['child-2', null], null],
    ])
  })

  it.each([
    ['kwargs that are a list', { kwargsJson: '[]' }, 'Task keyword arguments is not a mapping'],
    ['args that are an object', { argsJson: '{}' }, 'Task positional arguments is not a sequence'],
  ])('refuses %s without running anything', async (_what, change, message) => {
    const { report, stored, log } = await trace(change, () => Promise.reject(new Error('it ran')))
    expect(report).toMatchObject({ kind: 'internal-error', exceptionRepr: `InvalidTaskError('${message}')` })
    expect(log).toContain(`RuntimeWarning: Exception raised outside body: InvalidTaskError('${message}'):`)
    expect(stored).toEqual([])
  })

  it('does not run a task again that has succeeded, when it is asked to look', async () => {
    const run = (): Promise<TaskOutcome> => Promise.reject(new Error('it ran'))
    const { report, stored, log } = await trace({ taskId: 'done', deduplicates: true }, run)
    expect(report).toEqual({ kind: 'success', resultRepr: null, runtimeSeconds: null })
    expect(stored).toEqual([])
    expect(log).toContain('INFO/ForkPoolWorker-1] Task tasks.add[done] Task already completed successfully.\n')
    expect((await trace({ taskId: 'new', deduplicates: true }, success)).stored).toHaveLength(1)
    expect((await trace({ taskId: 'done' }, success)).stored).toHaveLength(1)
  })

  it('sends what follows such a task: it may have stored its success by itself, and been rejected then', async () => {
    const followed: TaskOutcome[] = []
    const nothing = (): Promise<void> => Promise.resolve()
    const continuation = {
      beforeStore: (_job: TraceJob, outcome: TaskOutcome) => Promise.resolve(void followed.push(outcome)),
      afterStore: nothing,
      afterEnded: nothing,
    }
    const never = (): Promise<TaskOutcome> => Promise.reject(new Error('it ran'))
    const job = { taskId: 'done', deduplicates: true, continues: true }
    const { report } = await trace(job, never, nothing, undefined, continuation)
    expect(report.kind).toBe('success')
    expect(followed).toEqual([expect.objectContaining({ kind: 'success', resultJson: '7' })])
  })

  describe('with handlers of its own', () => {
    const both: TaskOutcome = { ...success, afterwards: ['stored', 'logged'] }
    const raised: RaisedError = { ...error, repr: "ValueError('in a handler')" }
    const keeping = (
      parts: string[],
      raises: AfterwardsPart | null = null,
    ): ((part: AfterwardsPart | 'end') => Promise<RaisedError | null>) => {
      return (part) => Promise.resolve(void parts.push(part)).then(() => (part === raises ? raised : null))
    }
    const stores = (parts: string[]) => (): Promise<void> => Promise.resolve(void parts.push('store'))

    it('runs them once the result is stored, and once the end is logged', async () => {
      const parts: string[] = []
      const { report } = await trace({}, both, stores(parts), keeping(parts))
      expect(parts).toEqual(['store', 'stored', 'logged'])
      expect(report.kind).toBe('success')
    })

    it.each([
      ['stored', ['stored']],
      ['logged', ['stored', 'logged']],
    ] as const)('reports what one raises when %s: the result stays', async (part, asked) => {
      const parts: string[] = []
      const { report, stored, log } = await trace({}, both, undefined, keeping(parts, part))
      expect(parts).toEqual(asked)
      expect(stored).toMatchObject([{ status: 'SUCCESS' }])
      expect(report).toEqual({
        kind: 'internal-error',
        exceptionRepr: raised.repr,
        traceback: error.tracebackText,
      })
      expect(log).toContain(`RuntimeWarning: Exception raised outside body: ${raised.repr}:\nTraceback`)
    })

    it('lets go of the task when its result cannot be stored', async () => {
      const fails = (): Promise<void> => Promise.reject(new Error('Redis is away'))
      const [withLast, without]: [string[], string[]] = [[], []]
      await trace({}, both, fails, keeping(withLast))
      await trace({}, { ...success, afterwards: ['stored'] }, fails, keeping(without))
      expect(withLast).toEqual(['end'])
      expect(without).toEqual(['end'])
    })
  })

  it('reports a store that fails instead of ending its process', async () => {
    const { report, signals } = await trace({}, success, () => Promise.reject(new Error('Redis is away')))
    expect(report).toMatchObject({ kind: 'internal-error', exceptionRepr: "Error('Redis is away')" })
    expect(signals).toContain('task_internal_error')
  })
})
