import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findRedisBinary } from '../../src-main/embedded-redis/find-redis-binary.js'
import { freePort } from '../../src-main/embedded-redis/free-port.js'
import { randomPassword } from '../../src-main/embedded-redis/redis-settings-file.js'
import { ChildHandle } from '../../src-main/lab/child-handle.js'
import { killPid, survivors } from '../../src-main/faults/process-killer.js'
import type { LabToRedisHost, RedisHostToLab } from '../../src-main/processes/messages/redis-host-messages.js'
import { entry } from '../support/entries.js'

const run = promisify(execFile)
const password = randomPassword()
let folder = ''
let host: ChildHandle<LabToRedisHost, RedisHostToLab>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-host-'))
  host = new ChildHandle({ execPath: process.execPath, entry: entry('redis-host') })
  host.start()
})
afterEach(async () => {
  host.kill()
  await host.exitedWithin(2_000)
  await rm(folder, { recursive: true, force: true })
})

function isAny(message: RedisHostToLab): message is RedisHostToLab {
  return message.kind === 'ready' || message.kind === 'failed'
}

async function started(port?: number): Promise<{ readonly port: number; readonly pid: number }> {
  const found = await findRedisBinary({ bundledFolder: null, buildFolder: null })
  if (!found.found) throw new Error(`no redis-server here: ${found.lookedFor.join(', ')}`)
  const { binary, libraryFolder } = found
  const order = {
    binary,
    libraryFolder,
    buildFolder: join(folder, 'build'),
    password,
    appendOnly: false,
    dataFolder: join(folder, 'with space'),
  }
  host.send({ kind: 'start', ...order, port: port ?? (await freePort()) })
  const answer = await host.next(isAny, { timeoutMs: 10_000 })
  if (answer.kind !== 'message' || answer.message.kind !== 'ready') throw new Error(JSON.stringify(answer))
  return answer.message
}

async function client(port: number, secret: string): Promise<Redis> {
  const redis = new Redis({ port, host: '127.0.0.1', password: secret, lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => undefined)
  await redis.connect()
  return redis
}

test('Redis answers on loopback to the password only, which shows in no process list, environment or file', async () => {
  const { port, pid } = await started()
  const redis = await client(port, password)
  expect(await redis.ping()).toBe('PONG')
  expect(await redis.config('GET', 'bind')).toEqual(['bind', '127.0.0.1'])
  expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  redis.disconnect()
  await expect(client(port, '')).rejects.toThrow(/NOAUTH|Connection is closed/)

  const { stdout: processes } = await run('ps', ['-eo', 'args', '-ww'])
  expect(processes).toContain(`redis-server 127.0.0.1:${port}`)
  expect(processes).not.toContain(password)
  for (const one of [pid, host.pid]) expect(await readFile(`/proc/${one}/environ`, 'utf8')).not.toContain(password)
  expect(await readdir(join(folder, 'with space'))).toEqual([])
})

test('stop ends Redis and its host', async () => {
  const { pid } = await started()
  host.send({ kind: 'stop' })
  expect(await host.exitedWithin(30_000)).toBe(true)
  expect(await survivors([pid], 1_000)).toEqual([])
})

test('a host killed by SIGKILL leaves no redis-server after 5 seconds', async () => {
  const { pid } = await started()
  host.kill('SIGKILL')
  expect(await survivors([pid, host.pid], 5_000)).toEqual([])
})

test('a host whose parent goes away ends by itself, and Redis with it', async () => {
  const { pid } = await started()
  host.disconnect()
  expect(await survivors([pid, host.pid], 5_000)).toEqual([])
})

test('a redis-server that dies takes its host along, so that the lab notices', async () => {
  const { pid } = await started()
  killPid(pid)
  expect(await host.exitedWithin(30_000)).toBe(true)
})

test('a binary that is not there is a failure with a reason', async () => {
  host.send({
    kind: 'start',
    binary: '/nowhere/redis-server',
    libraryFolder: null,
    buildFolder: '/dev/null/build',
    password,
    appendOnly: false,
    dataFolder: folder,
    port: await freePort(),
  })
  const answer = await host.next(isAny, { timeoutMs: 10_000 })
  expect(answer).toMatchObject({ kind: 'message', message: { kind: 'failed' } })
  expect(await host.exitedWithin(30_000)).toBe(true)
})

test('a folder that cannot be written is a failure that names it', async () => {
  const found = await findRedisBinary({ bundledFolder: null, buildFolder: null })
  const binary = found.found ? found.binary : 'redis-server'
  host.send({
    kind: 'start',
    binary,
    libraryFolder: null,
    buildFolder: folder,
    password,
    appendOnly: false,
    dataFolder: '/dev/null/data',
    port: await freePort(),
  })
  const answer = await host.next(isAny, { timeoutMs: 10_000 })
  expect(answer).toMatchObject({
    kind: 'message',
    message: { kind: 'failed', message: expect.stringContaining('/dev/null/data') as string },
  })
})

test('a package.json in the temporary folder, which anybody may put there, has no say and runs nothing', async () => {
  const trace = join(folder, 'ran')
  await writeFile(join(folder, 'package.json'), '{"redisMemoryServer": {"configProvider": "./planted.js"}}')
  await writeFile(join(folder, 'planted.js'), `require('fs').writeFileSync(${JSON.stringify(trace)}, '')`)
  host.kill()
  vi.stubEnv('TMPDIR', folder)
  try {
    host = new ChildHandle({ execPath: process.execPath, entry: entry('redis-host') })
    host.start()
    await started()
  } finally {
    vi.unstubAllEnvs()
  }
  expect(await readdir(folder)).not.toContain('ran')
})
