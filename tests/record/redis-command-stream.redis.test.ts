import { afterAll, afterEach, expect, test } from 'vitest'
import { connectionOwners } from '../../src-main/faults/connection-owners.js'
import { TcpProxy } from '../../src-main/faults/tcp-proxy.js'
import type { MonitorCommand } from '../../src-main/record/monitor-line.js'
import { RedisCommandStream } from '../../src-main/record/redis-command-stream.js'
import { startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { Redis } from 'ioredis'

const redis = await startRedisServer()
const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})
afterAll(() => redis.stop())

async function streaming(): Promise<{ commands: MonitorCommand[]; gaps: string[] }> {
  const commands: MonitorCommand[] = []
  const gaps: string[] = []
  const stream = new RedisCommandStream({
    target: () => ({ host: '127.0.0.1', port: redis.port, password: redis.password }),
    onCommand: (command) => commands.push(command),
    onGap: (why) => gaps.push(why),
  })
  await stream.start()
  cleanups.push(() => stream.stop())
  return { commands, gaps }
}

function client(port = redis.port): Redis {
  const one = new Redis(redis.url(0, port), { maxRetriesPerRequest: 1, retryStrategy: () => null })
  one.on('error', () => undefined)
  cleanups.push(() => one.disconnect())
  return one
}

test('every byte of every argument comes back: quotes, backslashes, \\x06\\x16, other scripts', async () => {
  const { commands } = await streaming()
  const awkward = 'q\x06\x163 "quoted \\"twice\\"" \\ \n\r\t\x07\b \u00e6 \u{1f3ab} \x7f'
  await client().lpush('celery\x06\x163', awkward, '')
  const pushed = await waitFor('the LPUSH', () => commands.find((command) => command.name === 'LPUSH'))
  expect(pushed.args).toEqual(['celery\x06\x163', awkward, ''])
})

test('a 5 MB message does not stall the stream, nor the 500 commands after it', async () => {
  const { commands, gaps } = await streaming()
  const one = client()
  const big = '\x00"\\'.repeat(5_000_000 / 3) // the most awkward bytes: 15 MB of escapes
  const bigSent = one.lpush('celery', big)
  await Promise.all([bigSent, ...Array.from({ length: 500 }, (_, index) => one.lpush('small', String(index)))])
  await waitFor('the last small push', () =>
    commands.some((command) => command.args[0] === 'small' && command.args[1] === '499'),
  )
  expect(commands.find((command) => command.args[0] === 'celery')?.args[1]).toBe(big)
  expect(commands.filter((command) => command.args[0] === 'small')).toHaveLength(500)
  expect(gaps).toEqual([])
})

test('after its connection was killed it reads on, and says that something may have been missed', async () => {
  const { commands, gaps } = await streaming()
  const one = client()
  const list = (await one.client('LIST')) as string
  const monitor = /id=(\d+) [^\n]*cmd=monitor/.exec(list)?.[1] ?? ''
  await one.client('KILL', 'ID', monitor)
  await waitFor('the gap', () => gaps.length === 1)
  await one.set('after', 'the gap')
  await waitFor('the SET', () => commands.some((command) => command.args[0] === 'after'))
})

test('a refused password is an error, not a silence', async () => {
  const stream = new RedisCommandStream({
    target: () => ({ host: '127.0.0.1', port: redis.port, password: 'wrong' }),
    onCommand: () => undefined,
    onGap: () => undefined,
  })
  await expect(stream.start()).rejects.toThrow(/WRONGPASS/)
  stream.stop()
})

test('a command is attributed to the process whose proxy it went through', async () => {
  const { commands } = await streaming()
  const owners = connectionOwners()
  const names = ['worker@1', 'web']
  for (const owner of names) {
    const proxy = new TcpProxy({ owner, owners, target: { host: '127.0.0.1', port: redis.port } })
    await proxy.start()
    cleanups.push(() => proxy.stop())
    await client(proxy.port).set(owner, 'x')
  }
  await client().set('outside', 'x')
  const sets = await waitFor('three SETs', () => {
    const found = commands.filter((command) => command.name === 'SET')
    return found.length === 3 ? found : null
  })
  const by = sets.map((command) => [command.args[0], owners.ownerOf(Number(command.client.split(':')[1]))])
  expect(by).toEqual([
    ['worker@1', 'worker@1'],
    ['web', 'web'],
    ['outside', null],
  ])
})

test('stopped before Redis has answered, its start is over as well', async () => {
  const stream = new RedisCommandStream({
    target: () => ({ host: '127.0.0.1', port: redis.port, password: redis.password }),
    onCommand: () => undefined,
    onGap: () => undefined,
  })
  const starting = stream.start()
  stream.stop()
  await expect(starting).rejects.toThrow('before MONITOR was on')
})
