/** How a delivery ends, by the ack settings of its task and by how the task ended. PROTOCOL.md 3, 8, 14 */
import { expect, it } from 'vitest'
import type { DeliveryTag, QueueName } from '../../../../src-main/engine/ids.js'
import { readTaskMessage } from '../../../../src-main/engine/message/read.js'
import { Log } from '../../../../src-main/engine/ports/log.js'
import type { ResultMeta } from '../../../../src-main/engine/result-backend/result-meta.js'
import { Signals } from '../../../../src-main/engine/signals/signals.js'
import { Request } from '../../../../src-main/engine/worker/request/request.js'
import { taskSettings } from '../../../../src-main/engine/worker/request/task-settings.js'
import { decide } from '../../../../src-main/engine/worker/strategy.js'
import { WorkerState } from '../../../../src-main/engine/worker/worker-state.js'
import { HeldClock } from '../../../support/held-clock.js'
import { taskEnvelope } from '../../../support/task-envelope.js'

function running(options: Readonly<Record<string, unknown>>) {
  const clock = new HeldClock(0)
  let text = ''
  const log = new Log({
    processName: 'MainProcess',
    level: 'INFO',
    sink: (line) => Promise.resolve(void (text += line)),
    clock,
  })
  const envelope = taskEnvelope({ task: 'tasks.add', id: 'id-1' })
  const no = (): boolean => false
  const decision = decide(readTaskMessage(envelope, new Set(['application/json'])), {
    nowMs: 0,
    isRegistered: () => true,
    isRevoked: no,
    isRateLimited: no,
  })
  if (decision.kind !== 'to-pool') throw new Error(decision.kind)
  const done: string[] = []
  const stored: ResultMeta[] = []
  const state = new WorkerState(clock)
  const request = new Request({
    delivery: {
      envelope,
      deliveryTag: 'tag-1' as DeliveryTag,
      queue: 'celery' as QueueName,
      ack: () => Promise.resolve(void done.push('ack')),
      reject: ({ requeue }) => Promise.resolve(void done.push(requeue ? 'requeue' : 'reject')),
    },
    task: decision.task,
    settings: taskSettings({ name: 'tasks.add', options }, {}),
    nodename: 'celery@test',
    state,
    backend: { store: (meta) => Promise.resolve(void stored.push(meta)) },
    pool: {
      apply: () => void done.push('follow up'),
      terminateJob: (pid, signal) => void done.push(`${signal} to ${pid}`),
    },
    events: { sendTaskEvent: (type) => void done.push(type) },
    signals: new Signals(log),
    clock,
    log,
  })
  request.onAccepted({ pid: 7 })
  return { request, done, stored, state, logText: () => text }
}

const late = { acks_late: true }
const lateKeptOnFailure = { ...late, acks_on_failure_or_timeout: false }
const lateKeptWhenLost = { ...late, reject_on_worker_lost: true }
const failure = { kind: 'failure', exceptionRepr: 'ValueError()', traceback: '' } as const

type Ending = (request: Request) => void
const fails: Ending = (request) => request.onReport(failure)
const loses: Ending = (request) => request.onLost('gone')
const overruns: Ending = (request) => request.onHardTimeLimit(1)
const isStopped: Ending = (request) => request.onTerminated()
const rejects: Ending = (request) => request.onReport({ kind: 'rejected', requeue: true })

it.each([
  ['early, fails', {}, fails, ['ack', 'task-started', 'task-failed'], []],
  ['early, Reject(requeue=True)', {}, rejects, ['ack', 'task-started'], []],
  [
    'early, lost, reject_on_worker_lost',
    { reject_on_worker_lost: true },
    loses,
    ['ack', 'task-started', 'task-failed'],
    ['FAILURE'],
  ],
  ['early, stopped cold', {}, isStopped, ['ack', 'task-started', 'task-cancelled'], ['RETRY']],
  [
    'early, stopped cold, result ignored',
    { ignore_result: true },
    isStopped,
    ['ack', 'task-started', 'task-cancelled'],
    [],
  ],
  ['late, fails', late, fails, ['task-started', 'ack', 'task-failed'], []],
  [
    'late, fails, not acked then',
    lateKeptOnFailure,
    fails,
    ['task-started', 'reject', 'task-rejected', 'task-failed'],
    [],
  ],
  ['late, Reject(requeue=True)', late, rejects, ['task-started', 'requeue', 'task-rejected'], []],
  ['late, lost', late, loses, ['task-started', 'task-failed', 'ack'], ['FAILURE']],
  ['late, lost, reject_on_worker_lost', lateKeptWhenLost, loses, ['task-started', 'requeue', 'task-rejected'], []],
  ['late, over its time', late, overruns, ['task-started', 'task-failed', 'ack'], ['FAILURE']],
  [
    'late, over its time, not acked then',
    lateKeptOnFailure,
    overruns,
    ['task-started', 'requeue', 'task-rejected'],
    ['FAILURE'],
  ],
  ['late, stopped cold', late, isStopped, ['task-started', 'task-cancelled'], []],
] as const)('%s', async (_name, options, end, expected, states) => {
  const { request, done, stored, state } = running(options)
  end(request)
  await state.settled()
  expect(done).toEqual(expected)
  expect(stored.map(({ status }) => status)).toEqual(states)
  expect(state.active.size).toBe(0)
})

it('a late task whose ack was lost with the link is ended when the app asks for it, in the words of Celery', () => {
  const { request, done, logText } = running(late)
  request.cancel()
  request.onTerminated()
  expect(done).toEqual(['task-started', 'SIGTERM to 7', 'task-cancelled'])
  expect(logText()).toContain(
    ': WARNING/MainProcess] Task tasks.add[id-1] cannot be acknowledged after a connection loss since late ' +
      'acknowledgement is enabled for it.\nTerminating it instead.\n',
  )
})

it('a task that acked early runs on when the link is lost', () => {
  const { request, done } = running({})
  request.cancel()
  expect(done).toEqual(['ack', 'task-started'])
})
