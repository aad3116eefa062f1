/** One row a task, from facts that may come in any order. */
import { expect, it } from 'vitest'
import { EMPTY_TASKS, projectTasks } from '../../../src-renderer/monitor/task-table.js'
import { CHILD_A, Story } from '../../support/window-preview/story.js'

const row = (story: Story) => projectTasks(EMPTY_TASKS, story.items).get('t')

it('a row follows its task from sent to succeeded', () => {
  const story = new Story(0).publish('t')
  expect(row(story)).toMatchObject({ state: 'PENDING', taskName: 'tasks.send_confirmation', attempts: 1 })
  story.takeEarly('t', CHILD_A)
  expect(row(story)).toMatchObject({ state: 'STARTED', worker: 'worker@1 · 40112' })
  expect(row(story.finish('t', CHILD_A, 700, 'A'))).toMatchObject({ state: 'SUCCESS', runtimeMs: 700, deliveries: 1 })
})

it('a late event does not take a finished task back', () => {
  expect(row(new Story(0).publish('t').stored('t').event('task-started', 't'))?.state).toBe('SUCCESS')
})

it('a second delivery is counted beside the attempts', () => {
  expect(
    row(new Story(0).publish('t').publish('t', 'two', { redelivered: true }).publish('t', 'three', { retries: 1 })),
  ).toMatchObject({ deliveries: 3, attempts: 2 })
})

it('keeps the newest two thousand', () => {
  const story = new Story(0)
  for (let n = 0; n < 2100; n += 1) story.publish(`t${String(n)}`)
  const table = projectTasks(EMPTY_TASKS, story.items)
  expect([table.size, table.has('t0'), table.has('t2099')]).toEqual([2000, false, true])
})
