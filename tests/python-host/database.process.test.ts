/** The lessons' own `database.py`, unmodified, in Python of ours against the real database of the world. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatabaseFact } from '../../src-main/contract/feed.js'
import { Database } from '../../src-main/world/database.js'
import { waitFor } from '../support/wait-for.js'
import { PythonForTests, head } from './python-for-tests.js'

const database_py = readFileSync('lessons/common/database.py', 'utf8')
const tasks = `${head}
import database

@app.task
def use(code):
    scope = {'database': database, 'log': []}
    exec(code, scope)
    return scope['log']
`

let world: Database
let python: PythonForTests
const facts: DatabaseFact[] = []

beforeAll(async () => {
  world = new Database({ settings: { commitDelayMs: 0 }, tell: (fact) => void facts.push(fact), log: () => undefined })
  const ports = await world.start()
  const services = [{ name: 'db' as const, host: '127.0.0.1', ...ports }]
  python = new PythonForTests(
    { 'tasks.py': tasks, 'database.py': database_py },
    { services, environ: { DB_URL: `http://127.0.0.1:${ports.port}` } },
  )
  expect(await python.load()).toMatchObject({ kind: 'loaded' })
})
afterAll(async () => {
  await python.close()
  await world.close()
})

test('rows are written, read, found, changed, deleted; a missing one and a double are exceptions with names', async () => {
  const log = await python.value('use', [
    `
id = database.insert('orders', email='ada@example.com', seats=2)
log.append(database.get('orders', id))
log.append(len(database.find('orders', email='ada@example.com', seats=2)))
log.append(database.update('orders', id, paid=True)['paid'])
database.delete('orders', id)
try: database.get('orders', id)
except database.NotFound as exc: log.append(str(exc))
database.insert('mails', id='ä/1')
try: database.insert('mails', id='ä/1')
except database.AlreadyThere as exc: log.append(str(exc))
log.append(database.get('mails', 'ä/1'))
`,
  ])
  expect(log).toEqual([
    { email: 'ada@example.com', seats: 2, id: 1 },
    1,
    true,
    'orders has no row with id "1"',
    'mails has a row with id "ä/1" already',
    { id: 'ä/1' },
  ])
  expect(facts.find((fact) => fact.kind === 'db-row')).toMatchObject({ pid: process.pid, taskId: 'id-1', attempt: 1 })
})

test('a transaction is committed at the end of its block, then what waits for that is called', async () => {
  const log = await python.value('use', [
    `
with database.transaction() as db:
    id = db.insert('sales', seats=1)
    db.on_commit(lambda: log.append(database.get('sales', id)['seats']))
    log.append(database.find('sales'))
`,
  ])
  expect(log).toEqual([[], 1])
})

test('a block that raises is rolled back, and what waited for its commit is never called', async () => {
  const log = await python.value('use', [
    `
try:
    with database.transaction() as db:
        db.insert('refunds', seats=1)
        db.on_commit(lambda: log.append('called'))
        raise ValueError('no')
except ValueError as exc: log.append(str(exc))
log.append(database.find('refunds'))
`,
  ])
  expect(log).toEqual(['no', []])
})

test('a process killed inside a transaction has rolled back', async () => {
  const before = facts.length
  const running = python.run('use', [
    "import time\nwith database.transaction() as db:\n    db.insert('held', id=1)\n    time.sleep(60)",
  ])
  await waitFor('the row', () => facts.slice(before).some((fact) => fact.kind === 'db-row'))
  await python.close()
  await running.catch(() => undefined)
  await waitFor('the rollback', () =>
    facts.slice(before).some((fact) => fact.kind === 'db-transaction' && fact.phase === 'rolled-back'),
  )
})
