import { expect, it } from 'vitest'
import type { DeliveryTag, QueueName } from '../../../../src-main/engine/ids.js'
import { Log } from '../../../../src-main/engine/ports/log.js'
import { Signals } from '../../../../src-main/engine/signals/signals.js'
import type { ConsumeOptions, Delivery } from '../../../../src-main/engine/transport/channel.js'
import { TasksStep } from '../../../../src-main/engine/worker/consumer/tasks-step.js'
import { RateLimits } from '../../../../src-main/engine/worker/rate-limits.js'
import { taskSettings } from '../../../../src-main/engine/worker/request/task-settings.js'
import { WorkerState } from '../../../../src-main/engine/worker/worker-state.js'
import { HeldClock } from '../../../support/held-clock.js'
import { taskEnvelope } from '../../../support/task-envelope.js'

const queue = 'celery' as QueueName

/** By default a message that waits for the first minute of 1970 to be over. */
function delivery(headers: object = { task: 'tasks.add', id: 'id-1', eta: '1970-01-01T00:01:00+00:00' }): Delivery {
  const settled = (): Promise<void> => Promise.resolve()
  return { envelope: taskEnvelope(headers), deliveryTag: 'tag-1' as DeliveryTag, queue, ack: settled, reject: settled }
}

/** `whileCancelled` is what Redis still answers to the BRPOP that the stop interrupts. */
function tasksStep(
  whileCancelled: readonly Delivery[],
  perSecond: number | null = null,
  mostReserved: number | null = null,
) {
  const clock = new HeldClock(0)
  const log = new Log({ processName: 'MainProcess', level: 'INFO', sink: () => Promise.resolve(), clock })
  const applied: string[] = []
  const limits: number[] = []
  let onDelivery: ConsumeOptions['onDelivery'] = () => {}
  let mayTake: ConsumeOptions['mayTake']
  let woken = 0
  const consumer = {
    unackedCount: 0,
    setPrefetchCount: (count: number) => void limits.push(count),
    handedOver: () => Promise.resolve(),
    wake: () => void (woken += 1),
    addQueue: () => Promise.resolve(),
    cancelQueue: () => Promise.resolve(),
    restoreUnacked: () => Promise.resolve(0),
    cancel: async () => {
      await Promise.resolve()
      for (const one of whileCancelled) onDelivery(one)
    },
  }
  const state = new WorkerState(clock)
  const signals = new Signals(log)
  const step = new TasksStep({
    channel: {
      consume: (options) => {
        onDelivery = options.onDelivery
        mayTake = options.mayTake
        return Promise.resolve(consumer)
      },
    },
    queues: [queue],
    prefetch: { count: 4, multiplier: 2, etaTaskLimit: null, reducesAfterLoss: true },
    mostReserved: mostReserved === null ? null : () => mostReserved,
    acceptContent: new Set(['application/json']),
    pool: { dropWaiting: () => {}, terminateJob: () => {}, apply: (job) => void applied.push(job.taskId) },
    isRegistered: () => true,
    settingsOf: () => taskSettings(undefined, {}),
    rateLimits: perSecond === null ? null : new RateLimits(['tasks.add'], () => perSecond, clock),
    state,
    clock,
    log,
    forRequests: {
      nodename: 'celery@test',
      state,
      backend: { store: () => Promise.resolve() },
      events: { sendTaskEvent: () => {} },
      signals,
      clock,
      log,
    },
  })
  const deliver = (one: Delivery): void => onDelivery(one)
  return { step, clock, applied, limits, signals, state, deliver, mayTake: () => mayTake?.(), woken: () => woken }
}

it('a message that waits for its eta leaves its place in the prefetch window, and takes it again when it is due', async () => {
  const { step, clock, applied, limits, deliver } = tasksStep([])
  await step.start()
  deliver(delivery())
  expect(limits).toEqual([5])
  clock.advance(60_000)
  expect(applied).toEqual(['id-1'])
  expect(limits).toEqual([5, 4])
})

it('a message delivered twice waits twice, and a stop ends both waits', async () => {
  const { step, clock, applied, deliver } = tasksStep([])
  await step.start()
  deliver(delivery())
  deliver(delivery())
  expect(clock.pending).toBe(2)
  await step.stop()
  expect(clock.pending).toBe(0)
  expect(applied).toEqual([])
})

