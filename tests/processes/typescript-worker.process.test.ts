/** A worker process on a tasks.ts: what of a worker the language could change. One file, because all tests share the module of tasks below. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forkOurWorker, isAlive, startOurWorker, type OurWorker, type OurWorkerOptions } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { pushTask, storedResult } from '../support/task-message.js'
import { waitFor } from '../support/wait-for.js'

/** Logs and facts come through pipes: a moment after what they tell of. */
const patience = { timeout: 60_000 }

const tasksTs = `
import { Celery, chord, group, Ignore, Reject, SoftTimeLimitExceeded, type RunningTask } from 'celery-from-zero'
import { SoldOut } from './shop'

export const app = new Celery('tickets', { task_track_started: true })

export const add = app.task('tasks.add', (x: number, y: number): number => x + y, { params: ['x', 'y'] })
export const sum = app.task('tasks.sum', (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0))
export const same = app.task('tasks.same', (value: unknown) => value)

const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
app.task('tasks.sleeper', async (seconds: number) => { await sleep(seconds); return seconds })
app.task('tasks.late', async (seconds: number) => { await sleep(seconds); return seconds }, { acksLate: true, rejectOnWorkerLost: true })
app.task('tasks.forever', () => { for (;;); })
app.task('tasks.loop', (self: RunningTask) => {
  for (;;) {
    try { self.checkInterrupt() } catch (error) { return error instanceof SoftTimeLimitExceeded ? 'cleaned up' : 'what?' }
  }
}, { bind: true })
app.task('tasks.fetches', async (self: RunningTask) => {
  await new Promise((_resolve, reject) => self.signal.addEventListener('abort', () => reject(self.signal.reason)))
}, { bind: true })
app.task('tasks.late_handler', () => {
  for (const begun = Date.now(); Date.now() < begun + 1500;);
  return 'was not told'
}, { onSuccess: async (self) => { await add.delay(1, 1); self.logger.info('sent') } })
app.task('tasks.sold_out', (seat: string): void => {
  throw new SoldOut(seat)
})
app.task('tasks.second_try', async (self: RunningTask) => {
  if (self.request.retries === 0) throw await self.retry({ countdown: 0, exc: new TypeError('try 0') })
  return self.request.retries
}, { bind: true })
app.task('tasks.auto', (self: RunningTask) => {
  if (self.request.retries < 2) throw new SoldOut('not yet')
  return self.request.retries
}, { bind: true, autoretryFor: [SoldOut], retryBackoff: true, retryBackoffMax: 0 })
app.task('tasks.ignores', () => { throw new Ignore('') })
app.task('tasks.rejects', () => { throw new Reject('not mine') }, { acksLate: true })
app.task('tasks.silent', () => 'nobody hears this', { ignoreResult: true })
app.task('tasks.printer', (self: RunningTask, text: string) => {
  console.log('printed', text)
  process.stdout.write('written\\n')
  self.logger.info('task style ' + text)
}, { bind: true })
app.task('tasks.flood', (megabytes: number) => {
  for (let n = 0; n < megabytes; n++) console.log('x'.repeat(1024 * 1024 - 1))
  return megabytes
})
app.task('tasks.parent', async (self: RunningTask) => {
  await self.updateState('PROGRESS', { done: 1 })
  const child = await add.delay(1, 1)
  const both = await app.apply(chord([add.s(1, 1), add.s(2, 2)], sum.s()))
  await app.apply(group([add.s(5, 5)]))
  return [child.id, both.id, (await app.AsyncResult(self.request.id).state())]
}, { bind: true })
app.task('tasks.leave', () => process.exit(3))
app.task('tasks.stray', async () => { setTimeout(() => { throw new Error('nobody catches this') }, 0); await sleep(60) })
app.task('tasks.handled', (fails: boolean) => { if (fails) throw new SoldOut('A1'); return 'value' }, {
  beforeStart: (self) => self.logger.info('before ' + self.request.id),
  onSuccess: (self, value) => self.logger.info('success ' + value),
  onFailure: (self, error) => self.logger.info('failure ' + error.message),
  afterReturn: async (self, state) => { await sleep(0.01); self.logger.info('returned ' + state) },
})
`
const shopTs = `export class SoldOut extends Error {}\n`
const files = { 'tasks.ts': tasksTs, 'shop.ts': shopTs }

