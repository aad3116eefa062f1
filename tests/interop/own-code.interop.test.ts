/**
 * A learner's handlers and signal receivers in a real Celery 5.2.6 worker and in ours: the pool process of each writes the
 * same lines in the same order. Only one message is under way at a time.
 */
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOurWorker } from '../support/our-worker.js'
import { startRealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { pushTask, type SentTask } from '../support/task-message.js'
import { waitFor } from '../support/wait-for.js'

const tasksPy = `
from celery import Celery, Task, current_task, signals
from celery.exceptions import Ignore, Reject
from celery.result import AsyncResult
app = Celery('tasks')
app.conf.worker_deduplicate_successful_tasks = True

class Telling(Task):
    acks_late = True
    def before_start(self, task_id, args, kwargs): print(f'before_start {task_id} {args}')
    def on_success(self, retval, task_id, args, kwargs): print(f'on_success {retval!r} {AsyncResult(task_id).state} {self.request.id}')
    def on_failure(self, exc, task_id, args, kwargs, einfo): print(f'on_failure {exc!r} {AsyncResult(task_id).state} {str(einfo).splitlines()[-1]}')
    def on_retry(self, exc, task_id, args, kwargs, einfo): print(f'on_retry {exc!r} {AsyncResult(task_id).state}')
    def after_return(self, status, retval, task_id, args, kwargs, einfo): print(f'after_return {status} {retval!r} {einfo}')

@app.task(base=Telling, bind=True, throws=(KeyError,))
def telling(self, kind):
    print(f'body {kind} {current_task.name} {self.request.retries}')
    if kind == 'fail': raise ValueError('bad')
    if kind == 'expected': raise KeyError('known')
    if kind == 'ignore': raise Ignore()
    if kind == 'reject': raise Reject('no')
    if kind == 'retry' and self.request.retries == 0: raise self.retry(exc=OSError('again'), countdown=0)
    if kind == 'not json': return {1}
    return kind

@signals.worker_process_init.connect
def on_init(sender, **more): print(f'worker_process_init {sender}')
@signals.task_prerun.connect
def on_prerun(sender, task_id, task, args, kwargs, **_): print(f'task_prerun {sender.name} {task_id} {task.request.retries} {args} {kwargs}')
@signals.task_success.connect
def on_success(sender, result, **_): print(f'task_success {result!r}')
@signals.task_failure.connect
def on_failure(sender, task_id, exception, traceback, einfo, **_): print(f'task_failure {exception!r}')
@signals.task_retry.connect
def on_retry(sender, request, reason, einfo, **_): print(f'task_retry {request.id} {reason}')
@signals.task_postrun.connect
def on_postrun(sender, task_id, retval, state, **_): print(f'task_postrun {task_id} {state} {retval!r}')
@signals.task_success.connect
def broken(**_): raise RuntimeError('receiver')
`

const kinds = ['ok', 'fail', 'expected', 'ignore', 'reject', 'retry', 'not json']
const messages: readonly (SentTask & { readonly last: string })[] = [
  ...kinds.map((kind) => {
    const id = `id-${kind.replace(' ', '-')}`
    const state = { ok: 'SUCCESS', retry: 'SUCCESS', ignore: 'IGNORED', reject: 'REJECTED' }[kind] ?? 'FAILURE'
    return { task: 'tasks.telling', args: [kind], id, last: `task_postrun ${id} ${state}` }
  }),
  { task: 'tasks.telling', args: ['again'], id: 'id-ok', last: "task_postrun id-ok SUCCESS 'again'" },
  {
    task: 'tasks.telling',
    args: ['ok'],
    id: 'id-ok',
    redelivered: true,
    last: 'Task tasks.telling[id-ok] Task already completed successfully.',
  },
]

let server: RedisServer
let redis: Redis

beforeAll(async () => {
  server = await startRedisServer()
  redis = server.client()
})
afterAll(() => server.stop())

/** The pool process's lines, without time, runtimes, addresses and tracebacks. */
async function linesOf(worker: { readonly output: () => string; stop(): Promise<void> }): Promise<readonly string[]> {
  try {
    for (const message of messages) {
      await pushTask(redis, message)
      await waitFor(`the log says ${message.last}`, () => worker.output().includes(message.last), {
        timeoutSeconds: 90,
        describe: () => worker.output(),
      })
    }
  } finally {
    await worker.stop()
  }
  await redis.flushall()
  return worker
    .output()
    .split('\n')
    .flatMap((line) => /(\w+\/ForkPoolWorker-1\] .*)/.exec(line)?.[1] ?? [])
    .map((line) =>
      line
        .replace(/0x[0-9a-f]+/, '0x…')
        .replace(/succeeded in [\d.e-]+s/, 'succeeded in …s')
        // Debian's Celery with its newer billiard calls every end `raised unexpected: ExceptionWithTraceback()`.
        .replace(/^\w+(\S+ Task tasks\.telling\[\S+\]) (?:raised|ignored|reject) ?.*$/, '$1 ended in another way'),
    )
}

it('handlers and signals are told the same in the same order', async () => {
  const ours = await startOurWorker({ brokerUrl: server.url(), tasksPy, concurrency: 1 })
  const ourLines = await linesOf({ output: () => ours.stderr, stop: () => ours.stop() })
  const real = await startRealWorker({ brokerUrl: server.url(), tasksPy })
  const realLines = await linesOf({ output: () => real.output, stop: () => real.stop() })
  expect(ourLines).toEqual(realLines)
  expect(ourLines.filter((line) => line.includes('] task_postrun '))).toHaveLength(kinds.length + 2)
})
