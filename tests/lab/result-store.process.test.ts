/** The result store as a lab really has it: apart from the broker, switched off, with records that expire, are deleted and flushed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LabForTest, problemOf, topology } from './lab-for-test.js'

const TASKS = `
from celery import Celery
app = Celery('harbour')
app.conf.result_expires = 1

@app.task
def short():
    return 'short'

`

const WEB = `
import os
from tasks import app as harbour, short

def app(environ, start_response):
    path = environ['PATH_INFO']
    if path == '/state':
        said = harbour.AsyncResult(environ['QUERY_STRING']).state
    elif path == '/forget':
        result = short.delay()
        result.get(timeout=10)
        result.forget()
        said = 'forgotten'
    elif path == '/store':
        said = str(harbour.conf.result_backend)[-2:] + ' ' + str('CELERY_RESULT_BACKEND' in os.environ)
    else:
        said = short.delay().id
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [said.encode()]
`

let run: LabForTest
beforeAll(async () => {
  run = await LabForTest.create()
  await run.save('tasks.py', TASKS)
  await run.save('web.py', WEB)
  expect(problemOf(await run.lab.start())).toBeNull()
  expect(problemOf(await run.build())).toBeNull()
})
afterAll(async () => {
  expect(await run.stop()).toEqual([])
})

async function said(path: string): Promise<string> {
  const answer = await fetch(`${run.lab.view().webUrl ?? ''}${path}`, { method: 'POST' })
  return answer.text()
}

test('a record expires, and that is told with the id', async () => {
  const before = run.lastSeq
  const id = await said('/send')
  expect(await run.fact('result-stored', ({ taskId }) => taskId === id, before)).toMatchObject({ ttlSeconds: 1 })
  expect(await run.fact('result-removed', undefined, before)).toEqual({
    kind: 'result-removed',
    why: 'expired',
    by: null,
    taskIds: [id],
  })
  expect(await run.fact('result-count', ({ records }) => records === 0, before)).toMatchObject({ bytes: 0 })
})

test('asking for an id that nobody ever used is a fact of the process that asked', async () => {
  const before = run.lastSeq
  expect(await said('/state?nobody-ever')).toBe('PENDING')
  expect(await run.fact('result-asked', undefined, before)).toEqual({
    kind: 'result-asked',
    by: 'web',
    taskId: 'nobody-ever',
  })
})

test('forget() deletes one record, and says by whom', async () => {
  const before = run.lastSeq
  expect(await said('/forget')).toBe('forgotten')
  expect(await run.fact('result-removed', undefined, before)).toMatchObject({ why: 'forgotten', by: 'web' })
})

test('the result store is flushed, and messages stay', async () => {
  await run.lab.stopWorker('worker@1', 'warm')
  await said('/send')
  await run.lab.startWorker('worker@1')
  await run.save('tasks.py', TASKS.replace('result_expires = 1', 'result_expires = 600'))
  expect(problemOf(await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }]))).toBeNull()
  const before = run.lastSeq
  const id = await said('/send')
  await run.fact('result-stored', ({ taskId }) => taskId === id, before)
  await run.lab.stopWorker('worker@1', 'warm')
  const waiting = await said('/send')
  await run.fact('queue-lengths', ({ queues }) => queues['celery'] === 1, before)
  expect(problemOf(await run.lab.applyFault({ kind: 'flush-results' }))).toBeNull()
  expect(await run.fact('result-removed', undefined, before)).toMatchObject({
    why: 'flushed',
    by: 'lab',
    taskIds: [id],
  })
  expect(run.facts('fault', before).map(({ phase }) => phase)).toEqual(['started', 'ended'])
  await run.lab.startWorker('worker@1')
  await run.fact('result-stored', ({ taskId }) => taskId === waiting, before)
})

test('without a result backend nothing is stored, unless the code names one', async () => {
  expect(await said('/store')).toBe('/1 True')
  expect(problemOf(await run.build(topology({ resultBackend: false })))).toBeNull()
  expect(await said('/store')).toBe('ne False')
  const before = run.lastSeq
  const id = await said('/send')
  await run.fact('task-event', ({ type, taskId }) => type === 'task-succeeded' && taskId === id, before)
  expect(run.facts('result-stored', before)).toEqual([])
  expect(run.lab.view().resultBackend).toBe(false)

  const named = TASKS.replace("Celery('harbour')", "Celery('harbour', backend=os.environ['RESULT_STORE_URL'])")
  await run.save('tasks.py', `import os\n${named}`)
  expect(problemOf(await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }]))).toBeNull()
  const second = await said('/send')
  expect(await run.fact('result-stored', undefined, before)).toMatchObject({ taskId: second })
})
