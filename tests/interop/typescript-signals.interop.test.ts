/**
 * Celery's signals in TypeScript: real Celery (Debian's 5.2.6) with a tasks.py and our worker with a tasks.ts that says the
 * same lines, asked by the same client. What is heard is equal, whichever process hears it. Long, because the two files of tasks are in it.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { entry } from '../support/entries.js'
import { startOurWorker } from '../support/our-worker.js'
import { python, realCeleryEnvironment, runRealClient, startRealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

let redis: RedisServer
beforeAll(async () => void (redis = await startRedisServer()))
afterAll(() => redis?.stop())

const tasksPy = `
import json, sys, time
from celery import Celery, chain, signals
from celery.exceptions import Ignore, Reject
app = Celery('tasks')
app.conf.beat_schedule = {'often': {'task': 'tasks.note', 'schedule': 0.5, 'args': ('beat',)}}

def say(*words):
    sys.__stdout__.write('heard: ' + json.dumps(words, separators=(',', ':')) + '\\n')
    sys.__stdout__.flush()

class SoldOut(Exception):
    pass

# An exception in an exception is shown as repr() in Python and so here, which this is not about.
def shown(value):
    if isinstance(value, Reject):
        return value.reason
    return str(value).replace('SoldOut(\\'try 0\\')', 'try 0') if isinstance(value, Exception) else value

@app.task
def note(text):
    return text
@app.task
def fails(text):
    raise SoldOut(text)
@app.task(bind=True)
def again(self, text):
    if self.request.retries == 0:
        raise self.retry(countdown=0, exc=SoldOut('try 0'))
    return self.request.retries
@app.task
def ignored():
    raise Ignore()
@app.task(acks_late=True)
def rejected():
    raise Reject('not mine')
@app.task
def nap(seconds):
    time.sleep(seconds)
@app.task(bind=True)
def signed(self, *args, **kwargs):
    return [self.request.get('x-sent-by'), *args, kwargs]
@app.task
def sends():
    signed.apply_async(('by a task',), task_id='signed-1')
    chain(signed.si(1).set(task_id='chain-1'), signed.si(2).set(task_id='chain-2')).apply_async()

@signals.task_prerun.connect
def prerun(sender, task_id, task, args, kwargs, **more):
    say('task_prerun', sender.name, task_id, task.name, list(args), kwargs, task.request.retries)
@signals.task_postrun.connect
def postrun(sender, task_id, task, args, kwargs, retval, state, **more):
    say('task_postrun', sender.name, task_id, task.name, list(args), kwargs, shown(retval), state)
@signals.task_success.connect
def success(sender, result, **more):
    say('task_success', sender.name, sender.request.id, result)
@signals.task_failure.connect
def failure(sender, task_id, exception, args, kwargs, traceback, **more):
    say('task_failure', sender.name, task_id, type(exception).__name__, str(exception), list(args), kwargs)
@signals.task_retry.connect
def retry(sender, request, reason, **more):
    say('task_retry', sender.name, request.id, request.retries, shown(reason))
@signals.task_prerun.connect(sender=fails)
def of_fails(sender, **more):
    say('only of fails', sender.name)
@signals.task_prerun.connect
def raises(task_id, **more):
    raise ValueError('a receiver')
@signals.task_postrun.connect
def gone(**more):
    say('never')
signals.task_postrun.disconnect(gone)

@signals.before_task_publish.connect
def before(sender, body, exchange, routing_key, declare, headers, properties, retry_policy, **more):
    headers['x-sent-by'] = 'the receiver'
    if sender == 'tasks.signed':
        body[1]['added'] = True
    say('before_task_publish', sender, exchange, routing_key, headers['id'], headers['retries'],
        properties['correlation_id'] == headers['id'], retry_policy)
@signals.after_task_publish.connect(sender='tasks.signed')
def after(sender, body, headers, exchange, routing_key, **more):
    say('after_task_publish', sender, exchange, routing_key, headers['id'], headers['x-sent-by'], body[1])
@signals.task_sent.connect
def sent(sender, task_id, task, args, kwargs, eta, taskset, **more):
    say('task_sent', sender, task, list(args), kwargs, taskset)

@signals.worker_process_init.connect
def process_init(sender, **more):
    say('worker_process_init', sender)
@signals.worker_process_shutdown.connect
def process_shutdown(sender, pid, exitcode, **more):
    say('worker_process_shutdown', sender, pid > 0, exitcode)

@signals.celeryd_init.connect
def at_init(sender, instance, conf, **more):
    conf.task_default_queue = 'by-signal'
    say('celeryd_init', sender, instance.hostname)
@signals.celeryd_after_setup.connect
def after_setup(sender, instance, conf, **more):
    say('celeryd_after_setup', sender, conf.task_default_queue)
@signals.import_modules.connect
def importing(sender, **more):
    say('import_modules', sender.main)
@signals.worker_init.connect
def at_worker_init(sender, **more):
    say('worker_init', sender.hostname)
@signals.worker_ready.connect
def at_ready(sender, **more):
    say('worker_ready', sender.hostname, sender.app is app)
@signals.task_received.connect
def at_received(sender, request, **more):
    say('task_received', sender.hostname, request.name, list(request.args), request.id)
@signals.task_revoked.connect
def at_revoked(sender, request, terminated, signum, expired, **more):
    say('task_revoked', sender.name, request.id, terminated, signum, expired)
@signals.task_unknown.connect
def at_unknown(sender, name, id, **more):
    say('task_unknown', name, id)
@signals.heartbeat_sent.connect
def at_heartbeat(sender, **more):
    say('heartbeat_sent')
@signals.worker_shutting_down.connect
def at_shutting_down(sender, sig, how, exitcode, **more):
    say('worker_shutting_down', sender, how, exitcode)
@signals.worker_shutdown.connect
def at_shutdown(sender, **more):
    say('worker_shutdown', sender.hostname)
@signals.beat_init.connect
def at_beat(sender, **more):
    say('beat_init', sender.app.main)
`

const tasksTs = `
import { Celery, chain, Ignore, Reject, signals, type RunningTask } from 'celery-from-zero'
export const app = new Celery('tasks', {
  worker_redirect_stdouts: false,
  beat_schedule: { often: { task: 'tasks.note', schedule: 0.5, args: ['beat'] } },
})
const say = (...words: unknown[]) => console.log('heard: ' + JSON.stringify(words))

class SoldOut extends Error {}
const shown = (value: unknown) => value instanceof Error ? value.message.replace("SoldOut('try 0')", 'try 0') : value
app.task('tasks.note', (text: string) => text)
const fails = app.task('tasks.fails', (text: string) => { throw new SoldOut(text) })
app.task('tasks.again', async (self: RunningTask, text: string) => {
  if (self.request.retries === 0) throw await self.retry({ countdown: 0, exc: new SoldOut('try 0') })
  return self.request.retries
}, { bind: true })
app.task('tasks.ignored', () => { throw new Ignore('') })
app.task('tasks.rejected', () => { throw new Reject('not mine') }, { acksLate: true })
app.task('tasks.nap', (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000, null)))
const signed = app.task('tasks.signed', (self: RunningTask, ...args: unknown[]) => {
  const kwargs = args.pop()
  return [self.request.headers['x-sent-by'] ?? null, ...args, kwargs]
}, { bind: true, kwargs: true })
app.task('tasks.sends', async () => {
  await signed.applyAsync({ args: ['by a task'] }, { task_id: 'signed-1' })
  const [first, second] = [1, 2].map((n) => {
    const one = app.signature('tasks.signed', { args: [n], immutable: true })
    return { ...one, options: { ...one.options, task_id: 'chain-' + n } }
  })
  await app.apply(chain(first, second))
  return null
})

signals.taskPrerun.connect(({ sender, taskId, task, args, kwargs, request }) =>
  say('task_prerun', sender.name, taskId, task.name, args, kwargs, request.retries))
signals.taskPostrun.connect(({ sender, taskId, task, args, kwargs, retval, state }) =>
  say('task_postrun', sender.name, taskId, task.name, args, kwargs, shown(retval), state))
signals.taskSuccess.connect(async ({ sender, result, request }) => {
  await new Promise((resolve) => setTimeout(resolve, 5))
  say('task_success', sender.name, request.id, result)
})
signals.taskFailure.connect(({ sender, taskId, exception, args, kwargs }) =>
  say('task_failure', sender.name, taskId, exception.constructor.name, exception.message, args, kwargs))
signals.taskRetry.connect(({ sender, request, reason }) =>
  say('task_retry', sender.name, request.id, request.retries, shown(reason)))
signals.taskPrerun.connect(({ sender }) => say('only of fails', sender.name), { sender: fails })
signals.taskPrerun.connect(() => { throw new TypeError('a receiver') })
const gone = signals.taskPostrun.connect(() => say('never'))
signals.taskPostrun.disconnect(gone)

signals.beforeTaskPublish.connect(({ sender, body, exchange, routingKey, headers, properties, retryPolicy }) => {
  headers['x-sent-by'] = 'the receiver'
  if (sender === 'tasks.signed') body[1]['added'] = true
  say('before_task_publish', sender, exchange, routingKey, headers.id, headers.retries,
    properties.correlation_id === headers.id, retryPolicy)
})
signals.afterTaskPublish.connect(({ sender, body, exchange, routingKey, headers }) =>
  say('after_task_publish', sender, exchange, routingKey, headers.id, headers['x-sent-by'], body[1]), { sender: 'tasks.signed' })
signals.taskSent.connect(({ sender, task, args, kwargs, taskset }) => say('task_sent', sender, task, args, kwargs, taskset))

signals.workerProcessInit.connect(({ sender }) => say('worker_process_init', sender))
signals.workerProcessShutdown.connect(({ sender, pid, exitcode }) => say('worker_process_shutdown', sender, pid > 0, exitcode))

signals.celerydInit.connect(({ sender, instance, conf }) => {
  conf.task_default_queue = 'by-signal'
  say('celeryd_init', sender, instance.hostname)
})
signals.celerydAfterSetup.connect(({ sender, conf }) => say('celeryd_after_setup', sender, conf.task_default_queue))
signals.importModules.connect(({ sender }) => say('import_modules', sender.name))
signals.workerInit.connect(({ sender }) => say('worker_init', sender.hostname))
signals.workerReady.connect(({ sender }) => say('worker_ready', sender.hostname, sender.app === app))
signals.taskReceived.connect(({ sender, request }) =>
  say('task_received', sender.hostname, request.name, request.args, request.id))
signals.taskRevoked.connect(({ sender, request, terminated, signum, expired }) =>
  say('task_revoked', sender.name, request.id, terminated, signum, expired))
signals.taskUnknown.connect(({ name, id }) => say('task_unknown', name, id))
signals.heartbeatSent.connect(() => say('heartbeat_sent'))
signals.workerShuttingDown.connect(({ sender, how, exitcode }) => say('worker_shutting_down', sender, how, exitcode))
signals.workerShutdown.connect(({ sender }) => say('worker_shutdown', sender.hostname))
signals.beatInit.connect(({ sender }) => say('beat_init', sender.app.name))
`

/** What the client's own receivers would say is not told: only the workers' lines are compared. */
const client = `
import time, tasks
tasks.say = lambda *words: None
from tasks import *
app.conf.task_default_queue = 'by-signal'
def ended(id):
    while not app.AsyncResult(id).ready():
        time.sleep(0.05)
    return app.AsyncResult(id).result
print(note.apply_async(('x',), task_id='note-1').get(timeout=30))
fails.apply_async(('A1',), task_id='fails-1').get(timeout=30, propagate=False)
print(again.apply_async(('y',), task_id='again-1').get(timeout=30))
ignored.apply_async(task_id='ignored-1')
rejected.apply_async(task_id='rejected-1')
sends.apply_async(task_id='sends-1').get(timeout=30)
for id in ('signed-1', 'chain-1', 'chain-2'):
    print(id, ended(id))
app.send_task('tasks.nobody', task_id='unknown-1')
nap.apply_async((3,), task_id='nap-1')
nap.apply_async((0,), task_id='nap-2')
time.sleep(1)
app.control.revoke('nap-2')
app.AsyncResult('nap-1').get(timeout=30)
ended('nap-2')
time.sleep(1)
app.control.shutdown()
`

