/** Celery's signals in an app that works in its own process: which are heard around a task, and in which order. */
import { afterAll, expect, test } from 'vitest'
import { Celery, Ignore, signals, type RunningTask } from '../../../src-main/engine/index.js'
import { codeSignals } from '../../../src-main/engine/app/code-signals.js'
import { startRedisServer } from '../../support/redis-server.js'

const server = await startRedisServer()
afterAll(() => server.stop())
const timeoutSeconds = 20
const patience = { timeout: 30_000 }

test('a worker, its tasks and what they send are heard in the app, in order', async () => {
  const own = codeSignals({ error: () => {} })
  const app = new Celery('shop', { broker: server.url(), backend: server.url() }, { signals: own })
  const heard: string[] = []
  let log = ''
  const note = app.task('tasks.note', (text: string) => text, {
    beforeStart: () => heard.push('before_start'),
    onSuccess: () => heard.push('on_success'),
    afterReturn: () => heard.push('after_return'),
  })
  const broken = app.task('tasks.broken', () => 'value', {
    onSuccess: () => {
      throw new RangeError('a handler')
    },
  })
  const ignores = app.task('tasks.ignores', () => {
    throw new Ignore('')
  })
  const sends = app.task(
    'tasks.sends',
    async (self: RunningTask) => {
      await note.applyAsync({ args: ['child'] }, { task_id: 'child' })
      return self.request.id
    },
    { bind: true },
  )
  own.workerInit.connect(({ sender }) => heard.push(`worker_init ${sender.hostname}`))
  own.workerReady.connect(({ sender }) => heard.push(`worker_ready ${sender.app === app}`))
  own.workerProcessInit.connect(() => heard.push('worker_process_init'))
  own.workerShutdown.connect(() => heard.push('worker_shutdown'))
  own.taskPrerun.connect(({ taskId, args }) => heard.push(`task_prerun ${taskId} ${JSON.stringify(args)}`))
  own.taskSuccess.connect(({ result }) => heard.push(`task_success ${String(result)}`))
  own.taskPostrun.connect(({ taskId, state, retval }) =>
    heard.push(`task_postrun ${taskId} ${state} ${retval instanceof Error ? retval.name : String(retval)}`),
  )
  own.taskInternalError.connect(({ taskId, exception }) =>
    heard.push(`task_internal_error ${taskId} ${exception.message}`),
  )
  own.beforeTaskPublish.connect(({ headers }) => void (headers['x-by'] = 'me'), { sender: 'tasks.note' })
  own.afterTaskPublish.connect(({ sender, headers }) => heard.push(`sent ${sender} ${String(headers['x-by'])}`))
  own.afterSetupTaskLogger.connect(({ logger }) => logger.addHandler(({ message }) => heard.push(`logged ${message}`)))
  const talks = app.task('tasks.talks', (self: RunningTask) => self.logger.warning('hello'), { bind: true })
  const worker = app.worker({ hostname: 'w@here', log: (text) => Promise.resolve(void (log += text)) })
  const ended = (id: string): Promise<void> =>
    expect.poll(() => heard.some((line) => line.startsWith(`task_postrun ${id} `)), patience).toBe(true)
  const during = async (run: () => Promise<unknown>, id: string): Promise<readonly string[]> => {
    const before = heard.length
    await run()
    await ended(id)
    return heard.slice(before)
  }
  try {
    await worker.start()
    await expect.poll(() => heard, patience).toEqual(['worker_process_init', 'worker_init w@here', 'worker_ready true'])
    expect(await during(() => note.applyAsync({ args: ['x'] }, { task_id: '1' }), '1')).toEqual([
      'sent tasks.note me',
      'task_prerun 1 ["x"]',
      'before_start',
      'on_success',
      'task_success x',
      'after_return',
      'task_postrun 1 SUCCESS x',
    ])
    expect(await during(() => broken.applyAsync({}, { task_id: '2' }), '2')).toEqual([
      'sent tasks.broken undefined',
      'task_prerun 2 []',
      'task_internal_error 2 a handler',
      'task_postrun 2 SUCCESS value',
    ])
    expect((await during(() => ignores.applyAsync({}, { task_id: '3' }), '3')).at(-1)).toBe(
      'task_postrun 3 IGNORED Ignore',
    )
    await (await sends.delay()).get({ timeoutSeconds })
    await ended('child')
    expect(heard).toContain('task_prerun child ["child"]')
    await (await talks.delay()).get({ timeoutSeconds })
    expect(heard).toContain('logged hello')
    expect(log).toContain('hello') // the worker's own handler is still there
  } finally {
    await worker.stop()
    await app.close()
  }
  expect(heard.at(-1)).toBe('worker_shutdown')
})

test('beat says that it begins', async () => {
  const own = codeSignals({ error: () => {} })
  const app = new Celery('shop', { broker: server.url() }, { signals: own })
  const heard: unknown[] = []
  own.beatInit.connect(({ sender }) => heard.push((sender.app as Celery).name))
  const beat = app.beat({ scheduler: 'celery.beat:Scheduler', log: () => Promise.resolve() })
  const ended = beat.start()
  try {
    await expect.poll(() => heard, patience).toEqual(['shop'])
  } finally {
    await beat.stop()
    await ended
    await app.close()
  }
})

test('an app that is given none sends those of the process', async () => {
  const app = new Celery('shop', { broker: server.url() })
  const heard: string[] = []
  const receiver = signals.afterTaskPublish.connect(({ sender }) => heard.push(sender), { sender: 'tasks.elsewhere' })
  try {
    await app.sendTask('tasks.elsewhere')
    await app.sendTask('tasks.other')
    signals.afterTaskPublish.disconnect(receiver, { sender: 'tasks.elsewhere' })
    await app.sendTask('tasks.elsewhere')
    expect(heard).toEqual(['tasks.elsewhere'])
  } finally {
    await app.close()
  }
})
