/** The learner's web.py as a process: real HTTP, one Python, real Redis behind `.delay()`. Long, because the web apps it tries are in it. */
import { rmSync } from 'node:fs'
import { get, request as httpRequest } from 'node:http'
import { connect, createServer, type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ChildHandle } from '../../src-main/lab/child-handle.js'
import type { LabToWeb, WebToLab } from '../../src-main/processes/messages/web-messages.js'
import { environmentOf, workspace } from '../python-host/python-for-tests.js'
import { entry } from '../support/entries.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'

const tasks = `
from celery import Celery
app = Celery('tasks')

@app.task
def send_ticket(order, to=None):
    return order
`
const web = `
import json, os, sys, time
from urllib.parse import parse_qs
from tasks import send_ticket

print('web.py is loaded')

class Closing:
    def __init__(self, fails):
        self.fails = fails
    def __iter__(self):
        yield b'one '
        if self.fails: raise ValueError('in the middle')
        yield b'two'
    def close(self):
        print('closed')
        if not self.fails: raise OSError('close() fails')

def app(environ, start_response):
    path = environ['PATH_INFO']
    if path == '/buy':
        body = environ['wsgi.input'].read(int(environ['CONTENT_LENGTH'])).decode()
        result = send_ticket.delay(parse_qs(body)['order'][0], to='ada@example.test')
        start_response('202 Accepted', [('Content-Type', 'text/plain'), ('Set-Cookie', 'a=1'), ('Set-Cookie', 'b=2')])
        return [result.id.encode(), b' ', result.state.encode()]
    if path == '/slow':
        time.sleep(0.3)
    if path == '/broken':
        raise ValueError('the page is broken')
    if path == '/result':
        from celery.result import AsyncResult
        result = AsyncResult(environ['QUERY_STRING'])
        said = [result.state, result.ready(), result.successful(), result.failed(), result.traceback]
        try: said.append(repr(result.get(timeout=0.2 if result.id == 'never' else 10)))
        except Exception as exc: said.append(type(exc).__module__ + '.' + repr(exc))
        said.append(repr(result.get(propagate=False)) if result.ready() else None)
        result.forget()
        said.append(AsyncResult(result.id).state)
        start_response('200 OK', [])
        return [json.dumps(said).encode()]
    if path == '/headers':
        start_response('200 OK', [('X-Two', 'one\\r\\nSet-Cookie: stolen=1')])
        return [b'x' * 5000]
    if path == '/reason':
        start_response('200 O\\r\\nX-Bad: 1', [('X-Kept', 'yes')])
        return [b'x' * 5000]
    if path == '/loop':
        while True: pass
    if path == '/large':
        start_response('200 OK', [])
        return [b'x' * 30_000_000]
    if path == '/closing':
        start_response('200 OK', [])
        return Closing(fails=environ['QUERY_STRING'] == 'fails')
    start_response('200 OK', [('Content-Type', 'application/json')])
    keys = ('REQUEST_METHOD', 'PATH_INFO', 'QUERY_STRING', 'SERVER_PORT', 'HTTP_X_ORDER', 'wsgi.url_scheme')
    return [json.dumps({**{key: environ.get(key) for key in keys}, 'pid': os.getpid()}).encode()]
`

type Web = ChildHandle<LabToWeb, WebToLab>
let redis: RedisServer
let child: Web | null = null
let text = ''
const heard: WebToLab[] = []
const folders: string[] = []

beforeAll(async () => {
  redis = await startRedisServer()
})
afterEach(async () => {
  child?.kill()
  await child?.exitedWithin(5_000)
  child = null
  heard.length = 0
  text = ''
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
afterAll(() => redis.stop())

async function startWeb(
  files: Readonly<Record<string, string>> = { 'web.py': web, 'tasks.py': tasks },
  port = 0,
): Promise<WebToLab> {
  const folder = workspace(files)
  folders.push(folder)
  const started: Web = new ChildHandle({ execPath: process.execPath, entry: entry('web') })
  child = started
  started.start()
  started.onText((_stream, chunk) => (text += chunk))
  started.onMessage((message) => message.kind !== 'importing' && heard.push(message))
  const environment = environmentOf(folder, { brokerUrl: redis.url(), resultBackend: redis.url() })
  started.send({ kind: 'start', environment, appModule: 'web', port })
  return waitFor('an answer to start', () => heard[0], { describe: () => text })
}

async function startedPort(): Promise<number> {
  const answer = await startWeb()
  if (answer.kind !== 'ready') throw new Error(JSON.stringify(answer))
  return answer.port
}

const fetchText = async (
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; body: string; headers: Headers }> => {
  const response = await fetch(url, init)
  return { status: response.status, body: await response.text(), headers: response.headers }
}

test('a request reaches the WSGI app with its whole environ, and is told to the lab and the log', async () => {
  const port = await startedPort()
  const { status, body } = await fetchText(`http://127.0.0.1:${port}/caf%C3%A9?x=1&y=`, { headers: { 'X-Order': '7' } })
  expect(status).toBe(200)
  expect(JSON.parse(body)).toEqual({
    REQUEST_METHOD: 'GET',
    PATH_INFO: '/cafÃ©', // UTF-8 bytes in the shape of latin-1 text, as PEP 3333 wants it
    QUERY_STRING: 'x=1&y=',
    SERVER_PORT: String(port),
    HTTP_X_ORDER: '7',
    'wsgi.url_scheme': 'http',
    pid: child!.pid,
  })
  await waitFor('request and response', () => heard.length === 3)
  expect(heard.slice(1)).toEqual([
    { kind: 'request', requestId: expect.any(String), method: 'GET', path: '/caf%C3%A9' },
    { kind: 'response', requestId: (heard[1] as { requestId: string }).requestId, method: 'GET', path: '/caf%C3%A9', status: 200, durationMs: expect.any(Number), text: body },
  ]) // prettier-ignore
  await waitFor('the access line', () => text.includes('GET /caf'))
  expect(text).toMatch(/web\.py is loaded\n/)
  expect(text).toMatch(
    /127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4} \d\d:\d\d:\d\d\] "GET \/caf%C3%A9\?x=1&y= HTTP\/1\.1" 200 -\n/,
  )
})

