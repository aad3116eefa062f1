/** The celery command, and the lab's processes beside the worker, on a tasks.ts. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { killWatched, startCelery, type WatchedChild } from '../support/watched-child.js'

describe('the celery command on TypeScript', () => {
  let server: RedisServer
  let redis: Redis
  let folder: string

  beforeAll(async () => {
    server = await startRedisServer()
    redis = server.client()
  })
  beforeEach(async () => {
    await redis.flushall()
    folder = await mkdtemp(join(tmpdir(), 'celery-typescript-'))
    await writeFile(
      join(folder, 'tasks.ts'),
      `import { Celery, crontab } from 'celery-from-zero'
export const app = new Celery('tickets', {
  broker: '${server.url()}',
  backend: '${server.url()}',
  beat_schedule: { nightly: { task: 'tasks.add', schedule: crontab({ hour: 4 }), args: [1, 1] } },
})
const add = app.task('tasks.add', (x: number, y: number) => x + y, { rateLimit: '600/m' })
app.task('tasks.forever', () => { for (;;); })
app.addPeriodicTask(0.2, add.s(20, 22), { name: 'often' })
`,
    )
  })
  afterEach(async () => {
    killWatched()
    await rm(folder, { recursive: true, force: true })
  })
  afterAll(() => server.stop())

  const celery = (...args: readonly string[]): WatchedChild =>
    startCelery(['-A', 'tasks', '--workdir', folder, ...args])
  const waitUntil = ({ text }: WatchedChild, words: string): Promise<unknown> =>
    waitFor(`it says ${words}`, () => text.err.includes(words), { describe: () => text.err, timeoutSeconds: 60 })

  it.each(['prefork', 'solo', 'threads'])('a worker with -P %s serves what call sends', async (pool) => {
    const worker = celery('worker', '-P', pool, '-c', '1', '-l', 'INFO', '--without-mingle', '-n', 'w@here')
    await waitUntil(worker, 'w@here ready.')
    const called = await celery('call', 'tasks.add', '--args', '[2, 3]').ended
    expect(called).toMatchObject({ code: 0, err: '' })
    expect(await celery('result', called.out.trim()).ended).toMatchObject({ code: 0, out: '5\n' })
    const registered = await celery('inspect', 'registered').ended
    expect(registered.out).toContain('->  w@here: OK\n    * tasks.add [rate_limit=600/m]\n    * tasks.forever\n')
    worker.child.kill('SIGTERM')
    expect((await worker.ended).code).toBe(0)
  })

  it('--include loads a module more, which knows the app', async () => {
    await writeFile(join(folder, 'more.ts'), `import { app } from './tasks'\napp.task('more.hello', () => 'hello')\n`)
    const worker = celery('worker', '-c', '1', '-l', 'INFO', '--without-mingle', '--include', 'more')
    await waitUntil(worker, ' ready.')
    const called = await celery('call', 'more.hello').ended
    expect(await celery('result', called.out.trim()).ended).toMatchObject({ code: 0, out: 'hello\n' })
    worker.child.kill('SIGTERM')
    expect((await worker.ended).code).toBe(0)
  })

  it('a second Ctrl+C ends a loop without end', async () => {
    const worker = celery('worker', '-P', 'solo', '-l', 'INFO', '--without-mingle')
    await waitUntil(worker, ' ready.')
    await celery('call', 'tasks.forever').ended
    await waitUntil(worker, 'received')
    await waitFor('it is acked', async () => (await redis.hlen('unacked')) === 0)
    worker.child.kill('SIGINT')
    await waitFor('it says how to go on', () => worker.text.out.includes('Hitting Ctrl+C again'))
    worker.child.kill('SIGINT')
    expect((await worker.ended).code).toBe(0)
  })

  it.each([
    ['beat', '-l', 'INFO'],
    ['worker', '-B', '-c', '1', '-l', 'INFO', '--without-mingle', '-X', 'nothing'],
  ])('%s sends what the schedule and addPeriodicTask say', async (...command) => {
    const beat = celery(...command, '-s', join(folder, 'schedule'))
    await waitUntil(beat, 'Scheduler: Sending due task often (tasks.add)')
    if (command[0] === 'worker') await waitUntil(beat, ': 42')
    else await waitFor('it is in the queue', async () => (await redis.llen('celery')) > 0)
    beat.child.kill('SIGTERM')
    expect((await beat.ended).code).toBe(0)
  })

  it('says of both tasks.py and tasks.ts that it does not know which', async () => {
    await writeFile(join(folder, 'tasks.py'), '')
    const { code, err } = await celery('worker').ended
    expect(code).toBe(1)
    expect(err).toContain("the module 'tasks' is tasks.py and tasks.ts: which of them is meant is not clear.")
  })

  it('says where the code is broken', async () => {
    await writeFile(join(folder, 'tasks.ts'), 'const a = {\n  b: = 1\n}\n')
    const { code, err } = await celery('beat').ended
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^tasks\.ts:2\n {2}b: = 1\n {5}\^\nSyntaxError: Unexpected token\n$/),
    })
  })
})
