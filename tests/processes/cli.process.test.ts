import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { killWatched, startCelery, type WatchedChild } from '../support/watched-child.js'

/** Logs and facts come through pipes: a moment after what they tell of. */
const patience = { timeout: 60_000 }

describe('the celery command', () => {
  let server: RedisServer
  let redis: Redis
  let folder: string

  beforeAll(async () => {
    server = await startRedisServer()
    redis = server.client()
  })
  beforeEach(async () => {
    await redis.flushall()
    folder = await mkdtemp(join(tmpdir(), 'celery-command-'))
    await writeFile(
      join(folder, 'tasks.py'),
      `import time
from celery import Celery
app = Celery('tasks', broker='${server.url()}', backend='${server.url()}')

@app.task
def add(x, y):
    return x + y

@app.task
def fail(message):
    raise ValueError(message)

@app.task
def note(word, elsewhere=None):
    import redis
    return redis.from_url(elsewhere or app.conf.broker_url).rpush('notes', word)

@app.task
def forever():
    while True:
        time.sleep(0.01)
`,
    )
  })
  afterEach(async () => {
    killWatched()
    await rm(folder, { recursive: true, force: true })
  })
  afterAll(() => server.stop())

  const celery = (args: readonly string[], environment: Record<string, string> = {}): WatchedChild =>
    startCelery(args, { environment })
  const inFolder = (...args: readonly string[]): readonly string[] => ['-A', 'tasks', '--workdir', folder, ...args]
  const waitUntil = (worker: WatchedChild, text: string): Promise<unknown> =>
    waitFor(`the worker says ${text}`, () => worker.text.err.includes(text), { describe: () => worker.text.err })

  it('lets a task talk to the Redis that the code itself names, and to no other', async () => {
    const worker = celery(inFolder('worker', '-c', '1', '-l', 'INFO'))
    await waitUntil(worker, ' ready.')
    const note = async (args: string): Promise<string> => {
      const { out } = await celery(inFolder('call', 'tasks.note', '-a', args)).ended
      return (await celery(inFolder('result', out.trim())).ended).out
    }
    expect(await note('["first"]')).toBe('1\n')
    expect(await redis.lrange('notes', 0, -1)).toEqual(['first'])
    await note('["second", "redis://127.0.0.1:1"]')
    await waitUntil(worker, '127.0.0.1:1 is outside the lab: Python here may reach redis at 127.0.0.1:')
  }, 60_000)

  it('runs the default app with the settings that --config names, and asks it the same way', async () => {
    const settings = `broker_url = result_backend = '${server.url()}'\nimports = ['shop']\nworker_prefetch_multiplier = 7\n`
    await writeFile(join(folder, 'settings.py'), settings)
    await writeFile(
      join(folder, 'shop.py'),
      'from celery import shared_task\n@shared_task\ndef twice(x): return 2 * x\n',
    )
    const withSettings = ['--workdir', folder, '--config', 'settings']
    const worker = celery([...withSettings, 'worker', '-c', '1', '-l', 'INFO'])
    await waitUntil(worker, ' ready.')
    expect(worker.text.out).toMatch(/app: {9}default:0x/)
    const { out: id } = await celery([...withSettings, 'call', 'shop.twice', '-a', '[21]']).ended
    expect((await celery([...withSettings, 'result', id.trim()]).ended).out).toBe('42\n')
    // An app of -A that names no configuration gets it as well.
    expect((await celery(inFolder('--config', 'settings', 'report')).ended).out).toContain(
      'worker_prefetch_multiplier: 7',
    )
    expect((await celery(['--workdir', folder, '--config', 'none', 'worker']).ended).err).toContain(
      "No module named 'none'",
    )
  }, 60_000)

  it('serves what call sends, and result reads it', async () => {
    const worker = celery(
      inFolder(
        ...['worker', '-c', '1', '-l', 'INFO', '-n', 'w1@here', '-E', '--pidfile', join(folder, 'w.pid')],
        ...['--max-memory-per-child', '1000'], // less than any process has: each task gets a fresh one
      ),
    )
    await waitUntil(worker, 'w1@here ready.')
    await expect.poll(() => worker.text.out, patience).toContain(' -------------- w1@here v5.6.3 (recovery)')
    expect(worker.text.out).not.toContain(server.password)
    expect((await readFile(join(folder, 'w.pid'), 'utf8')).trim()).toBe(String(worker.child.pid))

    const urls = { CELERY_BROKER_URL: server.url(), CELERY_RESULT_BACKEND: server.url() }
    const called = await celery(['call', 'tasks.add', '--args', '[2, 3]'], urls).ended
    expect(called).toMatchObject({ code: 0, err: '' })
    expect(called.out).toMatch(/^[0-9a-f-]{36}\n$/)
    expect(await celery(['result', called.out.trim()], urls).ended).toEqual({ code: 0, out: '5\n', err: '' })

    await waitUntil(worker, 'WARNING/ForkPoolWorker-1] \nchild process exiting after exceeding memory limit (')
    const failed = await celery(['call', 'tasks.fail', '-a', '["bad value"]'], urls).ended
    const raised = await celery(['result', failed.out.trim()], urls).ended
    expect(raised.code).toBe(1)
    await waitUntil(worker, 'ERROR/ForkPoolWorker-2] Task tasks.fail[')
    expect(raised.err).toMatch(/^Traceback \(most recent call last\):\n[\s\S]*ValueError: bad value\n$/)

    const second = await celery(inFolder('worker', '--pidfile', join(folder, 'w.pid'))).ended
    expect(second).toMatchObject({ code: 73, err: expect.stringContaining("Seems we're already running?") })

    worker.child.kill('SIGTERM')
    const ended = await worker.ended
    expect(ended.code).toBe(0)
    expect(ended.out).toContain('\nworker: Warm shutdown (MainProcess)\n')
    await expect(readFile(join(folder, 'w.pid'))).rejects.toThrow('ENOENT')
  })

  it('finds broker and backend in the code when nothing else names them', async () => {
    const called = await celery(inFolder('call', 'tasks.add', '-a', '[1, 1]')).ended
    expect(called).toMatchObject({ code: 0, err: '' })
    expect(await redis.llen('celery')).toBe(1)
  })

  it('follows the settings of the code also when the addresses are given; code that does not load is in no way', async () => {
    const urls = { CELERY_BROKER_URL: server.url(), CELERY_RESULT_BACKEND: server.url() }
    const write = (text: string): Promise<void> => writeFile(join(folder, 'tasks.py'), text)
    const conf = `task_default_queue='own', broker_transport_options={'global_keyprefix': 'shop:'}`
    await write(`from celery import Celery\napp = Celery('tasks')\napp.conf.update(${conf})\n`)
    expect(await celery(inFolder('call', 'tasks.add'), urls).ended).toMatchObject({ code: 0, err: '' })
    expect(await redis.keys('*')).toEqual(expect.arrayContaining(['shop:own', 'shop:_kombu.binding.own']))
    await write('import nothing_of_that_name\n')
    expect(await celery(inFolder('call', 'tasks.add'), urls).ended).toMatchObject({ code: 0, err: '' })
    expect(await redis.llen('celery')).toBe(1)
  })

  it('shows what runs at USR1, starts again at HUP, and ends a task that loops for ever at the second Ctrl+C', async () => {
    const worker = celery(inFolder('worker', '-P', 'solo', '-l', 'INFO', '--without-mingle'))
    await waitUntil(worker, ' ready.')
    await celery(['-b', server.url(), 'call', 'tasks.forever']).ended
    await expect.poll(() => worker.text.out, patience).toMatch(/\.> concurrency: \d+ \(solo\)/)
    await waitUntil(worker, 'received')
    await waitFor('it is acked', async () => (await redis.hlen('unacked')) === 0)
    worker.child.kill('SIGUSR1')
    await waitUntil(worker, '  runs tasks.forever[')
    worker.child.kill('SIGHUP') // a restart waits for what runs, as the warm stop that it is
    await expect.poll(() => worker.text.out, patience).toContain('\nRestarting celery worker (')
    worker.child.kill('SIGINT')
    const hint = 'worker: Hitting Ctrl+C again will initiate cold shutdown, terminating all running tasks!'
    await expect.poll(() => worker.text.out, patience).toContain(hint)
    worker.child.kill('SIGINT')
    await expect
      .poll(() => worker.text.out, patience)
      .toContain('worker: Hitting Ctrl+C again will terminate all running tasks!')
    await expect.poll(() => worker.text.err.split(' ready.'), patience).toHaveLength(3) // it was to start again
    const stored = (await redis.keys('celery-task-meta-*')).map((key) => redis.get(key))
    expect(await Promise.all(stored)).toEqual([expect.stringContaining('"exc_type": "Retry"')])
    worker.child.kill('SIGTERM')
    expect((await worker.ended).code).toBe(0)
  })

  it('takes its number of processes from the code, logs to a file a process, and purges what waits', async () => {
    const code = join(folder, 'tasks.py')
    await writeFile(code, `${await readFile(code, 'utf8')}\napp.conf.worker_concurrency = 2\n`)
    await writeFile(join(folder, 'more.py'), 'from tasks import app\n\n@app.task\ndef twice(x):\n    return 2 * x\n')
    for (let n = 0; n < 3; n++) await celery(['-b', server.url(), 'call', 'tasks.forever']).ended
    const worker = celery(
      inFolder(
        ...['worker', '-l', 'INFO', '-n', 'w1@here', '-f', 'log-%n%I.txt', '--purge', '-I', 'more'],
        ...['--heartbeat-interval', '1', '-S', 'state-%n', '--without-mingle'],
      ),
    )
    const log = (name: string): Promise<string> => readFile(join(folder, name), 'utf8').catch(() => '')
    await expect.poll(() => log('log-w1.txt'), patience).toContain('w1@here ready.')
    await expect.poll(() => worker.text.out, patience).toContain('purge: Erased 3 messages from the queue.\n')
    expect(worker.text.out).toContain('.> concurrency: 2 (prefork)')
    expect(worker.text.out).toContain('  . more.twice')
    const urls = { CELERY_BROKER_URL: server.url(), CELERY_RESULT_BACKEND: server.url() }
    const stats = await celery(['inspect', 'stats', '-j'], urls).ended
    expect(JSON.parse(stats.out)).toMatchObject({ 'w1@here': { pool: { 'max-concurrency': 2 }, total: {} } })

    const called = await celery(['call', 'more.twice', '--args', '[21]'], urls).ended
    expect((await celery(['result', called.out.trim()], urls).ended).out).toBe('42\n')
    await expect
      .poll(async () => (await log('log-w1-1.txt')) + (await log('log-w1-2.txt')), patience)
      .toMatch(/INFO\/ForkPoolWorker-[12]\] Task more\.twice\[.*succeeded/)
    expect(worker.text.err).toBe('')

    worker.child.kill('SIGTERM')
    expect((await worker.ended).code).toBe(0)
    expect(await log('state-w1')).not.toBe('')
  })

  it('says that a module is not there, as Celery', async () => {
    const { code, err } = await celery(['-A', 'nope', '--workdir', folder, '-b', server.url(), 'worker']).ended
    expect(err).toContain(
      "Error: Invalid value for '-A' / '--app': \nUnable to load celery application.\nThe module nope was not found.\n",
    )
    expect(code).toBe(2)
  })
})
