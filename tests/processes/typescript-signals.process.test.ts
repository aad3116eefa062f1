/** Signals in a worker process on a tasks.ts: receivers that break, logging that is the code's own, and settings. */
import { readFile } from 'node:fs/promises'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forkOurWorker, startOurWorker, type OurWorker } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { pushTask, storedResult } from '../support/task-message.js'
import { waitFor } from '../support/wait-for.js'

const patience = { timeout: 60_000 }

describe('signals of TypeScript code', () => {
  let server: RedisServer
  let redis: Redis
  let worker: OurWorker | null = null

  beforeAll(async () => {
    server = await startRedisServer()
    redis = server.client()
  })
  beforeEach(async () => void (await redis.flushall()))
  afterEach(async () => {
    await worker?.stop()
    worker = null
  })
  afterAll(() => server.stop())

  async function start(tasksTs: string): Promise<OurWorker> {
    const files = { 'tasks.ts': `import { Celery, signals } from 'celery-from-zero'\n${tasksTs}` }
    worker = await startOurWorker({ brokerUrl: server.url(), files, concurrency: 1 })
    return worker
  }
  const resultOf = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const id = await pushTask(redis, { task: `tasks.${name}`, args })
    return (await waitFor(`the result of ${id}`, () => storedResult(redis, id), { timeoutSeconds: 60 }))['result']
  }

  it('harm nothing with what their receivers throw, and name it', async () => {
    const names = [
      'taskPrerun',
      'taskSuccess',
      'taskPostrun',
      'afterTaskPublish',
      'workerProcessInit',
      'workerReady',
      'taskReceived',
    ]
    const ours = await start(`
export const app = new Celery('tasks')
const inner = app.task('tasks.inner', () => null)
app.task('tasks.add', async (x: number, y: number) => { await inner.delay(); return x + y })
for (const name of ${JSON.stringify(names)}) signals[name].connect(async () => { throw new RangeError('in ' + name) })
signals.beforeTaskPublish.connect(({ headers }) => { throw new RangeError('in beforeTaskPublish') })
`)
    expect(await resultOf('add', [2, 3])).toBe(5)
    expect(await resultOf('add', [3, 4])).toBe(7)
    for (const name of [...names, 'beforeTaskPublish']) await ours.waitForLog(`raised: RangeError('in ${name}')`)
    expect(ours.stderr).toMatch(
      /ERROR\/ForkPoolWorker-1\] Signal handler of task_prerun raised: .*\nRangeError: in taskPrerun\n\s+at .*tasks\.ts:6/,
    )
    expect(ours.stderr).toMatch(/ERROR\/MainProcess\] Signal handler of worker_ready raised: /)
  })

  it('say by name which signal was misspelt, before the worker takes a message', async () => {
    await expect(
      start(`export const app = new Celery('tasks'); signals.task_prerun.connect(() => {})`),
    ).rejects.toThrow('our worker ended with 1')
  })

  it('give all records of both processes to what a receiver of setup_logging adds', async () => {
    const files = `
import { appendFileSync } from 'node:fs'
export const app = new Celery('tasks')
app.task('tasks.talks', (self, text) => { self.logger.info(text); console.log('printed'); return text }, { bind: true })
signals.setupLogging.connect(({ logger, loglevel }) => {
  logger.addHandler(({ level, loggerName, message }) =>
    appendFileSync(__dirname + '/own.log', [loglevel, level, loggerName, message].join('|') + '\\n'))
})
signals.workerReady.connect(({ sender }) => console.log('ready: ' + sender.hostname))
`
    const folder = await startUnheard(files)
    expect(await resultOf('talks', ['hello'])).toBe('hello')
    const own = (): Promise<string> => readFile(`${folder}/own.log`, 'utf8')
    await expect.poll(own, patience).toMatch(/^INFO\|INFO\|celery\.app\.trace\|Task tasks\.talks\[.*\] succeeded in/m)
    expect(await own()).toMatch(/^INFO\|INFO\|tasks\.talks\|hello$/m)
    expect(await own()).toMatch(/^INFO\|INFO\|.*\|Task tasks\.talks\[.*\] received$/m)
    await expect.poll(() => worker?.stdout, patience).toMatch(/^printed$/m) // as in Celery, prints are the code's business then
    expect(worker?.stderr).not.toContain('hello')
  })

  /** Its log says nothing, so that it is ready is heard from its own code. */
  async function startUnheard(tasksTs: string): Promise<string> {
    const files = { 'tasks.ts': `import { Celery, signals } from 'celery-from-zero'\n${tasksTs}` }
    worker = await forkOurWorker({ brokerUrl: server.url(), files, concurrency: 1 })
    await expect.poll(() => worker?.stdout, patience).toContain('ready: celery@ours')
    return worker.folder
  }
})
