/**
 * What belongs into the worker's main process: control commands of one's own and the worker's signals. Real Celery (Debian's
 * 5.2.6) and our worker run the same file, asked by real Celery's client and command line.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entry } from '../support/entries.js'
import { startOurWorker } from '../support/our-worker.js'
import { runRealClient, startRealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

let redis: RedisServer
beforeAll(async () => void (redis = await startRedisServer()))
afterAll(() => redis?.stop())

const tasksPy = `
import sys, time
from celery import Celery, signals
from celery.worker import state as worker_state
from celery.worker.control import Panel, control_command, inspect_command
app = Celery('tasks')

def say(*words):
    sys.__stdout__.write(' '.join(['heard:', *map(str, words)]) + '\\n')
    sys.__stdout__.flush()

@app.task
def add(x, y):
    return x + y

@app.task
def nap(seconds):
    time.sleep(seconds)

@control_command(args=[('n', int)], signature='[N=1]')
def increase_prefetch_count(state, n=1):
    "More messages at a time."
    state.consumer.qos.increment_eventually(n)
    return {'ok': 'prefetch count incremented'}

@inspect_command(alias='prefetch')
def current_prefetch_count(state):
    return {'prefetch_count': state.consumer.qos.value, 'hostname': state.hostname, 'app': state.app.main}

@inspect_command()
def what_runs(state, **kwargs):
    return {
        'active': [[r.name, list(r.args), r.id] for r in worker_state.active_requests],
        'reserved': len(worker_state.reserved_requests),
        'seen': worker_state.total_count['tasks.add'],
        'given': kwargs,
    }

@Panel.register(name='by_name')
def other_name(state):
    return [1, 2.5, None, 'text']

@control_command()
def breaks(state, n):
    return 1 / n

@control_command()
def ping(state):
    return {'ok': 'own pong'}

@signals.celeryd_init.connect
def at_init(sender, conf, **kwargs):
    conf.task_default_queue = 'by-signal'
    say('celeryd_init', sender)

@signals.worker_init.connect
def at_worker_init(sender, **kwargs):
    say('worker_init', sender.hostname)

@signals.worker_ready.connect
def at_ready(sender, **kwargs):
    say('worker_ready', sender.hostname, sender.app is app)

@signals.task_received.connect
def at_received(sender, request, **kwargs):
    say('task_received', sender.hostname, request.name, request.args, request.id)

@signals.task_revoked.connect
def at_revoked(sender, request, terminated, signum, expired, **kwargs):
    say('task_revoked', sender.name, request.id, terminated, signum, expired)

@signals.task_unknown.connect
def at_unknown(sender, name, id, **kwargs):
    say('task_unknown', name, id)

@signals.worker_shutting_down.connect
def at_shutting_down(sender, sig, how, exitcode, **kwargs):
    say('worker_shutting_down', sender, how, exitcode)

@signals.worker_shutdown.connect
def at_shutdown(sender, **kwargs):
    say('worker_shutdown', sender.hostname)
`

const client = `
import json, time
from celery.exceptions import TimeoutError
from tasks import *
app.conf.task_default_queue = 'by-signal'
def ask(method, **arguments):
    [reply] = app.control.broadcast(method, arguments=arguments, reply=True, timeout=20, limit=1)
    [(node, value)] = reply.items()
    print(node, method, json.dumps(value, sort_keys=True))

print(add.apply_async((1, 2), task_id='add-1').get(timeout=30))
app.send_task('tasks.nobody', task_id='unknown-1')
ask('current_prefetch_count')
ask('increase_prefetch_count', n=3)
ask('prefetch')
ask('by_name')
ask('ping')
ask('breaks', n=0)
ask('breaks')
ask('breaks', m=1)
ask('no_such_command')
nap.apply_async((3,), task_id='nap-1')
nap.apply_async((0,), task_id='nap-2')
time.sleep(1)
ask('what_runs', x=1)
app.control.revoke('nap-2')
app.AsyncResult('nap-1').get(timeout=30)
try:
    app.AsyncResult('nap-2').get(timeout=10, propagate=False)
except TimeoutError:
    print('nap-2 has no result')
time.sleep(1) # that it was revoked is known at once, that it was not run only now
app.control.shutdown()
time.sleep(2)
`

/** What the signals' receivers have printed, as the pool's own processes load the file too: each line once. */
const heard = (output: string): readonly string[] => [
  ...new Set([...output.matchAll(/heard: .*/g)].map(([line]) => line.replaceAll(/celery@[\w.-]+/g, 'celery@NODE'))),
]

