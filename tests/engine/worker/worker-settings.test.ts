/** Settings that the worker reads off the loaded code, where no other test names them. */
import { expect, test } from 'vitest'
import type { LoadedCode } from '../../../src-main/engine/pool/pool-messages.js'
import {
  cancelsOnConnectionLoss,
  prefetchMultiplierOf,
  reducesPrefetchAfterLoss,
  sendsTaskEvents,
} from '../../../src-main/engine/worker/code-facts.js'
import { taskSettings, type TaskSettings } from '../../../src-main/engine/worker/request/task-settings.js'
import { TaskTypes } from '../../../src-main/engine/worker/task-types.js'
import type { WorkerOptions } from '../../../src-main/engine/worker/worker-parts.js'

const options: WorkerOptions = {
  ...{ nodename: 'celery@here', concurrency: 1, queues: null, taskEvents: null, prefetchMultiplier: null },
  ...{ maxTasksPerChild: null, timeLimitSeconds: null, softTimeLimitSeconds: null },
  ...{ mingle: false, gossip: false, heartbeat: false },
}

function codeWith(conf: LoadedCode['conf'], own: Readonly<Record<string, unknown>> = {}): LoadedCode {
  return { tasks: [{ name: 't', options: own }], appName: 'tasks', conf, fingerprint: '' }
}

test.each<readonly [setting: string, attribute: string, read: keyof TaskSettings, standard: boolean]>([
  ['task_acks_late', 'acks_late', 'acksLate', false],
  ['task_acks_on_failure_or_timeout', 'acks_on_failure_or_timeout', 'acksOnFailureOrTimeout', true],
  ['task_reject_on_worker_lost', 'reject_on_worker_lost', 'rejectOnWorkerLost', false],
  ['task_store_errors_even_if_ignored', 'store_errors_even_if_ignored', 'storeErrorsEvenIfIgnored', false],
  ['task_ignore_result', 'ignore_result', 'ignoreResult', false],
  ['task_track_started', 'track_started', 'trackStarted', false],
])('%s holds for a task that says nothing of its own', (setting, attribute, read, standard) => {
  const valueOf = (conf: LoadedCode['conf'], own: Readonly<Record<string, unknown>> = {}): unknown =>
    taskSettings({ name: 't', options: own }, conf)[read]
  expect(valueOf({})).toBe(standard)
  expect(valueOf({ [setting]: !standard })).toBe(!standard)
  expect(valueOf({ [setting]: !standard }, { [attribute]: standard })).toBe(standard)
})

test('task_default_rate_limit holds for tasks without a rate of their own', () => {
  const conf = { task_default_rate_limit: '120/m' }
  expect(new TaskTypes(codeWith(conf), options).rateOf('t')).toBe(2)
  expect(new TaskTypes(codeWith(conf, { rate_limit: '5/s' }), options).rateOf('t')).toBe(5)
  expect(new TaskTypes(codeWith({}), options).rateOf('t')).toBe(0)
})

test('task_time_limit and task_soft_time_limit hold for tasks without limits of their own', () => {
  const limits = (own: Readonly<Record<string, unknown>>): readonly unknown[] => {
    const read = taskSettings({ name: 't', options: own }, { task_time_limit: 9, task_soft_time_limit: 7 })
    return [read.timeLimitSeconds, read.softTimeLimitSeconds]
  }
  expect(limits({})).toEqual([9, 7])
  expect(limits({ time_limit: 5, soft_time_limit: 3 })).toEqual([5, 3])
})

test('worker_prefetch_multiplier, which the command line goes before', () => {
  const code = codeWith({ worker_prefetch_multiplier: 1 })
  expect(prefetchMultiplierOf(code, options)).toBe(1)
  expect(prefetchMultiplierOf(code, { ...options, prefetchMultiplier: 2 })).toBe(2)
  expect(prefetchMultiplierOf(codeWith({}), options)).toBe(4)
})

test('worker_cancel_long_running_tasks_on_connection_loss and worker_enable_prefetch_count_reduction', () => {
  expect(cancelsOnConnectionLoss(codeWith({}))).toBe(false)
  expect(cancelsOnConnectionLoss(codeWith({ worker_cancel_long_running_tasks_on_connection_loss: true }))).toBe(true)
  expect(reducesPrefetchAfterLoss(codeWith({}))).toBe(true)
  expect(reducesPrefetchAfterLoss(codeWith({ worker_enable_prefetch_count_reduction: false }))).toBe(false)
})

test('worker_send_task_events sends them without -E, and the command line goes before it', () => {
  const code = codeWith({ worker_send_task_events: true })
  expect(sendsTaskEvents(code, options)).toBe(true)
  expect(sendsTaskEvents(code, { ...options, taskEvents: false })).toBe(false)
  expect(sendsTaskEvents(codeWith({}), options)).toBe(false)
})