/** The pool's processes and the main process load the file each for themselves: a line once, whoever says it. */
const heard = (output: string): readonly string[] =>
  [...new Set([...output.matchAll(/heard: (.*)/g)].map(([, line = '']) => line))].toSorted()

it('are heard alike in a worker', async () => {
  const where = { brokerUrl: redis.url(), tasksPy }
  const real = await startRealWorker(where, ['-c', '1', '-n', 'celery@same'])
  let expected: { readonly printed: string; readonly heard: readonly string[] }
  try {
    const printed = await runRealClient(where, client, 90)
    await expect.poll(() => real.output, { timeout: 60_000 }).toContain('"worker_process_shutdown"')
    await expect.poll(() => real.output, { timeout: 60_000 }).toContain('"worker_shutdown"')
    expected = { printed, heard: heard(real.output) }
  } finally {
    await real.stop()
  }
  const connection = redis.client()
  await connection.flushall() // the results of the same ids
  connection.disconnect()
  const ours = await startOurWorker({
    brokerUrl: redis.url(),
    files: { 'tasks.ts': tasksTs },
    concurrency: 1,
    queues: ['by-signal'],
    nodename: 'celery@same',
  })
  try {
    const printed = await runRealClient(where, client, 90)
    const output = (): string => ours.stderr + ours.stdout
    await expect.poll(output, { timeout: 60_000 }).toContain('"worker_process_shutdown"')
    await expect.poll(output, { timeout: 60_000 }).toContain('"worker_shutdown"')
    expect({ printed, heard: heard(output()) }).toEqual(expected)
    expect(expected.heard.length).toBeGreaterThan(60)
    expect(ours.stderr).toContain("Signal handler of task_prerun raised: TypeError('a receiver')")
  } finally {
    await ours.stop()
  }
}, 240_000)

