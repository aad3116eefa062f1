/** Receivers of Celery's signals in TypeScript: who is called, with what, and what is refused. */
import { describe, expect, expectTypeOf, it } from 'vitest'
import { codeSignals, listenedTo, type CodeSignals } from '../../../src-main/engine/app/code-signals.js'
import { CodeLogging } from '../../../src-main/engine/app/code-logging.js'
import { configureBySignals } from '../../../src-main/engine/app/configure-by-signals.js'
import { sendHostSignal } from '../../../src-main/engine/app/host-signals.js'
import { afterPublish, beforePublish, publishTexts } from '../../../src-main/engine/app/publish-signals.js'
import { Celery } from '../../../src-main/engine/index.js'
import { parseJson, stringifyJson } from '../../../src-main/engine/serialization/json.js'

const errors: string[] = []
const signalsForTest = (): CodeSignals => codeSignals({ error: (text) => errors.push(text) })

describe('a signal', () => {
  it('calls its receivers one after another, also those that are async, and only for their sender', async () => {
    const { taskSent } = signalsForTest()
    const heard: string[] = []
    taskSent.connect(async ({ sender, taskId }) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      heard.push(`first ${sender} ${String(taskId)}`)
    })
    taskSent.connect(() => heard.push('of a'), { sender: 'a' })
    taskSent.connect(({ signal }) => heard.push(signal.name))
    const fields = { task: '', args: null, kwargs: null, eta: null, taskset: null }
    await taskSent.send('b', { ...fields, taskId: '1' })
    await taskSent.send('a', { ...fields, taskId: '2' })
    expect(heard).toEqual(['first b 1', 'task_sent', 'first a 2', 'of a', 'task_sent'])
  })

  it('knows a task by its name, and the name by the task', async () => {
    const signals = signalsForTest()
    const buy = new Celery('shop').task('tasks.buy', (seat: string) => seat)
    const heard: string[] = []
    signals.afterTaskPublish.connect(({ sender }) => heard.push(sender), { sender: buy.name })
    signals.workerReady.connect(({ sender }) => heard.push(sender.hostname), { sender: 'tasks.buy' })
    await afterPublish(signals, stringifyJson({ name: 'tasks.buy', headers: {}, body: [[], {}, {}] }))
    await signals.workerReady.send({ hostname: 'celery@a', app: {} }, {})
    expect(heard).toEqual(['tasks.buy'])
    signals.taskSuccess.connect(({ result }) => heard.push(String(result)), { sender: buy })
    await signals.taskSuccess.send(buy, { result: 'A1', request: {} as never })
    await signals.taskSuccess.send('tasks.buy' as never, { result: 'A2', request: {} as never })
    expect(heard.slice(1)).toEqual(['A1', 'A2'])
  })

  it('logs what a receiver throws, and calls the others', async () => {
    const { workerInit } = signalsForTest()
    errors.length = 0
    let called = 0
    workerInit.connect(() => {
      throw new RangeError('no')
    })
    workerInit.connect(() => Promise.reject(new TypeError('later')))
    workerInit.connect(() => called++)
    await workerInit.send({ hostname: 'celery@a', app: {} }, {})
    expect(called).toBe(1)
    expect(errors[0]).toMatch(/^Signal handler of worker_init raised: RangeError\('no'\)\nRangeError: no\n\s+at /)
    expect(errors[1]).toContain("raised: TypeError('later')")
  })

  it('connects a receiver once for each sender, and lets go of it by the same words', async () => {
    const { workerInit } = signalsForTest()
    let called = 0
    const receiver = workerInit.connect(() => called++)
    workerInit.connect(receiver)
    const sender = { hostname: 'celery@a', app: {} }
    await workerInit.send(sender, {})
    expect(called).toBe(1)
    expect(workerInit.disconnect(receiver, { sender })).toBe(false)
    expect(workerInit.disconnect(receiver)).toBe(true)
    expect(workerInit.disconnect(receiver)).toBe(false)
    expect(workerInit.hasReceivers).toBe(false)
  })

  it('refuses by name what it cannot mean', () => {
    const signals = signalsForTest()
    const untyped = signals as unknown as Record<string, unknown>
    expect(() => signals.workerInit.connect('x' as never)).toThrow('a receiver of worker_init is string')
    expect(() => signals.workerInit.connect(() => {}, { sendr: 1 } as never)).toThrow('an option sendr')
    expect(() => untyped['task_prerun']).toThrow('the signal task_prerun is called taskPrerun here')
    expect(() => untyped['userPreloadOptions']).toThrow('the signal userPreloadOptions is not sent here')
    expect(Object.keys(signals)).toHaveLength(28)
  })

  it('has the types of what goes with it', () => {
    const signals = signalsForTest()
    signals.taskFailure.connect(({ exception, taskId, args, sender }) => {
      expectTypeOf(exception).toEqualTypeOf<Error>()
      expectTypeOf(taskId).toEqualTypeOf<string>()
      expectTypeOf(args).toEqualTypeOf<readonly unknown[]>()
      expectTypeOf(sender.name).toEqualTypeOf<string>()
    })
    signals.workerShuttingDown.connect(({ how }) => expectTypeOf(how).toEqualTypeOf<'Warm' | 'Cold'>())
    // @ts-expect-error no such field goes with it
    signals.taskPrerun.connect(({ retval }) => retval as unknown)
  })
})