test('.delay() in a page puts a message into Redis and the page answers at once', async () => {
  const port = await startedPort()
  const { status, body, headers } = await fetchText(`http://127.0.0.1:${port}/buy`, {
    method: 'POST',
    body: 'order=A-17',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })
  expect(status).toBe(202)
  const [taskId, state] = body.split(' ')
  expect(state).toBe('PENDING')
  expect(headers.get('set-cookie')).toBe('a=1, b=2')
  const client = redis.client()
  const [raw, ...others] = await client.lrange('celery', 0, -1)
  expect(others).toEqual([])
  const envelope = JSON.parse(raw!) as { headers: Record<string, unknown>; body: string }
  expect(envelope.headers).toMatchObject({
    task: 'tasks.send_ticket', id: taskId, root_id: taskId, parent_id: null, argsrepr: "('A-17',)", kwargsrepr: "{'to': 'ada@example.test'}",
  }) // prettier-ignore
  expect(JSON.parse(Buffer.from(envelope.body, 'base64').toString())).toEqual([
    ['A-17'],
    { to: 'ada@example.test' },
    { callbacks: null, errbacks: null, chain: null, chord: null },
  ])
  await client.flushdb()
})

test('AsyncResult reads, waits for and forgets what workers have stored', async () => {
  const port = await startedPort()
  const client = redis.client()
  const store = (id: string, document: object): Promise<unknown> =>
    client.set(`celery-task-meta-${id}`, JSON.stringify({ children: [], traceback: null, task_id: id, ...document }))
  const ask = async (id: string): Promise<unknown> =>
    JSON.parse((await fetchText(`http://127.0.0.1:${port}/result?${id}`)).body)
  await store('good', { status: 'SUCCESS', result: { at: { __type__: 'date', __value__: '2030-01-02' } } })
  await store('bad', {
    status: 'FAILURE',
    result: { exc_type: 'KeyError', exc_message: ['k'], exc_module: 'builtins' },
    traceback: 'Traceback',
  })
  await store('elsewhere', {
    status: 'FAILURE',
    result: { exc_type: 'Own', exc_message: [1], exc_module: 'not.loaded' },
  })
  const good = "{'at': datetime.date(2030, 1, 2)}"
  expect(await ask('good')).toEqual(['SUCCESS', true, true, false, null, good, good, 'PENDING'])
  expect(await ask('bad')).toEqual([
    'FAILURE',
    true,
    false,
    true,
    'Traceback',
    "builtins.KeyError('k')",
    "KeyError('k')",
    'PENDING',
  ])
  expect(await ask('elsewhere')).toEqual(['FAILURE', true, false, true, null, 'not.loaded.Own(1)', 'Own(1)', 'PENDING'])
  expect(await ask('never')).toEqual([
    'PENDING',
    false,
    false,
    false,
    null,
    "celery.exceptions.TimeoutError('The operation timed out.')",
    null,
    'PENDING',
  ])
  const late = ask('late')
  await waitFor(
    'the wait on the channel',
    async () => ((await client.pubsub('NUMSUB', 'celery-task-meta-late')) as [string, number])[1] > 0,
  )
  const text = JSON.stringify({ status: 'SUCCESS', result: 5, traceback: null, children: [], task_id: 'late' })
  await client.multi().setex('celery-task-meta-late', 60, text).publish('celery-task-meta-late', text).exec()
  expect(await late).toEqual(['PENDING', false, false, false, null, '5', '5', 'PENDING'])
  expect(await client.keys('celery-task-meta-*')).toEqual([])
})

test('five requests at once wait for each other: one Python, one at a time', async () => {
  const port = await startedPort()
  await Promise.all(Array.from({ length: 5 }, () => fetchText(`http://127.0.0.1:${port}/slow`)))
  await waitFor('five responses', () => heard.filter((message) => message.kind === 'response').length === 5)
  const durations = heard
    .flatMap((message) => (message.kind === 'response' ? [message.durationMs] : []))
    .sort((a, b) => a - b)
  expect(durations[0]).toBeGreaterThanOrEqual(299)
  expect(durations[4]).toBeGreaterThanOrEqual(1499)
})

