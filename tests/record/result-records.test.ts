import { describe, expect, test } from 'vitest'
import { ResultRecords } from '../../src-main/record/result-records.js'

const document = (status: string): string => JSON.stringify({ status, result: 12, traceback: null, task_id: 'a' })

class Store {
  readonly records = new ResultRecords()

  run(name: string, args: readonly string[], { by = 'worker@1', db = 1 } = {}): ReturnType<ResultRecords['read']> {
    return this.records.read({ name, args, by, db })
  }

  store(id: string, status = 'SUCCESS', db = 1): this {
    this.run('SETEX', [`celery-task-meta-${id}`, '86400', document(status)], { db })
    return this
  }
}

describe('result records', () => {
  test('a record that is stored again is one record, as long as its last document', () => {
    const store = new Store().store('a', 'STARTED').store('a', 'SUCCESS').store('b', 'FAILURE')
    expect(store.records.count).toBe(2)
    expect(store.records.bytes).toBe(document('SUCCESS').length + document('FAILURE').length)
  })

  test('a GET tells who asked, and a GET of another key tells nothing', () => {
    const store = new Store()
    expect(store.run('GET', ['celery-task-meta-nope'], { by: 'web' })).toEqual([
      { kind: 'result-asked', by: 'web', taskId: 'nope' },
    ])
    expect(store.run('GET', ['celery-taskset-meta-nope'], { by: 'web' })).toEqual([])
  })

  test('forget() removes one record, and the second DEL of it removes nothing', () => {
    const store = new Store().store('a').store('b')
    expect(store.run('DEL', ['celery-task-meta-a'], { by: 'web' })).toEqual([
      { kind: 'result-removed', why: 'forgotten', by: 'web', taskIds: ['a'] },
    ])
    expect(store.run('DEL', ['celery-task-meta-a'], { by: 'web' })).toEqual([])
    expect(store.records.count).toBe(1)
  })

  test('FLUSHDB empties the database it was sent to, and no other one', () => {
    const store = new Store().store('a').store('b').store('in-db-0', 'SUCCESS', 0)
    expect(store.run('FLUSHDB', [], { by: 'lab', db: 1 })).toEqual([
      { kind: 'result-removed', why: 'flushed', by: 'lab', taskIds: ['a', 'b'] },
    ])
    expect(store.records.taskIds).toEqual(['in-db-0'])
    expect(store.run('FLUSHALL', [], { by: 'outside', db: 5 })).toMatchObject([{ taskIds: ['in-db-0'] }])
  })

  test('an empty store that is emptied is no fact', () => {
    expect(new Store().run('FLUSHDB', [])).toEqual([])
  })

  test('what expired is told once, and not when it was unknown or is no result', () => {
    const { records } = new Store().store('a')
    expect(records.expired('celery-task-meta-unknown')).toEqual([])
    expect(records.expired('unacked_mutex')).toEqual([])
    expect(records.expired('celery-task-meta-a')).toEqual([
      { kind: 'result-removed', why: 'expired', by: null, taskIds: ['a'] },
    ])
    expect(records.expired('celery-task-meta-a')).toEqual([])
  })
})
