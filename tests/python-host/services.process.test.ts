/** urllib, http.client and smtplib, unmodified, against the real world process's services, and nothing else. */
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LabService } from '../../src-main/processes/messages/learner-environment.js'
import { World } from '../../src-main/world/world.js'
import { waitFor } from '../support/wait-for.js'
import { PythonForTests, head } from './python-for-tests.js'

const tasks = `${head}
import http.client, smtplib, socket, urllib.request, urllib.error
from email.message import EmailMessage
MAIL = (os.environ['MAIL_HOST'], int(os.environ['MAIL_PORT']))
API = os.environ['API_URL']

@app.task
def send_mail(to, timeout=None):
    message = EmailMessage()
    message['From'], message['To'], message['Subject'] = 'tickets@harbour.test', to, 'Your ticket für Æ'
    message.set_content('Row 1\\n')
    with smtplib.SMTP(*MAIL, **({'timeout': timeout} if timeout else {})) as smtp:
        smtp.send_message(message)
    return 'sent'

@app.task
def get(path, times=1):
    for _ in range(times):
        with urllib.request.urlopen(API + path, timeout=5) as response:
            status, body = response.status, response.read()
    return [status, len(body)]

@app.task
def post(path, size):
    connection = http.client.HTTPConnection(API.split('//')[1], timeout=5)
    connection.request('POST', path, body=b'x' * size, headers={'Content-Type': 'text/plain'})
    response = connection.getresponse()
    response.read()
    return response.status

@app.task
def said(code):
    try: return repr(eval(code))
    except BaseException as exc:
        if isinstance(exc, urllib.error.URLError) and not isinstance(exc, urllib.error.HTTPError): exc = exc.reason
        return [type(exc).__name__, [base.__name__ for base in type(exc).__mro__[1:-1]], getattr(exc, 'errno', None), str(exc)]
`

interface Row {
  readonly effect: string
  readonly to: string | null
  readonly pid: number | null
  readonly taskId: string | null
  readonly attempt: number | null
}

let world: World
let python: PythonForTests
let silent: Server
const rows: Row[] = []

beforeAll(async () => {
  world = new World({
    settings: {
      mail: { running: true, delayMs: 0 },
      api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
    },
    seed: 1,
    onRow: (row) => void rows.push(row),
    log: () => undefined,
  })
  const ports = await world.start()
  // A third service that accepts and never says anything.
  silent = createServer((socket) => void socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const quiet = (silent.address() as AddressInfo).port
  const services: LabService[] = [
    { name: 'mail', host: '127.0.0.1', ...ports.mail },
    { name: 'api', host: '127.0.0.1', ...ports.api },
    { name: 'api', host: '127.0.0.1', port: 7, attributedPort: quiet },
  ]
  const environ = {
    MAIL_HOST: '127.0.0.1',
    MAIL_PORT: String(ports.mail.port),
    API_URL: `http://127.0.0.1:${ports.api.port}`,
  }
  python = new PythonForTests({ 'tasks.py': tasks }, { services, environ })
  expect(await python.load()).toMatchObject({ kind: 'loaded' })
})
beforeEach(() => void (rows.length = 0))
afterEach(() =>
  world.set({
    mail: { running: true, delayMs: 0 },
    api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
  }),
)
afterAll(async () => {
  await python.close()
  await world.close()
  await new Promise((resolve) => silent.close(resolve))
})

describe('services of the lab', () => {
  test('a refused connection ends its traceback in the library that was asked, as on any machine', async () => {
    await world.set({ mail: { running: false } })
    const outcome = await python.run('send_mail', ['ada@example.test'])
    const text = outcome.kind === 'failure' ? outcome.error.tracebackText : ''
    expect(text).toMatch(
      /File "[^"]*smtplib\.py", line \d+, in [^]*\nConnectionRefusedError: \[Errno 111\] Connection refused\n$/,
    )
    expect(text).not.toContain('lab_host')
  })

  test('smtplib sends a mail, and the ledger knows which process, task and attempt it was', async () => {
    expect(await python.run('send_mail', ['ada@example.test'], { id: 'mail-1', retries: 2 })).toMatchObject({
      kind: 'success',
    })
    await waitFor('the row', () => rows.length === 1)
    expect(rows[0]).toMatchObject({
      effect: 'mail',
      to: 'ada@example.test',
      pid: process.pid,
      taskId: 'mail-1',
      attempt: 3,
    })
  })

  test('urllib and http.client talk to the API', async () => {
    const [status, length] = (await python.value('get', ['/seats/harbour'])) as [number, number]
    expect(status).toBe(200)
    expect(length).toBeGreaterThan(0)
    expect(await python.value('post', ['/seats/harbour', 300_000])).toBe(405)
  })

  test('fifty requests one after the other work', async () => {
    expect(await python.value('get', ['/seats/harbour', 50])).toEqual([200, expect.any(Number)])
  })

  test('a timeout of the caller is kept, and says so as on any machine', async () => {
    await world.set({ mail: { delayMs: 3000 } })
    const outcome = await python.run('send_mail', ['late@example.test', 0.3])
    expect(outcome).toMatchObject({
      kind: 'failure',
      error: { excType: expect.stringMatching(/^(TimeoutError|SMTPServerDisconnected)$/) },
    })
    expect(await python.value('said', ["socket.create_connection(('localhost', 7), timeout=0.2).recv(1)"])).toEqual([
      'TimeoutError', ['OSError', 'Exception', 'BaseException'], null, 'timed out',
    ]) // prettier-ignore
  })

  test('a stopped mail server refuses the connection, with the number Linux has for it', async () => {
    await world.set({ mail: { running: false } })
    expect(await python.run('send_mail', ['x@example.test'])).toMatchObject({
      kind: 'failure',
      error: { excType: 'ConnectionRefusedError', excMessageJson: '[111, "Connection refused"]' },
    })
    expect(await python.value('said', ['__import__("errno").ECONNREFUSED'])).toBe('111')
  })

  test('the soft time limit ends a wait for an answer', async () => {
    const waiting = python.run('said', ["socket.create_connection(('127.0.0.1', 7)).recv(1)"])
    setTimeout(() => python.runner.softTimeLimit(), 200)
    expect(await waiting).toMatchObject({
      kind: 'success',
      resultJson: expect.stringContaining('SoftTimeLimitExceeded'),
    })
  })
})

describe('anything else is refused, and told what is allowed', () => {
  const words = /outside the lab: Python here may reach mail at 127\.0\.0\.1:\d+, api at 127\.0\.0\.1:\d+/
  test.each([
    ["urllib.request.urlopen('http://example.com/')", 'example.com:80'],
    ["urllib.request.urlopen('http://127.0.0.1:9/')", '127.0.0.1:9'],
    ["smtplib.SMTP('mail.example.com', 25)", 'mail.example.com:25'],
    ["http.client.HTTPConnection('10.0.0.1', 8080).connect()", '10.0.0.1:8080'],
    ["socket.socket().connect(('localhost', 22))", 'localhost:22'],
    ["socket.gethostbyname('example.com')", 'example.com'],
    ["socket.socket().bind(('127.0.0.1', 0))", 'listening'],
    ["socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53))", '8.8.8.8'],
  ])('%s', async (code, asked) => {
    const answer = (await python.value('said', [code])) as [string, string[], number, string]
    expect(answer[0]).toBe('AddressRefused')
    expect(answer[1]).toContain('PermissionError')
    expect(answer[2]).toBe(13)
    expect(answer[3]).toContain(asked)
    expect(answer[3]).toMatch(words)
  })
})