describe('signals of elsewhere', () => {
  it('are those that somebody listens to, by Celery names', () => {
    const signals = signalsForTest()
    signals.taskPrerun.connect(() => {}) // sent where the task runs: nobody else has to know
    signals.workerProcessInit.connect(() => {})
    signals.beforeTaskPublish.connect(() => {})
    expect(listenedTo(signals)).toEqual(['worker_process_init', 'before_task_publish'])
  })

  it('come with the request as inspect shows it, and names in camel case', async () => {
    const signals = signalsForTest()
    const app = { signals, tasks: new Map() }
    const heard: unknown[] = []
    signals.taskRevoked.connect(({ signal: _, ...told }) => heard.push(told))
    signals.workerShuttingDown.connect(({ signal: _, ...told }) => heard.push(told))
    const info = { id: 'i', name: 'tasks.buy', args: [1], time_start: null }
    await sendHostSignal(app, 'task_revoked', { hostname: 'h', info, terminated: true, signum: 15, expired: false })
    await sendHostSignal(app, 'worker_shutting_down', { hostname: 'h', sig: 'SIGTERM', how: 'Warm', exitcode: 0 })
    expect(heard).toEqual([
      { sender: null, request: info, terminated: true, signum: 15, expired: false },
      { sender: 'h', sig: 'SIGTERM', how: 'Warm', exitcode: 0 },
    ])
    await expect(sendHostSignal(app, 'task_prerun', {})).rejects.toThrow('task_prerun, which is not sent from here')
  })
})

describe('receivers of a message', () => {
  const draft = { name: 'tasks.buy', exchange: '', routingKey: 'celery', isProtocol2: true, retryPolicy: null }
  const text = stringifyJson({ ...draft, headers: { id: 'i' }, body: [['A1'], {}, {}], properties: { priority: 0 } })

  it('change headers, body and properties in place', async () => {
    const signals = signalsForTest()
    expect(publishTexts(signals)).toBeNull()
    signals.beforeTaskPublish.connect(({ headers, properties, body }) => {
      headers['x-by'] = 'me'
      properties['priority'] = 3
      ;(body as [unknown, Record<string, unknown>])[1]['added'] = true
    })
    expect(parseJson(await beforePublish(signals, text))).toEqual({
      headers: { id: 'i', 'x-by': 'me' },
      body: [['A1'], { added: true }, {}],
      properties: { priority: 3 },
    })
    expect(publishTexts(signals)).toMatchObject({ after: null })
  })

  it('that write what cannot be sent are told so', async () => {
    const signals = signalsForTest()
    signals.beforeTaskPublish.connect(({ headers }) => void (headers['when'] = new Map() as never))
    await expect(beforePublish(signals, text)).rejects.toThrow('Object of type Map is not JSON serializable')
  })
})

it('what celeryd_init changes in the settings counts', async () => {
  const signals = signalsForTest()
  const app = new Celery('shop', { task_routes: { 'tasks.a': { queue: 'a' } } }, { signals })
  signals.celerydInit.connect(({ conf, sender }) => {
    conf['task_default_queue'] = `of ${sender}`
    ;(conf['task_routes'] as Record<string, unknown>)['tasks.b'] = { queue: 'b' }
  })
  const seen: unknown[] = []
  signals.celerydAfterSetup.connect(({ conf }) => seen.push(conf['task_default_queue']))
  await configureBySignals(app, 'celery@h')
  expect(app.conf.task_default_queue).toBe('of celery@h')
  expect(app.changes['task_routes']).toEqual({ 'tasks.a': { queue: 'a' }, 'tasks.b': { queue: 'b' } })
  expect(app.queues.all.map(({ name }) => name)).toEqual(['of celery@h'])
  expect(seen).toEqual(['of celery@h'])
})

describe('logging', () => {
  const logging = (signals: CodeSignals, written: string[]): CodeLogging =>
    new CodeLogging({ signals, level: 'INFO', conf: {}, write: ({ message }) => written.push(message) })
  const record = { level: 'INFO' as const, loggerName: 'x', message: 'said' }
  const ofTask = { ...record, message: 'of a task', task: { name: 't', id: 'i' } }

  it('is left alone where nobody asks for it', async () => {
    expect(await logging(signalsForTest(), []).setUp()).toBe(false)
  })

  it('goes through a receiver of setup_logging alone', async () => {
    const signals = signalsForTest()
    const [written, own]: [string[], string[]] = [[], []]
    signals.setupLogging.connect(({ logger, loglevel }) => {
      logger.addHandler(({ message }) => own.push(`${loglevel} ${message}`))
    })
    const log = logging(signals, written)
    expect(await log.setUp()).toBe(true)
    await log.log(record)
    await log.log(ofTask)
    await log.log({ ...record, level: 'DEBUG' })
    expect({ written, own }).toEqual({ written: [], own: ['INFO said', 'INFO of a task'] })
  })

  it('has handlers added and taken away once it is set up, for tasks apart', async () => {
    const signals = signalsForTest()
    const [written, own]: [string[], string[]] = [[], []]
    signals.afterSetupLogger.connect(({ logger }) => logger.addHandler(({ message }) => own.push(message)))
    signals.afterSetupTaskLogger.connect(({ logger }) => {
      for (const handler of logger.handlers) logger.removeHandler(handler)
      logger.addHandler(() => {
        throw new Error('broken')
      })
    })
    const log = logging(signals, written)
    expect(await log.setUp()).toBe(true)
    await log.log(record)
    await log.log(ofTask)
    expect(own).toEqual(['said'])
    expect(written).toEqual(['said', 'of a task\n(its handler raised: Error: broken)'])
  })
})