describe('a worker process on TypeScript', () => {
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

  async function start(change: Partial<OurWorkerOptions> = {}): Promise<OurWorker> {
    worker = await startOurWorker({ brokerUrl: server.url(), files, concurrency: 1, mingle: false, ...change })
    return worker
  }
  const resultOf = (id: string): Promise<Record<string, unknown>> =>
    waitFor(`the result of ${id}`, () => storedResult(redis, id), {
      timeoutSeconds: 60,
      describe: () => worker?.stderr ?? '',
    })
  const resultOfCall = async (name: string, args: readonly unknown[] = [], more: object = {}) =>
    resultOf(await pushTask(redis, { task: `tasks.${name}`, args, ...more }))
  const logOf = (ours: OurWorker, id: string): readonly string[] =>
    ours.lines.filter((line) => line.includes(`[${id}]`)).map((line) => line.replace(/^.*?\] /, ''))

  it('runs tasks with their arguments, and says which it has', async () => {
    const ours = await start()
    expect(await resultOfCall('add', [2, 3])).toMatchObject({ status: 'SUCCESS', result: 5 })
    expect(await resultOfCall('add', [2], { kwargs: { y: 4 } })).toMatchObject({ status: 'SUCCESS', result: 6 })
    const value = { date: { __type__: 'datetime', __value__: '2026-11-22T12:30:00.000+00:00' }, list: [1, null, 'ü'] }
    expect(await resultOfCall('same', [value])).toMatchObject({ result: value })
    expect(ours.factsOf('ready')[0]?.tasks).toEqual(expect.arrayContaining(['celery.accumulate', 'tasks.add']))
    await expect.poll(() => ours.stdout, patience).toContain('.> app:         tickets:0x')
  })

  it("stores an error of the module's own under its task's module, with the place in its file", async () => {
    const ours = await start()
    const stored = await resultOfCall('sold_out', ['A1'])
    expect(stored).toMatchObject({
      status: 'FAILURE',
      result: { exc_type: 'SoldOut', exc_message: ['A1'], exc_module: 'tasks' },
    })
    const line = tasksTs.split('\n').findIndex((one) => one.includes('throw new SoldOut(seat)')) + 1
    expect(stored.traceback).toMatch(new RegExp(`^SoldOut: A1\\n    at .*${ours.folder}/tasks.ts:${line}:\\d+\\)?\\n$`))
    await ours.waitForLog("raised unexpected: SoldOut('A1')")
  })

  it('retries, ignores, rejects and says nothing as a task asks for it', async () => {
    const ours = await start()
    expect(await resultOfCall('second_try', [], { id: 'again' })).toMatchObject({ status: 'SUCCESS', result: 1 })
    await ours.waitForLog("Task tasks.second_try[again] retry: Retry in 0s: TypeError('try 0')")
    expect(await resultOfCall('auto')).toMatchObject({ status: 'SUCCESS', result: 2 })
    for (const name of ['ignores', 'rejects', 'silent']) await pushTask(redis, { task: `tasks.${name}`, id: name })
    await ours.waitForLog('Task tasks.ignores[ignores] ignored')
    await ours.waitForLog('Task tasks.rejects[rejects] reject requeue=False: not mine')
    await ours.waitForLog('Task tasks.silent[silent] succeeded')
    expect(await storedResult(redis, 'silent')).toBeNull()
    await waitFor('all is acked', async () => (await redis.hlen('unacked')) === 0)
  })

  it('writes what a task prints and logs, in order, and slows down one that prints without end', async () => {
    const ours = await start()
    await resultOfCall('printer', ['hello'], { id: 'p' })
    await ours.waitForLog('succeeded')
    const child = ours.lines.filter((line) => line.includes('/ForkPoolWorker-1]'))
    expect(child.slice(0, 3)).toEqual([
      'WARNING/ForkPoolWorker-1] printed hello',
      'WARNING/ForkPoolWorker-1] written',
      'INFO/ForkPoolWorker-1] tasks.printer[p]: task style hello',
    ])
    expect(await resultOfCall('flood', [30])).toMatchObject({ status: 'SUCCESS', result: 30 })
    expect(ours.stderr.match(/x{1048575}/g)).toHaveLength(30)
  })

  it('leaves prints alone, or gives them another level, as the settings say', async () => {
    const printing = (settings: string): Readonly<Record<string, string>> => ({
      'tasks.ts': `import { Celery } from 'celery-from-zero'
export const app = new Celery('tickets', { ${settings} })
app.task('tasks.prints', () => console.log('to stdout'))`,
    })
    const plain = await start({ files: printing('worker_redirect_stdouts: false') })
    await resultOfCall('prints')
    await expect.poll(() => plain.stdout, patience).toMatch(/\nto stdout\n/)
    expect(plain.stderr).not.toContain('to stdout')
    await plain.stop()
    const quiet = await start({ files: printing(`worker_redirect_stdouts_level: 'INFO'`) })
    await resultOfCall('prints')
    await expect.poll(() => quiet.lines, patience).toContain('INFO/ForkPoolWorker-1] to stdout')
  })

  it('lets a task send others and canvases, as its children', async () => {
    await start()
    const stored = await resultOfCall('parent', [], { id: 'parent' })
    const [child, body, state] = stored.result as readonly string[]
    expect(state).toBe('PROGRESS')
    expect(await resultOf(child!)).toMatchObject({ status: 'SUCCESS', result: 2, parent_id: 'parent' })
    expect(await resultOf(body!)).toMatchObject({ status: 'SUCCESS', result: 6 })
    expect(JSON.stringify(stored.children)).toContain(JSON.stringify([[child, null], null]))
    expect(stored.children).toHaveLength(3)
  })

  it('runs the built-in tasks that messages name', async () => {
    await start()
    const builtin = async (task: string, args: readonly unknown[], kwargs = {}) =>
      (await resultOf(await pushTask(redis, { task: `celery.${task}`, args, kwargs }))).result
    const task = { task: 'tasks.add', args: [], kwargs: {}, options: {}, subtask_type: null, immutable: false }
    expect(await builtin('accumulate', [1, 2, 3])).toEqual([1, 2, 3])
    expect(await builtin('accumulate', [1, 2, 3], { index: 1 })).toBe(2)
    expect(await builtin('backend_cleanup', [])).toBeNull()
    expect(await builtin('map', [], { task: { ...task, task: 'tasks.same' }, it: [7, 8] })).toEqual([7, 8])
    expect(await builtin('starmap', [task, [[1, 2], [3, 4]]])).toEqual([3, 7]) // prettier-ignore
  })

  it('calls the handlers of a task around its body', async () => {
    const ours = await start()
    await pushTask(redis, { task: 'tasks.handled', args: [false], id: 'good' })
    await pushTask(redis, { task: 'tasks.handled', args: [true], id: 'bad' })
    await ours.waitForLog('tasks.handled[bad]: returned FAILURE')
    const shown = (id: string) => logOf(ours, id).map((line) => line.replace(/ in [\d.]+s/, ''))
    expect(shown('good')).toEqual([
      'Task tasks.handled[good] received',
      'tasks.handled[good]: before good',
      'tasks.handled[good]: success value',
      "Task tasks.handled[good] succeeded: 'value'",
      'tasks.handled[good]: returned SUCCESS',
    ])
    expect(shown('bad')).toEqual([
      'Task tasks.handled[bad] received',
      'tasks.handled[bad]: before bad',
      'tasks.handled[bad]: failure A1',
      "Task tasks.handled[bad] raised unexpected: SoldOut('A1')",
      'tasks.handled[bad]: returned FAILURE',
    ])
  })

  describe('when things end badly', () => {
    it('raises the soft time limit where a task waits for its signal, and in a loop that asks', async () => {
      const ours = await start()
      const limited = { headers: { timelimit: [null, 1] } }
      expect(await resultOfCall('fetches', [], limited)).toMatchObject({
        status: 'FAILURE',
        result: { exc_type: 'SoftTimeLimitExceeded', exc_module: 'billiard.exceptions' },
      })
      await ours.waitForLog('Soft time limit (1s) exceeded for tasks.fetches[')
      expect(await resultOfCall('loop', [], limited)).toMatchObject({ status: 'SUCCESS', result: 'cleaned up' })
      expect(await resultOfCall('late_handler', [], { ...limited, id: 'h' })).toMatchObject({ result: 'was not told' })
      await ours.waitForLog('tasks.late_handler[h]: sent') // the limit is the body's alone
      expect(await resultOfCall('add', [1, 1])).toMatchObject({ result: 2 })
    })

    it('ends a loop that never asks at the hard limit, and goes on with a new child', async () => {
      const ours = await start()
      expect(await resultOfCall('forever', [], { headers: { timelimit: [2, 1] } })).toMatchObject({
        status: 'FAILURE',
        result: { exc_type: 'TimeLimitExceeded' },
      })
      expect(await resultOfCall('add', [1, 1])).toMatchObject({ result: 2 })
      expect(ours.factsOf('code-loaded')).toHaveLength(2)
    })

    it('stores WorkerLostError for a task whose child is killed, and runs a late-acked one again', async () => {
      const ours = await start()
      for (const [name, args] of [['sleeper', [60]], ['late', [1]]] as const) {
        const id = await pushTask(redis, { task: `tasks.${name}`, args, id: name })
        const busy = await waitFor('the task runs', () => ours.factsOf('slot').find(({ taskId }) => taskId === id))
        await waitFor('it has begun', async () => (await redis.get(`celery-task-meta-${id}`))?.includes('STARTED'))
        process.kill(busy.pid, 'SIGKILL')
      } // prettier-ignore
      await waitFor('it is stored', async () => (await redis.get('celery-task-meta-sleeper'))?.includes('FAILURE'))
      expect(await storedResult(redis, 'sleeper')).toMatchObject({ result: { exc_type: 'WorkerLostError' } })
      await waitFor('it succeeds', async () => (await redis.get('celery-task-meta-late'))?.includes('SUCCESS'))
    })

    it('loses a task that leaves by process.exit(), or that throws where nobody catches', async () => {
      const ours = await start()
      await pushTask(redis, { task: 'tasks.leave' })
      await ours.waitForLog(/exited with 'exitcode 3'/)
      await pushTask(redis, { task: 'tasks.stray', id: 'stray' })
      await ours.waitForLog(
        /An error that nobody caught ends this process: Error: nobody catches this\n\s+at .*tasks\.ts/,
      )
      await waitFor('it is stored', async () =>
        (await redis.get('celery-task-meta-stray'))?.includes('WorkerLostError'),
      )
    })

    it('exits with its children when its lab is gone, whatever they do', async () => {
      const ours = await start()
      const pids = ours.poolPids
      await pushTask(redis, { task: 'tasks.forever' })
      await waitFor('it runs', () => ours.factsOf('slot').length === 1)
      ours.disconnect()
      await ours.waitForExit(5)
      await waitFor('its children are gone', () => pids.every((pid) => !isAlive(pid)), { timeoutSeconds: 5 })
    })
  })

  it('stopped warm, finishes what runs', async () => {
    const ours = await start()
    const id = await pushTask(redis, { task: 'tasks.sleeper', args: [1] })
    await waitFor('it runs', () => ours.factsOf('slot').length === 1)
    ours.order({ kind: 'stop', how: 'warm' })
    expect(await ours.waitForExit()).toBe(0)
    expect(JSON.parse((await redis.get(`celery-task-meta-${id}`))!)).toMatchObject({ status: 'SUCCESS', result: 1 })
    await expect.poll(() => ours.poolPids, patience).toEqual([])
  })

  it('gives a new child the code it started with, whatever has been saved since', async () => {
    const ours = await start()
    await writeFile(join(ours.folder, 'shop.ts'), 'export class {\n')
    process.kill(ours.poolPids[0]!, 'SIGKILL')
    expect(await resultOfCall('add', [2, 3])).toMatchObject({ status: 'SUCCESS', result: 5 })
    const [first, second] = ours.factsOf('code-loaded')
    expect(second).toMatchObject({ fingerprint: first!.fingerprint })
    expect(await readFile(join(ours.folder, 'shop.ts'), 'utf8')).toContain('export class {')
  })

  it.each([
    [{ 'tasks.ts': 'const a: = 1\n' }, { code: 'typescript-syntax-error', place: { file: 'tasks.ts', line: 1 } }],
    [{ 'tasks.js': '\nnull.x\n' }, { code: 'typescript-error', place: { file: 'tasks.js', line: 2 } }],
    [{ 'tasks.ts': 'export const a = 1' }, { what: expect.stringContaining('exports no Celery app') }],
    [
      { 'tasks.ts': '', 'tasks.py': '' },
      { code: 'module-unclear', what: expect.stringContaining('tasks.py and tasks.ts') },
    ],
    [
      { 'tasks.ts': 'process.exit(4)' },
      { what: expect.stringMatching(/^tasks\.ts, line 1: SystemExit: process\.exit\(4\) was called/) },
    ],
    [
      { 'tasks.ts': '\nsetTimeout(() => null.x)\nawait new Promise(() => {})' },
      { what: expect.stringMatching(/^tasks\.ts, line 2: TypeError: Cannot read/) },
    ],
    [{ 'tasks.ts': `import './shop'` }, { what: expect.stringContaining(`Cannot find module './shop'`) }],
  ])('refuses %j, before it takes a message', async (broken, problem) => {
    await pushTask(redis, { task: 'tasks.add', args: [1, 1] })
    worker = await forkOurWorker({ brokerUrl: server.url(), files: broken, concurrency: 1 })
    expect((await worker.waitForFact('refused')).problem).toMatchObject(problem)
    expect(await worker.waitForExit()).toBe(1)
    expect(await redis.llen('celery')).toBe(1)
  })
})
