import { describe, expect, test } from 'vitest'
import type { Fact } from '../../src-main/contract/feed.js'
import { ResultWatch } from '../../src-main/lab/result-watch.js'
import { ResultRecords } from '../../src-main/record/result-records.js'

function watched(): { watch: ResultWatch; records: ResultRecords; told: Fact[]; at: (ms: number) => void } {
  const told: Fact[] = []
  let nowMs = 0
  const records = new ResultRecords()
  const watch = new ResultWatch({ records, tell: (fact) => told.push(fact), nowMs: () => nowMs })
  return { watch, records, told, at: (ms) => (nowMs = ms) }
}

const asked = (by: string, taskId = 'a'): Extract<Fact, { kind: 'result-asked' }> => ({
  kind: 'result-asked',
  by,
  taskId,
})

describe('the watch over the result store', () => {
  test('a page that asks without a pause is told five times a second', () => {
    const { watch, told, at } = watched()
    for (let ms = 0; ms < 1000; ms += 10) {
      at(ms)
      watch.hear(asked('web'))
    }
    expect(told).toHaveLength(5)
  })

  test('two ids, or two processes, are two questions', () => {
    const { watch, told } = watched()
    watch.hear(asked('web'))
    watch.hear(asked('web', 'b'))
    watch.hear(asked('python'))
    expect(told).toHaveLength(3)
  })

  test('a worker that reads a record before it stores it is nobody who asked', () => {
    const { watch, told } = watched()
    expect(watch.hear(asked('worker@1'))).toBe(true)
    expect(told).toEqual([])
  })

  test('the count is told when it is another one', () => {
    const { watch, records, told } = watched()
    watch.tellCount()
    watch.tellCount()
    expect(told).toEqual([{ kind: 'result-count', records: 0, bytes: 0 }])
    records.read({ name: 'SETEX', args: ['celery-task-meta-a', '5', '{"status": "SUCCESS"}'], by: 'worker@1', db: 1 })
    watch.tellCount()
    expect(told.at(-1)).toMatchObject({ records: 1 })
  })
})
