/** What the stations draw of a stage state: first few and "+n", bundles in a burst, doubles, and the same in words. */
import { describe, expect, it } from 'vitest'
import { drawStage } from '../../../src-renderer/stage/stage-lanes.js'
import { projectStage } from '../../../src-renderer/stage/stage-projection.js'
import { EMPTY_STAGE } from '../../../src-renderer/stage/stage-state.js'
import { sayStage } from '../../../src-renderer/words/say-stage.js'
import { CHILD_A, Story, WORKER } from '../../support/window-preview/story.js'

const draw = (story: Story) => drawStage(projectStage(EMPTY_STAGE, story.items))
const started = (): Story => new Story(1_000_000).webStarts().workerStarts()

describe('drawing the stage', () => {
  it('an empty broker still has the place where messages will appear', () => {
    expect(draw(started()).queues).toMatchObject([{ queue: 'celery', count: 0 }])
  })

  it('a long queue shows its first six and counts the rest', () => {
    const story = started()
    for (let n = 0; n < 20; n += 1) story.publish(`t${String(n)}`)
    const lane = draw(story).queues[0]
    expect(lane?.tiles.map((tile) => tile.taskId)).toEqual(['t0', 't1', 't2', 't3', 't4', 't5'])
    expect(lane).toMatchObject({ count: 20, more: 14, bundles: [] })
  })

  it('a burst is drawn as counted bundles', () => {
    const story = started()
    for (let n = 0; n < 120; n += 1) story.publish(`t${String(n)}`)
    const drawing = draw(story)
    expect(drawing.bundled).toBe(true)
    expect(drawing.queues[0]).toMatchObject({
      tiles: [],
      bundles: [{ taskName: 'tasks.send_confirmation', count: 120 }],
    })
  })

  it('a delivery is in the unacked box and held by its worker at the same time', () => {
    const drawing = draw(started().publish('t').reserve('t').event('task-received', 't'))
    expect(drawing.unacked.count).toBe(1)
    expect(drawing.workers[0]?.held.count).toBe(1)
  })

  it('a task id with two deliveries is a double', () => {
    const doubles = draw(started().publish('t', 'one').publish('t', 'two').publish('u')).doubles
    expect([...doubles]).toEqual(['t'])
  })

  it('what a dead worker ran is in its lost lane', () => {
    expect(draw(started().publish('t').takeEarly('t', CHILD_A).workerDies()).workers[0]).toMatchObject({
      lost: { count: 1 },
      held: { count: 0 },
    })
  })
})

describe('a queue nobody reads', () => {
  const consumes = (...queues: string[]) => ({ kind: 'queues-consumed', by: WORKER, queues }) as const
  const unheard = (story: Story): string[] =>
    draw(story)
      .queues.filter((queue) => queue.unheard)
      .map((queue) => queue.queue)

  it('is marked once a message waits in it, and not before', () => {
    const lengths = { kind: 'queue-lengths', queues: { reports: 0 }, unacked: 0 } as const
    expect(unheard(started().tell(consumes('celery'), lengths))).toEqual([])
    const two = { ...lengths, queues: { reports: 2 } }
    expect(unheard(started().tell(consumes('celery'), two))).toEqual(['reports'])
    expect(unheard(started().tell(consumes('celery', 'reports'), two))).toEqual([])
    expect(unheard(started().tell(consumes('celery', 'reports'), two).workerDies())).toEqual(['reports'])
  })

  it('is not claimed while a worker runs that was not seen to listen anywhere', () => {
    expect(unheard(started().publish('t'))).toEqual([])
  })
})

describe('the stage in words', () => {
  it('says station by station what the picture shows', () => {
    const story = started().publish('abcd1').publish('efgh2').takeEarly('abcd1', CHILD_A)
    const state = projectStage(EMPTY_STAGE, story.items)
    const lines = sayStage(state, drawStage(state))
    expect(lines).toContain('Queue celery: 1 message waiting')
    expect(lines).toContain(`Child ${String(CHILD_A)}: runs send_confirmation abcd, already acked`)
    expect(lines).toContain(`${WORKER}: ready, 0 held`)
  })

  it('says what is lost, without claiming to know', () => {
    const state = projectStage(EMPTY_STAGE, started().publish('t').takeEarly('t', CHILD_A).workerDies().items)
    expect(sayStage(state, drawStage(state))).toContain(`1 task lost with ${WORKER}, as far as anyone knows`)
  })
})
