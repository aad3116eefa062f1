/** Every way a URL can name a Redis: TLS, a Unix socket, a user, sentinels, several brokers. All against real servers. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Celery, type CeleryOptions } from '../../../../src-main/engine/index.js'
import { makeCertificates, type Certificates } from '../../../support/certificates.js'
import type { RedisServer } from '../../../support/redis-server.js'
import { freePort, startRedisServer } from '../../../support/redis-server.js'
import { waitFor } from '../../../support/wait-for.js'

/** A Redis built without TLS refuses the option; the embedded one of a platform may be such a build. */
function redisKnowsTls(): boolean {
  try {
    execFileSync('openssl', ['version'])
    return execFileSync('ldd', [execFileSync('which', ['redis-server']).toString().trim()])
      .toString()
      .includes('libssl')
  } catch {
    return false // no openssl, or no ldd to ask with
  }
}

const folder = await mkdtemp(join(tmpdir(), 'redis-links-'))
const socket = join(folder, 'redis.sock')
let apps: Celery[] = []
let logged: string[] = []

afterEach(async () => {
  for (const app of apps) await app.close()
  apps = []
  logged = []
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function appFor(options: CeleryOptions): Celery {
  const keep = (text: string): void => void logged.push(text)
  const once = { ...options.broker_transport_options, max_retries: 0 }
  const conf = { task_publish_retry: false, ...options, broker_transport_options: once }
  const app = new Celery('tasks', conf, { log: { error: keep, warning: keep } })
  apps.push(app)
  return app
}

/** A whole life: a worker that runs a task, and its result read again. */
async function roundTrip(options: CeleryOptions): Promise<unknown> {
  const app = appFor(options)
  const add = app.task('tasks.add', (x: number, y: number) => x + y)
  const worker = app.worker({ mingle: false, gossip: false, log: () => Promise.resolve() })
  try {
    await worker.start()
    return await (await add.delay(2, 3)).get()
  } finally {
    await worker.stop()
  }
}

/** What the sender of a message is told. */
const refusalOf = (options: CeleryOptions): Promise<string> =>
  appFor(options)
    .sendTask('tasks.add', [1, 1])
    .then(
      () => 'sent',
      (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
    )

const refusalOfBackend = (options: CeleryOptions): string => {
  try {
    return String(appFor(options).backend)
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

describe.skipIf(!redisKnowsTls())(
  'rediss:// (this redis-server is built with TLS, and the openssl program is there)',
  () => {
    let certificates: Certificates
    let server: RedisServer
    let port = 0
    const url = (query = '', scheme = 'rediss'): string => `${scheme}://:${server.password}@127.0.0.1:${port}/1${query}`
    const ssl = (more: object = {}): object => ({
      ssl_cert_reqs: 'CERT_REQUIRED',
      ssl_ca_certs: certificates.ca,
      ssl_certfile: certificates.client.cert,
      ssl_keyfile: certificates.client.key,
      ...more,
    })

    beforeAll(async () => {
      certificates = await makeCertificates()
      port = await freePort()
      server = await startRedisServer([
        `tls-port ${port}`,
        `tls-cert-file ${certificates.server.cert}`,
        `tls-key-file ${certificates.server.key}`,
        `tls-ca-cert-file ${certificates.ca}`,
        'tls-auth-clients yes',
      ])
    })
    afterAll(async () => {
      await server.stop()
      await certificates.remove()
    })

    test('runs a task with certificates from the settings, in the numbers of Python and in names', async () => {
      const settings = { broker_use_ssl: ssl({ ssl_cert_reqs: 2 }), redis_backend_use_ssl: ssl() }
      expect(await roundTrip({ broker: url(), backend: url(), ...settings })).toBe(5)
      expect(logged).toEqual([])
    })

    test('takes the same from the URL', async () => {
      const { ca, client } = certificates
      const query = new URLSearchParams({
        ssl_cert_reqs: 'required',
        ssl_ca_certs: ca,
        ssl_certfile: client.cert,
        ssl_keyfile: client.key,
      })
      expect(await roundTrip({ broker: url(`?${query}`), backend: url(`?${query}`) })).toBe(5)
    })

    test('refuses a server that its authority did not sign, in words of redis-py', async () => {
      const broker_use_ssl = ssl({ ssl_ca_certs: certificates.otherCa })
      expect(await refusalOf({ broker: url(), broker_use_ssl })).toMatch(
        /^OperationalError: Error 1 connecting to 127\.0\.0\.1:\d+\. \[SSL: CERTIFICATE_VERIFY_FAILED\] certificate verify failed: /,
      )
    })

    test('does not look at who answers with CERT_NONE, and says so', async () => {
      const use = ssl({ ssl_ca_certs: certificates.otherCa, ssl_cert_reqs: 'none' })
      expect(await roundTrip({ broker: url(), backend: url(), broker_use_ssl: use, redis_backend_use_ssl: use })).toBe(
        5,
      )
      expect(logged.every((text) => text.startsWith('Setting ssl_cert_reqs=CERT_NONE when connecting to redis'))).toBe(
        true,
      )
    })

    test("answers what is missing or does not fit in Celery's words", async () => {
      const missing =
        'ImproperlyConfigured: A rediss:// URL must have parameter ssl_cert_reqs and this must be set to CERT_REQUIRED, CERT_OPTIONAL, or CERT_NONE'
      expect(refusalOfBackend({ backend: url() })).toBe(missing)
      expect(refusalOfBackend({ backend: url('?ssl_cert_reqs=maybe') })).toBe(`${missing}; it is 'maybe'`)
      expect(refusalOfBackend({ backend: url('?ssl_cert_reqs=none', 'redis') })).toContain(
        'should use the scheme rediss://',
      )
      expect(await refusalOf({ broker: url() })).toContain('OperationalError') // not verified, but this Redis verifies us
      expect(logged).toContain(
        'Secure redis scheme specified (rediss) with no ssl options, defaulting to insecure SSL behaviour.',
      )
      expect(await refusalOf({ broker: url('?ssl_ca_certs=/nowhere/ca.crt') })).toMatch(
        /^ImproperlyConfigured: a file for TLS cannot be read: ENOENT/,
      )
    })
  },
)

describe('a Redis on this machine', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedisServer([`unixsocket ${socket}`])
  })
  afterAll(() => server.stop())

  test('is reached by its Unix socket, in both spellings, with a password and a database', async () => {
    const url = (scheme: string): string => `${scheme}://:${server.password}@${socket}?virtual_host=3`
    expect(await roundTrip({ broker: url('redis+socket'), backend: url('socket') })).toBe(5)
    expect((await server.client(3).keys('celery-task-meta-*')).length).toBe(1)
    expect(await refusalOf({ broker: `redis+socket://${socket}.away` })).toBe(
      `OperationalError: Error 2 connecting to unix socket: ${socket}.away. No such file or directory.`,
    )
  })

  test('knows a user by name, and says what it refuses', async () => {
    await server.client().call('ACL', 'SETUSER', 'shop', 'on', '>p@ss:word', '~*', '&*', '+@all')
    const url = (password: string): string => `redis://shop:${password}@127.0.0.1:${server.port}/2`
    expect(await roundTrip({ broker: url('p%40ss%3Aword'), backend: url('p%40ss%3Aword') })).toBe(5)
    expect(await refusalOf({ broker: url('wrong') })).toContain('WRONGPASS')
  })

  test('is found among several brokers, whichever is tried first', async () => {
    const away = `redis://127.0.0.1:${await freePort()}/0`
    expect(await roundTrip({ broker: `${away};${server.url()}`, backend: server.url() })).toBe(5)
    const list = [away, away, server.url()] as unknown as string // as Python's broker_url may be a list
    expect(await roundTrip({ broker: list, backend: server.url() })).toBe(5)
    expect(await refusalOf({ broker: `${away};${away}` })).toContain('Error 111')
    expect(await refusalOf({ broker: away, broker_failover_strategy: 'mine' })).toContain(
      "'mine', expected 'round-robin'",
    )
  })
})

describe('sentinel://', () => {
  test('asks the sentinels for the master, also when the first is away', async () => {
    const [master, port, away] = [await startRedisServer(), await freePort(), await freePort()]
    const config = join(folder, 'sentinel.conf')
    await writeFile(
      config,
      [
        `port ${port}`,
        'bind 127.0.0.1',
        'requirepass for-sentinels',
        `dir ${folder}`,
        `sentinel monitor mymaster 127.0.0.1 ${master.port} 1`,
        `sentinel auth-pass mymaster ${master.password}`,
      ].join('\n'),
    )
    const child = spawn('redis-server', [config, '--sentinel'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    try {
      await waitFor('the sentinel watches', () => text.includes('+monitor master mymaster'), { describe: () => text })
      const url = `sentinel://:${master.password}@127.0.0.1:${away};sentinel://:${master.password}@127.0.0.1:${port}/0`
      const options = (name?: string): object => ({
        ...(name === undefined ? {} : { master_name: name }),
        sentinel_kwargs: { password: 'for-sentinels' },
      })
      const both = (name: string): CeleryOptions => ({
        broker: url,
        backend: url,
        broker_transport_options: options(name),
        result_backend_transport_options: options(name),
      })
      expect(await roundTrip(both('mymaster'))).toBe(5)
      expect(await refusalOf(both('another'))).toMatch(/^OperationalError: No master found for 'another'/)
      expect(await refusalOf({ broker: url, broker_transport_options: options() })).toBe(
        "ImproperlyConfigured: 'master_name' transport option must be specified.",
      )
    } finally {
      child.kill('SIGKILL')
      await ended
      await master.stop()
    }
  })
})