it('a message with an eta that comes while the worker stops is not waited for', async () => {
  const { step, clock, applied } = tasksStep([delivery()])
  await step.start()
  await step.stop()
  expect(clock.pending).toBe(0)
  clock.advance(60_000)
  expect(applied).toEqual([])
})

it('tells by task_rejected of a message that is no task, and of a task that breaks a rule', async () => {
  const { step, signals, deliver } = tasksStep([])
  const reasons: string[] = []
  signals.connect('task_rejected', ({ reason }) => reasons.push(reason))
  await step.start()
  deliver(delivery({ hello: 'world' }))
  deliver(delivery({ task: 'tasks.add', id: 'id-1', eta: 'soon' }))
  deliver(delivery({ task: 'tasks.add', id: 'id-1' }))
  expect(reasons).toEqual([expect.stringContaining('no task message'), expect.stringContaining('invalid ETA value')])
})

const add = (id: string): Delivery => delivery({ task: 'tasks.add', id })

it('starts of a rate-limited type come one token after the other; what waits is neither reserved nor scheduled', async () => {
  const { step, clock, applied, state, deliver } = tasksStep([], 2)
  await step.start()
  for (const id of ['a', 'b', 'c']) deliver(add(id))
  expect(applied).toEqual(['a'])
  expect([state.reserved.size, state.scheduled.size]).toEqual([1, 0])
  clock.advance(499)
  expect(applied).toEqual(['a'])
  clock.advance(1)
  expect(applied).toEqual(['a', 'b'])
  clock.advance(500)
  expect(applied).toEqual(['a', 'b', 'c'])
})

it('an eta that is over joins the queue of its rate limit', async () => {
  const { step, clock, applied, limits, deliver } = tasksStep([], 0.1)
  await step.start()
  deliver(delivery({ task: 'tasks.add', id: 'later', eta: '1970-01-01T00:00:05+00:00' }))
  deliver(add('first'))
  expect(limits).toEqual([5])
  clock.advance(5_000)
  expect([applied, limits]).toEqual([['first'], [5, 4]])
  clock.advance(10_000)
  expect(applied).toEqual(['first', 'later'])
})

it('nothing that waits for a token is left after a stop', async () => {
  const { step, clock, applied, deliver } = tasksStep([], 0.1)
  await step.start()
  deliver(add('a'))
  deliver(add('b'))
  await step.stop()
  expect(clock.pending).toBe(0)
  expect(applied).toEqual(['a'])
})

it('the same message twice is two requests, and the end of one leaves the other', async () => {
  const { step, state, deliver } = tasksStep([])
  await step.start()
  deliver(add('a'))
  deliver(add('a'))
  expect(state.reserved.size).toBe(2)
  const [first] = state.reserved
  state.taskReady(first!)
  expect(state.reserved.size).toBe(1)
})

it('a pool that grows and shrinks moves the prefetch window, but never to nothing', async () => {
  const { step, limits } = tasksStep([])
  await step.start()
  step.poolChanged(1)
  step.poolChanged(-9)
  expect(limits).toEqual([6, 1])
})

it('worker_disable_prefetch takes no more than the pool can run; an end is asked about again, an eta does not count', async () => {
  const { step, state, deliver, mayTake, woken } = tasksStep([], null, 2)
  await step.start()
  deliver(delivery())
  deliver(add('a'))
  expect(mayTake()).toBe(true)
  deliver(add('b'))
  expect(mayTake()).toBe(false)
  const [first] = state.reserved
  state.taskReady(first!)
  expect([mayTake(), woken()]).toEqual([true, 1])
})

it('after a loss the next messages give back the shares of what still runs', async () => {
  const { step, limits, state, deliver } = tasksStep([])
  await step.start()
  deliver(add('running'))
  const [running] = state.reserved
  state.taskAccepted(running!)
  step.forgetWaiting()
  expect([step.prefetchCount, state.reserved.size]).toEqual([2, 1])
  deliver(delivery({ hello: 'world' })) // ends at once
  await Promise.resolve()
  await Promise.resolve()
  expect([step.prefetchCount, limits.at(-1)]).toEqual([4, 4])
})
