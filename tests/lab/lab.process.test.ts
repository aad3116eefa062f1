/** A whole lab, from its start to what it leaves behind. One file, because all tests share one lab, which takes seconds to start. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LabForTest, TASKS_PY, problemOf, topology } from './lab-for-test.js'
import { waitFor } from '../support/wait-for.js'

let run: LabForTest
beforeAll(async () => {
  run = await LabForTest.create()
  expect(await run.lab.start()).toEqual({ ok: true, value: null })
})
afterAll(async () => {
  expect(await run.stop()).toEqual([])
})

const buyOnce = { count: 1, path: '/buy', together: false }

test('a start state is built: web app and worker ready, everything empty', async () => {
  expect(problemOf(await run.build())).toBeNull()
  const view = run.lab.view()
  expect(view.processes.map(({ name, role, state }) => ({ name, role, state }))).toEqual([
    { name: 'redis', role: 'redis', state: 'ready' },
    { name: 'world', role: 'world', state: 'ready' },
    { name: 'web', role: 'web', state: 'ready' },
    { name: 'worker@1', role: 'worker', state: 'ready' },
  ])
  expect(view).toMatchObject({
    state: 'running',
    problem: null,
    redisAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
  })
  expect(run.process('worker@1').children.map((child) => child.state)).toEqual(['ready', 'ready'])
  expect(run.process('worker@1').fingerprint).toBe(view.fingerprint)
  expect(run.facts('stage-reset')).toEqual([{ kind: 'stage-reset', lesson: 'test', step: 'one' }])
})

test('one purchase is told from the request to the mail, in the order in which it happened, each with who did it', async () => {
  const before = run.lastSeq
  expect(problemOf(await run.lab.buy(buyOnce))).toBeNull()
  const mail = await run.fact('ledger-row', undefined, before)
  const stored = await run.fact('result-stored', undefined, before)
  await run.fact('task-event', (fact) => fact.type === 'task-succeeded', before)
  await run.fact('slot', (fact) => fact.taskId === null, before)
  const published = await run.fact('message-published', undefined, before)
  const children = run.process('worker@1').children.map((child) => child.pid)

  expect(published).toMatchObject({
    by: 'web',
    queue: 'celery',
    taskName: 'tasks.send_confirmation',
    redelivered: false,
  })
  const { taskId, deliveryTag } = published
  expect(await run.fact('message-reserved', undefined, before)).toMatchObject({ by: 'worker@1', deliveryTag, taskId })
  expect(await run.fact('message-acked', undefined, before)).toMatchObject({ by: 'worker@1', deliveryTag, taskId })
  expect(mail).toMatchObject({ effect: 'mail', taskId, refused: false })
  expect(children).toContain(mail.pid)
  expect(stored).toMatchObject({ taskId, state: 'SUCCESS', by: 'worker@1' })
  expect(await run.fact('http-response', undefined, before)).toMatchObject({ path: '/buy', status: 201 })

  const order = [
    'http-request',
    'message-published',
    'message-reserved',
    'message-acked',
    'ledger-row',
    'result-stored',
  ]
  const kinds = run.lab.record.itemsAfter(before).map((item) => item.fact.kind)
  expect(kinds.filter((kind) => order.includes(kind))).toEqual(order)
  expect(run.facts('message-published', before)).toHaveLength(1)
  expect(run.lab.terminals()['worker@1']).toContain(`Task tasks.send_confirmation[${taskId}] received`)
})

test('what the lab itself asks of Redis is no fact', () => {
  const by = run.lab.record.itemsAfter(0).flatMap(({ fact }) => ('by' in fact ? [fact.by] : []))
  expect([...new Set(by)].sort()).toEqual(['web', 'worker@1'])
})

test('the password is in no fact, no view and no terminal', () => {
  const told = JSON.stringify([run.lab.record.itemsAfter(0), run.lab.view(), run.lab.terminals()])
  expect(told).not.toMatch(/[0-9a-f]{64}/)
})

test('an idle worker and web app on the same code are kept when a start state is built again', async () => {
  await waitFor('the worker to be idle', () =>
    run.process('worker@1').children.every((child) => child.state === 'ready'),
  )
  await new Promise((resolve) => setTimeout(resolve, 400)) // a message moved a moment ago: not yet known to be quiet
  const pids = [run.process('web').pid, run.process('worker@1').pid]
  expect(problemOf(await run.build())).toBeNull()
  expect([run.process('web').pid, run.process('worker@1').pid]).toEqual(pids)
  const after = run.lastSeq
  await run.lab.buy(buyOnce)
  await run.fact('ledger-row', undefined, after)
})

test('without a worker the message waits; a worker started later takes it', async () => {
  expect(await run.build(topology({ workers: [{ name: 'worker@1', concurrency: 2, running: false }] }))).toMatchObject({
    ok: true,
  })
  expect(run.process('worker@1')).toMatchObject({ state: 'off', pid: null, concurrency: 2 })
  const before = run.lastSeq
  await run.lab.buy(buyOnce)
  await run.fact('queue-lengths', (fact) => fact.queues['celery'] === 1, before)
  expect(run.facts('ledger-row', before)).toEqual([])
  expect(await run.lab.startWorker('worker@1')).toMatchObject({ ok: true })
  await run.fact('ledger-row', undefined, before)
  await run.fact('queue-lengths', (fact) => fact.queues['celery'] === 0 && fact.unacked === 0, before)
})

test('a message in the queue is gone after a start state was built', async () => {
  await run.build(topology({ workers: [{ name: 'worker@1', concurrency: 2, running: false }] }))
  await run.lab.buy(buyOnce)
  const before = run.lastSeq
  await run.build()
  expect(run.facts('stage-reset', before)).toHaveLength(1)
  // The length from before may still be told first.
  await run.fact('queue-lengths', ({ queues, unacked }) => queues['celery'] === 0 && unacked === 0, before)
})

test('a saved file that loads restarts what loaded it; the view marks what still runs old code in between', async () => {
  const before = run.lastSeq
  const old = run.process('worker@1')
  await run.save('tasks.py', TASKS_PY.replace('confirmed', 'gladly confirmed'))
  const saving = run.lab.filesSaved([{ name: 'tasks.py', fingerprint: 'of the file' }])
  await waitFor('the old worker to be marked stale', () => run.process('worker@1').stale)
  expect(await saving).toEqual({ ok: true, value: null })
  const now = run.process('worker@1')
  expect(now).toMatchObject({ state: 'ready', stale: false, fingerprint: run.lab.view().fingerprint })
  expect(now.pid).not.toBe(old.pid)
  const saved = await run.fact('file-saved', undefined, before)
  expect(saved).toMatchObject({ file: 'tasks.py', fingerprint: now.fingerprint })
  expect(run.facts('code-loaded', before).every((fact) => fact.fingerprint === saved.fingerprint)).toBe(true)
  await run.lab.buy(buyOnce)
  expect((await run.fact('result-stored', undefined, before)).resultText).toContain('gladly confirmed')
})

test('a save that restarts only the web app leaves the worker with its old code, and says that it is stale', async () => {
  const before = run.lastSeq
  const [worker, web] = [run.process('worker@1').pid, run.process('web').pid]
  await run.save('tasks.py', TASKS_PY.replace('confirmed {order}', 'warmly confirmed {order}'))
  expect(await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }], 'web')).toEqual({ ok: true, value: null })
  expect(run.process('web')).toMatchObject({ state: 'ready', stale: false })
  expect(run.process('web').pid).not.toBe(web)
  expect(run.process('worker@1')).toMatchObject({ state: 'ready', stale: true, pid: worker })
  await run.lab.buy(buyOnce)
  expect((await run.fact('result-stored', undefined, before)).resultText).not.toContain('warmly')
  expect(await run.lab.restartWorker('worker@1')).toMatchObject({ ok: true })
  expect(run.process('worker@1').stale).toBe(false)
  expect(await run.fact('queues-consumed', undefined, before)).toEqual({
    kind: 'queues-consumed',
    by: 'worker@1',
    queues: ['celery'],
  })
  await run.save('tasks.py', TASKS_PY)
  expect(await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }])).toMatchObject({ ok: true })
})

test('commits made slow are told as a fault and as the world’s settings', async () => {
  const before = run.lastSeq
  await run.lab.applyFault({ kind: 'slow-commit', delayMs: 2000 })
  expect(await run.fact('world-changed', undefined, before)).toMatchObject({ db: { commitDelayMs: 2000 } })
  expect(run.lab.view().db).toEqual({ commitDelayMs: 2000 })
  await run.lab.applyFault({ kind: 'slow-commit', delayMs: 0 })
  expect(run.facts('fault', before).map((fact) => fact.phase)).toEqual(['started', 'ended'])
})

test('what the code chooses can be looked at: its settings and its tasks, and no address of this lab', async () => {
  const chosen = "app.conf.update(task_acks_late=True, result_backend='redis://:secret@nowhere/1')"
  await run.save(
    'tasks.py',
    `${TASKS_PY}\n${chosen}\n@app.task(max_retries=None, rate_limit='2/s')\ndef other(): pass\n`,
  )
  const looked = await run.lab.codeSettings()
  if (!looked.ok) expect.fail(looked.problem.what)
  expect(looked.value.settings).toMatchObject({ task_acks_late: true })
  expect(JSON.stringify(looked.value)).not.toContain('redis://')
  const other = looked.value.tasks.find(({ name }) => name === 'tasks.other')
  expect(other?.options).toMatchObject({ acks_late: true, rate_limit: '2/s', default_retry_delay: 180 })
  expect(other?.options).not.toHaveProperty('max_retries') // None
  await run.save('tasks.py', TASKS_PY)
})

test('a saved file that does not load is refused with its line, and the last good worker goes on', async () => {
  const before = run.lastSeq
  const { pid } = run.process('worker@1')
  await run.save('tasks.py', `${TASKS_PY}\ndef broken(:\n    pass\n`)
  const reply = await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: 'of the file' }])
  const line = TASKS_PY.split('\n').length + 1
  expect(reply).toMatchObject({ ok: false, problem: { place: { file: 'tasks.py', line } } })
  expect(await run.fact('code-refused', undefined, before)).toMatchObject({ problem: { place: { line } } })
  expect(run.process('worker@1')).toMatchObject({ pid, state: 'ready', stale: true })
  expect(run.lab.terminals()['worker@1']).toContain('SyntaxError')
  await run.lab.buy(buyOnce)
  await run.fact('ledger-row', undefined, before)
  await run.save('tasks.py', TASKS_PY)
  expect(await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }])).toMatchObject({ ok: true })
})

test('a file that never finishes loading is refused after ten seconds, and what runs goes on', async () => {
  const { pid } = run.process('worker@1')
  await run.save('tasks.py', `${TASKS_PY}\nwhile True:\n    pass\n`)
  const reply = await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }])
  expect(reply).toMatchObject({ ok: false, problem: { code: 'file-never-loaded' } })
  expect(run.process('worker@1').pid).toBe(pid)
  await run.save('tasks.py', TASKS_PY)
  expect(await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }])).toMatchObject({ ok: true })
})

test('kill -9 of the worker takes its whole tree; the message it had acked is lost, the one that waited stays', async () => {
  await run.build(topology({ workers: [{ name: 'worker@1', concurrency: 1, running: true }] }))
  const before = run.lastSeq
  await run.lab.buy({ count: 1, path: '/buy?seconds=30', together: false })
  await run.fact('slot', (fact) => fact.taskId !== null, before)
  await run.lab.buy({ count: 1, path: '/buy?seconds=30', together: false })
  await waitFor('the second to be reserved', () => run.facts('message-reserved', before).length === 2)
  const { pid, children } = run.process('worker@1')
  expect(await run.lab.applyFault({ kind: 'kill-worker', worker: 'worker@1' })).toMatchObject({ ok: true })
  const phases = run.facts('fault', before).map((fact) => fact.phase)
  expect(phases).toEqual(['started', 'ended'])
  const exits = await waitFor('both exits', () =>
    run.facts('process-exited', before).length === 2 ? run.facts('process-exited', before) : null,
  )
  expect(exits[0]).toMatchObject({ process: 'worker@1', pid, signal: 'SIGKILL', expected: false })
  expect(exits[1]).toMatchObject({ role: 'pool-process', worker: 'worker@1', pid: children[0]!.pid, expected: false })
  expect(run.process('worker@1')).toMatchObject({ state: 'dead', pid: null, children: [] })
  await run.fact('queue-lengths', (fact) => fact.unacked === 1, before) // reserved, not acked: Redis still has it
  expect(run.facts('message-acked', before)).toHaveLength(1)
  expect(await run.lab.applyFault({ kind: 'kill-worker', worker: 'worker@1' })).toMatchObject({
    ok: false,
    problem: { code: 'worker-not-running' },
  })
})

test('killing the busy child: the worker lives, stores WorkerLostError and forks another', async () => {
  await run.build()
  const before = run.lastSeq
  await run.lab.buy({ count: 1, path: '/buy?seconds=30', together: false })
  const { pid: busy, taskId } = await run.fact('slot', (fact) => fact.taskId !== null, before)
  expect(await run.lab.applyFault({ kind: 'kill-child', worker: 'worker@1' })).toMatchObject({ ok: true })
  expect(await run.fact('process-exited', undefined, before)).toMatchObject({
    role: 'pool-process',
    pid: busy,
    signal: 'SIGKILL',
  })
  expect(await run.fact('result-stored', undefined, before)).toMatchObject({ taskId, state: 'FAILURE' })
  await run.fact('process-ready', (fact) => fact.role === 'pool-process', before)
  await waitFor('two children', () => run.process('worker@1').children.length === 2)
})

test('a child killed after its mail: the mail is out, no task of another sender is touched, and it happens once', async () => {
  await run.build()
  const before = run.lastSeq
  expect(await run.lab.applyFault({ kind: 'kill-child', worker: 'worker@1', at: 'after-effect' })).toMatchObject({
    ok: true,
  })
  await run.lab.buy({ count: 1, path: '/inline', together: false }) // the web process's own mail
  expect(await run.fact('http-response', undefined, before)).toMatchObject({ status: 201 })
  await run.lab.buy({ count: 1, path: '/buy', together: false })
  const mail = await run.fact('ledger-row', (fact) => fact.taskId !== null, before)
  expect(mail.refused).toBe(false)
  expect(await run.fact('process-exited', undefined, before)).toMatchObject({ pid: mail.pid, signal: 'SIGKILL' })
  expect(await run.fact('result-stored', undefined, before)).toMatchObject({ taskId: mail.taskId, state: 'FAILURE' })
  await run.fact('fault', (fact) => fact.phase === 'ended', before)
  await run.lab.buy({ count: 1, path: '/buy', together: false })
  expect(await run.fact('result-stored', (fact) => fact.taskId !== mail.taskId, before)).toMatchObject({
    state: 'SUCCESS',
  })
})

test('mail slowed, stopped and started again, each a fact; a purchase inline fails while it is stopped', async () => {
  const before = run.lastSeq
  await run.lab.applyFault({ kind: 'slow-mail', delayMs: 400 })
  await run.lab.buy({ count: 1, path: '/inline', together: false })
  const slow = await run.fact('http-response', undefined, before)
  expect(slow).toMatchObject({ status: 201, webPid: run.process('web').pid })
  expect(slow.durationMs).toBeGreaterThan(400)
  expect(await run.fact('ledger-row', undefined, before)).toMatchObject({ pid: slow.webPid, taskId: null })
  await run.lab.applyFault({ kind: 'stop-mail' })
  await run.lab.buy({ count: 1, path: '/inline', together: false })
  await run.fact('http-response', (fact) => fact.status === 500, before)
  await run.lab.applyFault({ kind: 'start-mail' })
  await run.lab.applyFault({ kind: 'slow-mail', delayMs: 0 })
  expect(run.facts('fault', before).map((fact) => `${fact.order.kind} ${fact.phase}`)).toEqual([
    'slow-mail started',
    'stop-mail started',
    'start-mail ended',
    'slow-mail ended',
  ])
  expect(run.lab.view().mail).toEqual({ running: true, delayMs: 0 })
})

test('a task that prints without end floods neither record nor terminal, and the app stays quick', async () => {
  const before = run.lastSeq
  await run.lab.buy({ count: 1, path: '/shout?lines=60000', together: false })
  await run.fact('result-stored', undefined, before, 150)
  await run.fact('log-line', (fact) => /lines left out/.test(fact.text), before)
  expect(run.lab.terminals()['worker@1']!.length).toBeLessThan(250_000)
  expect(run.facts('message-published', before)).toHaveLength(1)
}, 180_000)

test('a task that loops for ever: stop waits as Celery does, a second stop ends it', async () => {
  const before = run.lastSeq
  await run.lab.buy({ count: 1, path: '/loop', together: false })
  await run.fact('slot', (fact) => fact.taskId !== null, before)
  expect(await run.lab.stopWorker('worker@1', 'warm')).toMatchObject({
    ok: false,
    problem: { code: 'worker-still-stopping' },
  })
  expect(run.process('worker@1').state).toBe('stopping')
  expect(await run.lab.stopWorker('worker@1', 'warm')).toMatchObject({ ok: true })
  await run.fact('process-exited', (fact) => fact.process === 'worker@1' && fact.expected, before)
  expect(run.process('worker@1')).toMatchObject({ state: 'off', children: [] })
  expect(await run.lab.startWorker('worker@1')).toMatchObject({ ok: true })
})

test('Redis killed: it is said what is lost, Redis comes back, the worker reconnects and works on', async () => {
  const before = run.lastSeq
  process.kill(run.process('redis').pid!, 'SIGKILL')
  await run.fact('problem', (fact) => fact.problem.code === 'redis-died', before)
  await run.fact('process-ready', (fact) => fact.role === 'redis', before)
  await waitFor('a mail by the worker that reconnected', async () => {
    await run.lab.buy(buyOnce)
    return run.facts('ledger-row', before).length > 0
  })
  await run.fact('message-acked', undefined, before)
}, 60_000)

test('the world killed: it comes back where it was', async () => {
  const before = run.lastSeq
  process.kill(run.process('world').pid!, 'SIGKILL')
  await run.fact('process-ready', (fact) => fact.role === 'world', before)
  await run.lab.buy(buyOnce)
  await run.fact('ledger-row', undefined, before)
})

test('the world killed again while it starts: it is started once more, and the lab goes on', async () => {
  const before = run.lastSeq
  process.kill(run.process('world').pid!, 'SIGKILL')
  const started = await run.fact('process-started', (fact) => fact.role === 'world', before)
  process.kill(started.pid, 'SIGKILL') // it has not said yet that it is ready
  await run.fact('process-ready', (fact) => fact.role === 'world', before)
  expect(run.lab.view().state).toBe('running')
  await run.lab.buy(buyOnce)
  await run.fact('ledger-row', undefined, before)
})

test('the web app killed: buying says so, restarting helps', async () => {
  process.kill(run.process('web').pid!, 'SIGKILL')
  await waitFor('its end', () => run.process('web').state === 'dead')
  expect(await run.lab.buy(buyOnce)).toMatchObject({ ok: false, problem: { code: 'not-running' } })
  expect(await run.lab.restartWeb()).toMatchObject({ ok: true })
  expect(await run.lab.buy(buyOnce)).toMatchObject({ ok: true })
})

test('building can be cancelled, and built again', async () => {
  await run.save('tasks.py', `${TASKS_PY}\n# another version, so that nothing may be kept\n`)
  const cancel = new AbortController()
  const building = run.build(topology(), cancel.signal)
  setTimeout(() => cancel.abort(), 150)
  expect(await building).toMatchObject({ ok: false, problem: { code: 'cancelled' } })
  expect(await run.build()).toMatchObject({ ok: true })
})

test('memory of every process is told', async () => {
  for (const name of ['redis', 'world', 'web', 'worker@1'])
    await run.fact('memory', (fact) => fact.process === name && fact.rssBytes > 1e6)
})
