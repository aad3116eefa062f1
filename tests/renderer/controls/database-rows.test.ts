import { expect, test } from 'vitest'
import { EMPTY_DATABASE, projectDatabase, type DatabaseRows } from '../../../src-renderer/controls/database-rows.js'
import type { Fact, FeedItem } from '../../../src-main/contract/feed.js'

const client = { pid: 7, taskId: null, attempt: null }
const write = (id: string, transaction: string | null, change: 'insert' | 'update' | 'delete' = 'insert'): Fact => ({
  kind: 'db-row',
  change,
  table: 'orders',
  id,
  row: { id, by: transaction },
  transaction,
  ...client,
})
const phase = (name: string, now: 'began' | 'committing' | 'committed' | 'rolled-back'): Fact => ({
  kind: 'db-transaction',
  phase: now,
  transaction: name,
  ...client,
})
const after = (...facts: Fact[]): DatabaseRows =>
  projectDatabase(
    EMPTY_DATABASE,
    facts.map((fact, index): FeedItem => ({ seq: index + 1, atMs: index, fact })),
  )
const shown = ({ rows }: DatabaseRows): string[] =>
  rows.map((row) => `${row.id} ${row.within ?? 'all'} ${String(row.row['by'])}`)

test('a row of an open transaction stands beside the old one, and takes its place when it is committed', () => {
  const open = [write('1', null), phase('t1', 'began'), write('1', 't1', 'update'), phase('t1', 'committing')]
  expect(shown(after(...open))).toEqual(['1 t1 t1', '1 all null'])
  expect(after(...open).open).toMatchObject([{ name: 't1', committing: true, pid: 7 }])
  expect(shown(after(...open, phase('t1', 'committed')))).toEqual(['1 all t1'])
  expect(after(...open, phase('t1', 'committed')).open).toEqual([])
})

test('what was rolled back is gone, and what it had deleted is still there', () => {
  const facts = [write('1', null), phase('t1', 'began'), write('1', 't1', 'delete'), write('2', 't1')]
  expect(shown(after(...facts))).toEqual(['2 t1 t1', '1 all null'])
  expect(shown(after(...facts, phase('t1', 'rolled-back')))).toEqual(['1 all null'])
  expect(shown(after(...facts, phase('t1', 'committed')))).toEqual(['2 all t1'])
})

test('cleared, it is empty; rows that were asked for in vain are counted', () => {
  const missed: Fact = { kind: 'db-read', table: 'orders', id: '9', found: false, transaction: null, ...client }
  expect(after(write('1', null), missed)).toMatchObject({ misses: 1, used: true })
  expect(after(write('1', null), missed, { kind: 'db-cleared' })).toEqual({ ...EMPTY_DATABASE, used: true })
})
