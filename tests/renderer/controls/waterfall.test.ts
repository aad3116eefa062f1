/** The waterfall: which bar a mail belongs to is the whole point of phase 1. */
import { describe, expect, it } from 'vitest'
import { drawWaterfall, EMPTY_WATERFALL, projectWaterfall } from '../../../src-renderer/controls/waterfall.js'
import { CHILD_A, Story, WEB_PID } from '../../support/window-preview/story.js'

const rowsOf = (story: Story) => drawWaterfall(projectWaterfall(EMPTY_WATERFALL, story.items), story.atMs).rows

describe('the waterfall', () => {
  it('a mail sent inline stands on the request that waited for it', () => {
    const story = new Story(0)
      .tell({ kind: 'http-request', requestId: 'r', method: 'POST', path: '/buy' })
      .wait(4000)
      .mail('A-1', null, WEB_PID)
      .wait(10)
    story.tell({
      kind: 'http-response',
      requestId: 'r',
      method: 'POST',
      path: '/buy',
      status: 200,
      durationMs: 4010,
      webPid: WEB_PID,
    })
    const [row] = rowsOf(story)
    expect(row?.bar).toMatchObject({ kind: 'request', status: 200 })
    expect(row?.marks).toHaveLength(1)
  })

  it('a mail sent by a worker stands on the row of the child that sent it, and the request is short', () => {
    const story = new Story(0)
      .request('r', '/buy', 202, 12)
      .publish('t')
      .takeEarly('t', CHILD_A)
      .finish('t', CHILD_A, 4000, 'A-1')
    const [request, work] = rowsOf(story)
    expect(request?.marks).toHaveLength(0)
    expect(work?.bar).toMatchObject({ kind: 'work', pid: CHILD_A, taskId: 't' })
    expect(work?.marks).toHaveLength(1)
    expect(request?.width ?? 100).toBeLessThan(5)
  })

  it('of five requests that wait for one thread, each has its own mail', () => {
    const story = new Story(0)
    for (let n = 1; n <= 5; n += 1)
      story.tell({ kind: 'http-request', requestId: `r${String(n)}`, method: 'POST', path: '/buy' })
    for (let n = 1; n <= 5; n += 1) {
      story
        .wait(2000)
        .mail(`A-${String(n)}`, null, WEB_PID)
        .wait(10)
      story.tell({
        kind: 'http-response',
        requestId: `r${String(n)}`,
        method: 'POST',
        path: '/buy',
        status: 200,
        durationMs: n * 2010,
        webPid: WEB_PID,
      })
    }
    const rows = rowsOf(story)
    expect(rows.map((row) => row.marks.map((mark) => mark.text))).toEqual(
      [1, 2, 3, 4, 5].map((n) => [`Your ticket A-${String(n)}`]),
    )
    expect(rows.map((row) => Math.round(row.width / 20))).toEqual([1, 2, 3, 4, 5])
  })

  it('work ends with its worker', () => {
    const story = new Story(0).workerStarts().publish('t').takeEarly('t', CHILD_A).wait(300).workerDies()
    expect(rowsOf(story).map((row) => row.bar.endMs)).toEqual([story.atMs])
  })

  it('an idle stretch is drawn short, and told', () => {
    const story = new Story(0).request('r', '/buy', 200, 1000).wait(60_000).request('s', '/buy', 200, 1000)
    const drawing = drawWaterfall(projectWaterfall(EMPTY_WATERFALL, story.items), story.atMs)
    expect(drawing.gaps.map((gap) => gap.ms)).toEqual([60_000])
    expect(drawing.rows.map((row) => Math.round(row.width))).toEqual([43, 43])
    expect(drawing.rows[1]?.left).toBeCloseTo((1300 / 2300) * 100)
  })

  it('shows what began since the step was opened, and what still runs', () => {
    const story = new Story(0).request('r', '/old', 200, 100)
    story
      .tell({ kind: 'http-request', requestId: 'o', method: 'POST', path: '/open' })
      .wait(1000)
      .request('s', '/new', 200, 10)
    const { rows } = drawWaterfall(projectWaterfall(EMPTY_WATERFALL, story.items), story.atMs, 1000)
    expect(rows.map((row) => row.bar.label)).toEqual(['/open', '/new'])
  })

  it('a new step begins with an empty picture', () => {
    expect(
      rowsOf(new Story(0).request('r', '/buy', 200, 5).tell({ kind: 'stage-reset', lesson: 'one', step: 'two' })),
    ).toEqual([])
  })
})