it('are heard alike in beat, and what they change goes out', async () => {
  const inBeat = async (program: readonly string[], files: Readonly<Record<string, string>>) => {
    const folder = await mkdtemp(join(tmpdir(), 'beat-signals-'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const connection = redis.client()
    await connection.flushall()
    const [file = '', ...before] = program
    const child = spawn(file, [...before, '-A', 'tasks', 'beat', '-s', 'schedule'], {
      cwd: folder,
      env: realCeleryEnvironment({ brokerUrl: redis.url() }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
    try {
      // The id is another one each time.
      const lines = (): readonly string[] => heard(out.replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'ID'))
      await expect.poll(() => lines().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(4)
      await expect.poll(() => connection.llen('celery'), { timeout: 60_000 }).toBeGreaterThan(0)
      const [text = ''] = await connection.lrange('celery', 0, 0)
      return { lines: lines(), by: (JSON.parse(text) as { headers: Record<string, string> }).headers['x-sent-by'] }
    } finally {
      child.kill('SIGKILL')
      connection.disconnect()
      await rm(folder, { recursive: true, force: true })
    }
  }
  const real = await inBeat([python, '-m', 'celery'], { 'tasks.py': tasksPy })
  const ours = await inBeat([process.execPath, entry('cli')], { 'tasks.ts': tasksTs })
  expect(ours).toEqual(real)
  expect(ours.by).toBe('the receiver')
})
