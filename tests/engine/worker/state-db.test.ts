import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LamportClock } from '../../../src-main/engine/events/lamport-clock.js'
import { Log } from '../../../src-main/engine/ports/log.js'
import { Revoked } from '../../../src-main/engine/worker/revoked.js'
import { StateDb } from '../../../src-main/engine/worker/state-db.js'
import { HeldClock } from '../../support/held-clock.js'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'state-db-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function worker(clock = new HeldClock(20_000_000_000)) {
  let text = ''
  const sink = (line: string): Promise<void> => Promise.resolve(void (text += line))
  const log = new Log({ processName: 'MainProcess', level: 'INFO', sink, clock })
  const revoked = new Revoked(clock)
  const lamport = new LamportClock()
  const db = new StateDb(join(folder, 'state'), { revoked, lamport, log })
  return { db, revoked, lamport, clock, log: () => text }
}

it('a second worker knows what the first one had revoked, and its clock goes on from there', () => {
  const first = worker()
  first.db.open()
  first.lamport.value = 41
  first.revoked.add('id-1')
  first.revoked.addStamps('ship', ['Vega'])
  first.db.save()
  const second = worker()
  second.db.open()
  expect([...second.revoked.ids.keys()]).toEqual(['id-1'])
  expect(second.revoked.stampAmong({ ship: ['Lyra', 'Vega'] })).toEqual({ ship: 'Vega' })
  expect(second.lamport.value).toBeGreaterThan(41)
})

it('a revocation is in the file before the worker ends', async () => {
  const { db, revoked } = worker()
  db.open()
  revoked.add('id-1')
  await new Promise(setImmediate)
  expect(readFileSync(join(folder, 'state'), 'utf8')).toContain('"id-1"')
})

it('a file that is none of ours is said, and replaced', () => {
  writeFileSync(join(folder, 'state'), 'a shelve of Python')
  const { db, revoked, log } = worker()
  db.open()
  expect(log()).toContain('cannot be read')
  revoked.add('id-1')
  db.save()
  expect(readFileSync(join(folder, 'state'), 'utf8')).toContain('"id-1"')
})

it('ids are forgotten after three hours, and beyond 50,000 the oldest go', () => {
  const { revoked, clock } = worker()
  revoked.add('old')
  clock.advance(10_801_000)
  expect(revoked.ids.size).toBe(0)
  for (let n = 0; n < 50_001; n++) revoked.add(`id-${n}`)
  expect(revoked.ids.size).toBe(50_000)
  expect(revoked.has('id-0')).toBe(false)
})