test('an exception is a plain 500 page, and its traceback is in the log', async () => {
  const port = await startedPort()
  const { status, body } = await fetchText(`http://127.0.0.1:${port}/broken`)
  expect(status).toBe(500)
  expect(body).not.toContain('ValueError')
  await waitFor('the traceback', () => text.includes('ValueError: the page is broken'))
  expect(text).toMatch(/Traceback \(most recent call last\):\n {2}File "\/workspace\/web\.py", line \d+, in app\n/)
  expect((await fetchText(`http://127.0.0.1:${port}/`)).status).toBe(200)
})

test.each(['/headers', '/reason'])(
  'a line end in what becomes the head of a response is a 500 page: %s',
  async (path) => {
    const port = await startedPort()
    const { status, headers, body } = await fetchText(`http://127.0.0.1:${port}${path}`)
    expect(status).toBe(500)
    for (const name of ['x-bad', 'x-kept', 'set-cookie']) expect(headers.has(name)).toBe(false)
    expect(body).toContain('see the log')
  },
)

test('a client that goes away while it waits is not served', async () => {
  const port = await startedPort()
  const slow = fetchText(`http://127.0.0.1:${port}/slow`)
  await waitFor('the slow request', () => heard.some((message) => message.kind === 'request'))
  const gone = get(`http://127.0.0.1:${port}/broken`)
  gone.on('error', () => undefined)
  await waitFor('the second request', () => heard.filter((message) => message.kind === 'request').length === 2)
  gone.destroy()
  await slow
  await waitFor('both ends', () => heard.filter((message) => message.kind === 'response').length === 2)
  expect(heard.map((message) => (message.kind === 'response' ? message.status : 0))).toContain(499)
  expect(text).not.toContain('the page is broken')
})

test('a client that does not read keeps nobody waiting', async () => {
  const port = await startedPort()
  const slow = connect(port, '127.0.0.1')
  slow.write('GET /large HTTP/1.1\r\nHost: harbour\r\n\r\n')
  try {
    await new Promise((resolve) => slow.once('readable', resolve)) // its response has begun, and nobody reads it
    expect((await fetchText(`http://127.0.0.1:${port}/`)).status).toBe(200)
    const first = await waitFor('a response', () => heard.find((message) => message.kind === 'response'))
    expect(first).toMatchObject({ path: '/' }) // the other one has not ended
  } finally {
    slow.destroy()
  }
})

test('the close() of what an app gives comes after its page, also when the page fails', async () => {
  const port = await startedPort()
  expect((await fetchText(`http://127.0.0.1:${port}/closing`)).body).toBe('one two')
  await waitFor('what close() raised', () => text.includes('OSError: close() fails'))
  expect(text.indexOf('GET /closing')).toBeLessThan(text.indexOf('OSError: close() fails'))
  expect((await fetchText(`http://127.0.0.1:${port}/closing?fails`)).status).toBe(500)
  await waitFor('the second close()', () => text.split('closed\n').length === 3)
  expect(text).toContain('ValueError: in the middle')
})

test('a body over 1 MB is refused', async () => {
  const port = await startedPort()
  const { status, body } = await fetchText(`http://127.0.0.1:${port}/buy`, {
    method: 'POST',
    body: 'x'.repeat(1024 * 1024 + 1),
  })
  expect(status).toBe(413)
  expect(body).toContain('1048577 bytes')
})

test('a taken port is said so', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const { port } = holder.address() as AddressInfo
  try {
    expect(await startWeb(undefined, port)).toMatchObject({
      kind: 'refused',
      problem: { code: 'port-taken', what: `Port ${port} on this machine is taken by another program.` },
    })
  } finally {
    holder.close()
  }
})

test.each([
  [
    'a syntax error',
    { 'web.py': 'def app(environ, start_response)\n    return []\n' },
    { file: 'web.py', line: 1 },
    'SyntaxError',
  ],
  [
    'an error in a module it imports',
    { 'web.py': 'import tasks\n', 'tasks.py': '\nboom\n' },
    { file: 'tasks.py', line: 2 },
    'NameError',
  ],
  ['no app', { 'web.py': 'x = 1\n' }, { file: 'web.py', line: 1 }, 'no callable named `app`'],
])('%s refuses the start, with its place', async (_what, files, place, words) => {
  const answer = await startWeb(files)
  expect(answer).toMatchObject({ kind: 'refused', problem: { place, what: expect.stringContaining(words) } })
})

test('stop ends it, and so does its parent going away while Python is in an endless loop', async () => {
  await startedPort()
  child!.send({ kind: 'stop' })
  expect(await child!.exitedWithin(30_000)).toBe(true)
  heard.length = 0
  const port = await startedPort()
  const hanging = httpRequest(`http://127.0.0.1:${port}/loop`)
  hanging.on('error', () => undefined)
  hanging.end()
  await waitFor('the request', () => heard.some((message) => message.kind === 'request'))
  child!.disconnect()
  expect(await child!.exitedWithin(30_000)).toBe(true)
})