const asked = (printed: string): string => printed.replaceAll(/celery@[\w.-]+/g, 'celery@NODE')

describe('commands and signals of the main process', () => {
  it('are the same on both workers', async () => {
    const where = { brokerUrl: redis.url(), tasksPy }
    const real = await startRealWorker(where, ['-c', '1', '-n', 'celery@real'])
    let expected: { readonly asked: string; readonly heard: readonly string[] }
    try {
      const printed = await runRealClient(where, client, 90)
      await expect.poll(() => real.output, { timeout: 60_000 }).toContain('heard: worker_shutdown')
      expected = { asked: asked(printed), heard: heard(real.output) }
    } finally {
      await real.stop()
    }
    const connection = redis.client()
    await connection.flushall() // the results of the same ids
    connection.disconnect()
    const ours = await startOurWorker({ ...where, concurrency: 1, queues: ['by-signal'], nodename: 'celery@ours' })
    try {
      const printed = await runRealClient(where, client, 90)
      const output = (): string => ours.stderr + ours.stdout
      await expect.poll(output, { timeout: 60_000 }).toContain('heard: worker_shutdown')
      expect({ asked: asked(printed), heard: heard(output()) }).toEqual(expected)
      expect(expected.heard).toHaveLength(9)
    } finally {
      await ours.stop()
    }
  }, 240_000)

  it('say by name what of a request is not here', async () => {
    const file = `${tasksPy}
@inspect_command()
def asks_too_much(state):
    return [request.on_ack for request in worker_state.active_requests]
`
    const where = { brokerUrl: redis.url(), tasksPy: file }
    const ours = await startOurWorker({ ...where, concurrency: 1, queues: ['by-signal'] })
    try {
      const script = `
import time
from tasks import *
app.conf.task_default_queue = 'by-signal'
nap.apply_async((60,), task_id='naps')
ask = lambda: app.control.broadcast('asks_too_much', reply=True, timeout=20, limit=1)[0]['celery@ours']
while (answer := ask()) == []:
    time.sleep(0.05)
print(answer['error'])`
      expect(await runRealClient(where, script)).toContain(
        'request.on_ack is not covered by the Python side of this app',
      )
    } finally {
      await ours.stop()
    }
  })

  it('are asked for by the celery command, which finds them in the code', async () => {
    const ours = await startOurWorker({ brokerUrl: redis.url(), tasksPy, concurrency: 1, queues: ['by-signal'] })
    const celery = (...words: readonly string[]): Promise<string> =>
      promisify(execFile)(process.execPath, [
        entry('cli'),
        '-A',
        'tasks',
        '--workdir',
        ours.folder,
        '-b',
        redis.url(),
        ...words,
      ]).then(({ stdout }) => stdout)
    try {
      expect(await celery('control', 'increase_prefetch_count', '2', '-t', '4')).toContain('prefetch count incremented')
      expect(JSON.parse(await celery('inspect', 'current_prefetch_count', '-j', '-t', '4'))).toEqual({
        'celery@ours': { prefetch_count: 6, hostname: 'celery@ours', app: 'tasks' },
      })
      expect(await celery('control', '--list')).toMatch(
        /^ {2}increase_prefetch_count \[N=1\] +More messages at a time\.$/m,
      )
    } finally {
      await ours.stop()
    }
  })
})
