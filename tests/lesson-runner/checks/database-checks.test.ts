/** `db-rows`, `db-statement` and the condition `commit-slow`, with facts written by hand; the nearly right ones stay red. */
import { expect, test } from 'vitest'
import type { Fact } from '../../../src-main/contract/feed.js'
import type { CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { CHILD_PID, WEB_PID, mailIs, read, row, transaction, verdictOf, web, worker } from '../hand-made-facts.js'

const passed = (check: CheckSpec, ...facts: Fact[]): boolean => verdictOf(check, facts).passed

const paid: CheckSpec = { kind: 'db-rows', table: 'orders', where: { paid: true }, atLeast: 1 }

test('db-rows counts what everybody sees: at once, or once the transaction was committed', () => {
  expect(passed(paid, row('orders', '1', { paid: true }))).toBe(true)
  const inside = row('orders', '1', { paid: true }, { transaction: 't1' })
  expect(passed(paid, transaction('t1', 'began'), inside)).toBe(false)
  expect(passed(paid, inside, transaction('t1', 'committing'))).toBe(false)
  expect(passed(paid, inside, transaction('t1', 'rolled-back'))).toBe(false)
  expect(passed(paid, inside, transaction('t2', 'committed'))).toBe(false)
  expect(passed(paid, inside, transaction('t1', 'committed'))).toBe(true)
  expect(verdictOf(paid, [inside]).observed).toBe('0 rows in orders (paid: true), 1 not committed yet. Waiting for 1.')
})

test('db-rows looks at the row as it is last, in its own table', () => {
  expect(
    passed(paid, row('orders', '1', { paid: true }), row('orders', '1', { paid: false }, { change: 'update' })),
  ).toBe(false)
  expect(passed(paid, row('orders', '1', { paid: true }), row('orders', '1', {}, { change: 'delete' }))).toBe(false)
  expect(passed(paid, row('mails', '1', { paid: true }))).toBe(false)
  expect(passed(paid, row('orders', '1', { paid: 'true' }))).toBe(false)
  expect(passed(paid, row('orders', '1', { paid: true }), { kind: 'db-cleared' })).toBe(false)
  const two: CheckSpec = { kind: 'db-rows', table: 'orders', exactly: 2 }
  expect(passed(two, row('orders', '1'), row('orders', '1', {}, { change: 'update' }))).toBe(false)
  expect(passed(two, row('orders', '1'), row('orders', '2'))).toBe(true)
  expect(passed({ kind: 'db-rows', table: 'orders' }, row('orders', '1'))).toBe(false)
})

test('db-statement tells a row that was missed from one that was read, and by whom', () => {
  const missed: CheckSpec = { kind: 'db-statement', what: 'missed', table: 'orders', by: 'pool-process', atLeast: 1 }
  expect(passed(missed, read('7', false, CHILD_PID))).toBe(true)
  expect(passed(missed, read('7', true, CHILD_PID))).toBe(false)
  expect(passed(missed, read('7', false, WEB_PID))).toBe(false)
  expect(passed(missed, read('7', false, CHILD_PID, 'mails'))).toBe(false)
  expect(passed({ ...missed, atLeast: 2 }, read('7', false), read('7', false))).toBe(false)
  expect(passed({ ...missed, atLeast: 2 }, read('7', false), read('8', false))).toBe(true)
  expect(passed({ kind: 'db-statement', what: 'rolled-back', atLeast: 1 }, transaction('t1', 'committed'))).toBe(false)
  expect(passed({ kind: 'db-statement', what: 'rolled-back', atLeast: 1 }, transaction('t1', 'rolled-back'))).toBe(true)
})

test('while commits are slow: a fact before or after does not count', () => {
  const check: CheckSpec = {
    kind: 'while',
    condition: 'commit-slow',
    check: { kind: 'db-rows', table: 'orders', atLeast: 1 },
  }
  const quick = { before: [...web, ...worker, mailIs(true, 0, 0)] }
  expect(verdictOf(check, [row('orders', '1')], quick).passed).toBe(false)
  expect(verdictOf(check, [mailIs(true, 0, 2000), mailIs(true, 0, 0), row('orders', '1')], quick).passed).toBe(false)
  expect(verdictOf(check, [mailIs(true, 0, 2000), row('orders', '1')], quick).passed).toBe(true)
})
