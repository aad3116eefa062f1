/** The stage is a fold over facts: where each tile is after each of them, in batches and one by one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { projectStage } from '../../../src-renderer/stage/stage-projection.js'
import { EMPTY_STAGE, type StageState, type StageTile } from '../../../src-renderer/stage/stage-state.js'
import { CHILD_A, CHILD_B, Story, WORKER, WORKER_PID } from '../../support/window-preview/story.js'

const started = (): Story => new Story(1_000_000).webStarts().workerStarts()
const stageOf = (story: Story): StageState => projectStage(EMPTY_STAGE, story.items)
const tile = (state: StageState, taskId: string): StageTile | undefined => state.tiles.get(`tag-${taskId}`)

describe('where a tile is', () => {
  it('a published message waits in its queue', () => {
    expect(tile(stageOf(started().publish('t')), 't')).toMatchObject({
      broker: { at: 'queue' },
      worker: null,
      queue: 'celery',
      attempt: 1,
    })
  })

  it('a reserved message is unacked and belongs to the worker that took it', () => {
    expect(tile(stageOf(started().publish('t').reserve('t')), 't')?.broker).toMatchObject({
      at: 'unacked',
      by: WORKER,
      orphaned: false,
    })
  })

  it('a received message is held by the worker while the broker still has its copy', () => {
    const state = stageOf(started().publish('t').reserve('t').event('task-received', 't'))
    expect(tile(state, 't')).toMatchObject({ broker: { at: 'unacked' }, worker: { at: 'held', worker: WORKER } })
  })

  it('an early ack shows as gone from the broker before the slot fills', () => {
    const acked = started().publish('t').reserve('t').wait(3).event('task-received', 't').ack('t')
    expect(tile(stageOf(acked), 't')).toMatchObject({
      broker: { at: 'gone' },
      worker: { at: 'held' },
      ack: { when: 'before-run', afterReserveMs: 3 },
    })
    expect(tile(stageOf(acked.slot(CHILD_A, 't')), 't')).toMatchObject({
      worker: { at: 'slot', pid: CHILD_A },
      ack: { when: 'before-run' },
    })
  })

  it('a late ack falls after the child was done, and only then the tile goes', () => {
    const story = started()
      .publish('t')
      .reserve('t')
      .event('task-received', 't')
      .slot(CHILD_A, 't')
      .wait(500)
      .stored('t')
      .slot(CHILD_A, null)
    expect(tile(stageOf(story), 't')).toMatchObject({
      broker: { at: 'unacked' },
      worker: { at: 'left' },
      outcome: 'SUCCESS',
    })
    const after = stageOf(story.ack('t'))
    expect(tile(after, 't')).toBeUndefined()
    expect(after.acks.last?.ack.when).toBe('after-run')
  })

  it('a finished task with an early ack leaves a result and no tile', () => {
    const state = stageOf(started().publish('t').takeEarly('t', CHILD_A).finish('t', CHILD_A, 700, 'A-1'))
    expect(state.tiles.size).toBe(0)
    expect(state.results).toMatchObject([{ taskId: 't', state: 'SUCCESS', taskName: 'tasks.send_confirmation' }])
    expect(state.totals).toEqual({ succeeded: 1, failed: 0, retried: 0 })
    expect(state.ledger.mails).toBe(1)
  })

  it('a slot that is reported before its ack still ends up in the same place', () => {
    const state = stageOf(started().publish('t').reserve('t').slot(CHILD_B, 't').event('task-received', 't').ack('t'))
    expect(tile(state, 't')).toMatchObject({
      worker: { at: 'slot', pid: CHILD_B },
      broker: { at: 'gone' },
      ack: { when: 'during-run' },
    })
  })

  it('a late ack that is heard of before the end of its run is known by how long the task ran', () => {
    const story = started().publish('t').reserve('t').slot(CHILD_B, 't').wait(500).ack('t').wait(20)
    expect(stageOf(story).acks.last?.ack.when).toBe('during-run')
    expect(stageOf(story.event('task-succeeded', 't', { runtime: 0.48 })).acks.last?.ack.when).toBe('after-run')
    const early = started().publish('t').reserve('t').slot(CHILD_B, 't').ack('t').wait(500)
    early.event('task-succeeded', 't', { runtime: 0.48 })
    expect(stageOf(early).acks.last?.ack.when).toBe('during-run')
  })

  it('a restored message is back in the queue and says so', () => {
    const story = started().publish('t').reserve('t').event('task-received', 't')
    story.tell({
      kind: 'message-restored',
      by: WORKER,
      queue: 'celery',
      deliveryTag: 'tag-t',
      taskId: 't',
      side: 'head',
    })
    expect(tile(stageOf(story), 't')).toMatchObject({ broker: { at: 'queue' }, worker: null, redelivered: true })
  })

  it('two deliveries of one task are two tiles', () => {
    const story = started().publish('t', 'one').reserve('t', 'one').publish('t', 'two', { redelivered: true })
    expect([...stageOf(story).tiles.values()].map((each) => [each.tag, each.broker.at])).toEqual([
      ['one', 'unacked'],
      ['two', 'queue'],
    ])
  })

  it('of two deliveries, the events of a worker move the one that this worker took', () => {
    const state = stageOf(
      started().publish('t', 'one').publish('t', 'two').reserve('t', 'two').event('task-received', 't'),
    )
    expect(state.tiles.get('one')?.worker).toBeNull()
    expect(state.tiles.get('two')?.worker).toMatchObject({ at: 'held' })
  })
})

describe('after Redis was started again', () => {
  const back = { kind: 'process-ready', process: 'redis', role: 'redis', pid: 77 } as const
  const holds = (celery: number, unacked = 0) => ({ kind: 'queue-lengths', queues: { celery }, unacked }) as const

  it('what it still holds stays where it was', () => {
    const state = stageOf(started().publish('t').publish('u').tell(back, holds(2)))
    expect(tile(state, 't')).toMatchObject({ broker: { at: 'queue' }, lost: null })
    expect(tile(state, 'u')).toMatchObject({ broker: { at: 'queue' }, lost: null })
  })

  it('what it does not hold is lost at its first word', () => {
    const state = stageOf(started().publish('t').publish('u').tell(back, holds(0)))
    expect(tile(state, 't')).toMatchObject({ broker: { at: 'gone' }, lost: { worker: 'redis' } })
    expect(tile(state, 'u')).toMatchObject({ broker: { at: 'gone' }, lost: { worker: 'redis' } })
  })

  it('a message that a worker holds is forgotten by the broker, and not lost', () => {
    const state = stageOf(started().publish('t').reserve('t').event('task-received', 't').tell(back, holds(0)))
    expect(tile(state, 't')).toMatchObject({ broker: { at: 'gone' }, worker: { at: 'held' }, lost: null })
  })

  it('only its first word is taken so; later ones have to be said twice', () => {
    const state = stageOf(started().tell(back, holds(0)).publish('t').tell(holds(0)))
    expect(tile(state, 't')).toMatchObject({ broker: { at: 'queue' }, lost: null })
  })
})

describe('a process that vanishes', () => {
  it('what its child ran after an early ack is lost, as far as anyone knows', () => {
    const state = stageOf(started().publish('t').takeEarly('t', CHILD_A).wait(100).workerDies())
    expect(tile(state, 't')).toMatchObject({
      worker: null,
      lost: { worker: WORKER, pid: WORKER_PID, signal: 'SIGKILL' },
    })
    expect(state.workers.get(WORKER)).toMatchObject({ state: 'ended', ended: { expected: false } })
  })

  it('what it held unacked stays in the unacked box without an owner', () => {
    const state = stageOf(started().publish('t').reserve('t').event('task-received', 't').workerDies())
    expect(tile(state, 't')).toMatchObject({ lost: null, worker: null, broker: { at: 'unacked', orphaned: true } })
  })

  it('what waits in the queue is untouched', () => {
    expect(tile(stageOf(started().publish('t').workerDies()), 't')).toMatchObject({
      broker: { at: 'queue' },
      lost: null,
    })
  })

  it('a killed child loses its task until the worker says what became of it', () => {
    const story = started().publish('t').takeEarly('t', CHILD_A).childDies(CHILD_A)
    expect(tile(stageOf(story), 't')?.lost).toMatchObject({ pid: CHILD_A })
    const told = stageOf(story.stored('t', 'FAILURE', '{"exc_type":"WorkerLostError"}'))
    expect(told.tiles.size).toBe(0)
    expect(told.results[0]).toMatchObject({ state: 'FAILURE' })
  })

  it('the same when the slot is freed before the end of the child is seen', () => {
    const state = stageOf(started().publish('t').takeEarly('t', CHILD_A).slot(CHILD_A, null).childDies(CHILD_A))
    expect(tile(state, 't')?.lost).toMatchObject({ pid: CHILD_A })
  })

  it('a child that was asked to stop leaves no mark', () => {
    const story = started()
    story.tell({
      kind: 'process-exited',
      process: 'x',
      role: 'pool-process',
      pid: CHILD_A,
      worker: WORKER,
      code: 0,
      signal: null,
      expected: true,
    })
    expect(
      stageOf(story)
        .workers.get(WORKER)
        ?.children.map((child) => child.pid),
    ).toEqual([CHILD_B])
  })
})

describe('reconciling with Redis', () => {
  it('one short answer may be late, two in a row take the oldest tiles away', () => {
    const story = started().publish('a').publish('b').lengths(1, 0)
    expect(stageOf(story).tiles.size).toBe(2)
    const state = stageOf(story.lengths(1, 0))
    expect([...state.tiles.keys()]).toEqual(['tag-b'])
    expect(state.departed.map((gone) => gone.tag)).toEqual(['tag-a'])
  })

  it('a message that was there before the feed began is counted, and known once it is taken', () => {
    const story = started().lengths(2, 0)
    expect(stageOf(story).lanes.get('celery')).toMatchObject({ unseen: 2 })
    const state = stageOf(story.reserve('old'))
    expect(state.lanes.get('celery')).toMatchObject({ unseen: 1 })
    expect(tile(state, 'old')?.broker.at).toBe('unacked')
  })

  it('a new step starts with an empty stage and the workers that live', () => {
    const story = started().publish('t').takeEarly('t', CHILD_A).request('r', '/buy', 200, 20)
    const state = stageOf(story.tell({ kind: 'stage-reset', lesson: 'one', step: 'two' }))
    expect([state.tiles.size, state.requests.length, state.results.length]).toEqual([0, 0, 0])
    expect(state.workers.get(WORKER)?.children).toHaveLength(2)
  })
})

describe('the fold', () => {
  const whole = started()
  for (let n = 0; n < 12; n += 1) {
    const id = `t${String(n)}`
    whole
      .request(`r${String(n)}`, '/buy', 202, 10)
      .publish(id)
      .takeEarly(id, n % 2 === 0 ? CHILD_A : CHILD_B)
    if (n % 3 === 0) whole.lengths(0, 0)
    if (n % 4 !== 3) whole.finish(id, n % 2 === 0 ? CHILD_A : CHILD_B, 30, `A-${String(n)}`)
  }
  whole.publish('left').reserve('left').childDies(CHILD_B).workerDies()

  it('gives the same stage for one batch and for any cutting of it', () => {
    const atOnce = stageOf(whole)
    fc.assert(
      fc.property(fc.array(fc.nat(whole.items.length), { maxLength: 20 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), whole.items.length]
        const state = edges
          .slice(1)
          .reduce((before, end, at) => projectStage(before, whole.items.slice(edges[at], end)), EMPTY_STAGE)
        expect(state).toEqual(atOnce)
      }),
    )
    const oneByOne = whole.items.reduce((before, item) => projectStage(before, [item]), EMPTY_STAGE)
    expect(oneByOne).toEqual(atOnce)
  })

  it('leaves the state it was given as it was', () => {
    const before = projectStage(EMPTY_STAGE, whole.items.slice(0, 40))
    const copy = structuredClone(before)
    projectStage(before, whole.items.slice(40))
    expect(before).toEqual(copy)
    expect(EMPTY_STAGE.tiles.size).toBe(0)
    expect(EMPTY_STAGE.ledger.keys.size).toBe(0)
  })

  it('takes an item once, also when a snapshot and a push both bring it', () => {
    const once = stageOf(whole)
    expect(projectStage(once, whole.items)).toEqual(once)
  })

  it('a burst of 20,000 facts in batches leaves nothing behind but its counts', () => {
    const burst = started()
    for (let n = 0; n < 5000; n += 1) burst.publish(`b${String(n)}`).reserve(`b${String(n)}`)
    for (let n = 0; n < 5000; n += 1) burst.ack(`b${String(n)}`).stored(`b${String(n)}`)
    let state = EMPTY_STAGE
    for (let at = 0; at < burst.items.length; at += 500) state = projectStage(state, burst.items.slice(at, at + 500))
    expect(state.lastSeq).toBe(burst.items.length)
  })

  it('keeps the memory of a worker and of its children apart', () => {
    const memory = (process: string, pid: number, megabytes: number) =>
      ({ kind: 'memory', process, pid, rssBytes: megabytes * 1024 * 1024 }) as const
    const child = memory(`${WORKER}/ForkPoolWorker-1`, CHILD_A, 200)
    const worker = stageOf(started().tell(memory(WORKER, WORKER_PID, 80), child)).workers.get(WORKER)
    expect(worker?.rssBytes).toBe(80 * 1024 * 1024)
    expect(worker?.children.map(({ rssBytes }) => rssBytes)).toEqual([200 * 1024 * 1024, null])
  })
})
