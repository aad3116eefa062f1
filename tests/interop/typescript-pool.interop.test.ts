/** Real Celery (Debian's 5.2.6) and a worker of ours on a tasks.ts: as its client, and as the worker of what its tasks send. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { runRealClient, startRealWorker, type RealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

const tasksTs = `
import { Celery, chain, type RunningTask } from 'celery-from-zero'

export const app = new Celery('tasks', { task_routes: { 'real.*': 'real' } })

class SoldOut extends Error {
  readonly args: readonly unknown[]
  constructor(seat: string, price: number) {
    super(seat)
    this.args = [seat, price]
  }
}
class Unheard extends Error {}

const add = app.task('tasks.add', (x: number, y: number) => x + y, { params: ['x', 'y'] })
app.task('tasks.same', (value: unknown) => value)
app.task('tasks.total', (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0))
app.task('tasks.sold_out', () => { throw new SoldOut('A1', 12.5) })
app.task('tasks.unheard', () => { throw new Unheard('of') })
app.task('tasks.wrong', () => (undefined as any).price)
app.task('tasks.info', (self: RunningTask) => {
  const { id, root_id, parent_id, retries, delivery_info, hostname, headers } = self.request
  return { id, root_id, parent_id, retries, hostname, priority: delivery_info.priority, mine: headers['x-mine'] }
}, { bind: true })
app.task('tasks.later', async (self: RunningTask) => {
  if (self.request.retries === 0) throw await self.retry({ countdown: 2, exc: new RangeError('not yet') })
  return self.request.retries
}, { bind: true })
app.task('tasks.never', async (self: RunningTask) => {
  throw await self.retry({ countdown: 0, maxRetries: 1 })
}, { bind: true })
app.task('tasks.forever', () => { for (;;); })
app.task('tasks.silent', () => 1, { ignoreResult: true })
app.task('tasks.asks', (self: RunningTask) => new Promise((_resolve, reject) =>
  self.signal.addEventListener('abort', () => reject(self.signal.reason))), { bind: true, softTimeLimit: 1 })

app.task('tasks.send_there', async () => {
  const one = await app.sendTask('real.kinds', [[1, 'ü', null, new Date(0).toISOString()]], { named: true })
  const many = await app.apply(chain(add.s(1, 2), app.task('real.double').s(), add.s(1)))
  return [one.id, many.id]
})
`

/** The client's view of them, and what the real worker runs. */
const tasksPy = `
from celery import Celery
app = Celery('tasks')

class SoldOut(Exception):
    pass

@app.task(name='real.kinds')
def kinds(values, named=None):
    return [type(value).__name__ for value in values] + [named]

@app.task(name='real.double')
def double(n):
    return 2 * n

def task(name):
    return app.signature('tasks.' + name)
`

describe('real Celery and tasks in TypeScript', () => {
  let redis: RedisServer
  let worker: OurWorker

  beforeAll(async () => {
    redis = await startRedisServer()
    worker = await startOurWorker({ brokerUrl: redis.url(), files: { 'tasks.ts': tasksTs }, nodename: 'celery@ours' })
  })
  afterAll(async () => {
    await worker?.stop()
    await redis?.stop()
  })

  const python = async (source: string): Promise<string> => {
    const client = { brokerUrl: redis.url(), tasksPy }
    const head = 'import json, time\nfrom tasks import *\nfrom celery import chain, chord, group\n'
    return (await runRealClient(client, head + source)).trim()
  }
  const raised = (call: string): Promise<string> =>
    python(
      `r = ${call}\ntry:\n    r.get(timeout=20)\nexcept BaseException as e:\n` +
        `    print(type(e).__module__, type(e).__name__, e.args, '|', r.state, '|', (r.traceback or '-').splitlines()[0])`,
    )

  it('arguments, results and the request arrive', async () => {
    expect(
      await python(`print(task('add').delay(2, 3).get(timeout=20), task('add').delay(2, y=5).get(timeout=20))`),
    ).toBe('5 7')
    const values = `['æ€😀', None, True, {'k': [1, 2.5, 'ü']}, 2**70, -2**53]`
    expect(await python(`v = ${values}\nprint(task('same').delay(v).get(timeout=20) == v)`)).toBe('True')
    const source = `
r = task('info').apply_async(priority=6, headers={'x-mine': 'yes'})
got = r.get(timeout=20)
print(got['id'] == r.id, got['root_id'] == r.id, got['parent_id'], got['retries'], got['priority'], got['hostname'], got['mine'])`
    expect(await python(source)).toBe('True True None 0 6 celery@ours yes')
  })

  it("an error is raised as the client's own class, as Python's, or as one of that name", async () => {
    expect(await raised(`task('sold_out').delay()`)).toMatch(
      /^tasks SoldOut \('A1', 12\.5\) \| FAILURE \| SoldOut: A1$/,
    )
    expect(await raised(`task('wrong').delay()`)).toMatch(/^builtins TypeError \("Cannot read properties of undefined/)
    expect(await raised(`task('unheard').delay()`)).toMatch(/ Unheard \('of',\) \| FAILURE/)
    expect(await raised(`task('nowhere').delay()`)).toMatch(/^celery\.exceptions NotRegistered \('tasks\.nowhere',\)/)
    expect(await raised(`task('add').delay(1)`)).toMatch(
      /^builtins TypeError .*missing 1 required positional argument: 'y'/,
    )
    expect(await raised(`task('same').delay(value=1)`)).toMatch(/^builtins TypeError .*keyword arguments \(value\)/)
  })

  it('a retry can be read while it waits, and ends as the last try does', async () => {
    const source = `
r = task('later').delay()
while r.state not in ('RETRY', 'SUCCESS'):
    time.sleep(0.05)
print(r.state, type(r.info).__name__, r.info.args, r.get(timeout=20), r.state)`
    expect(await python(source)).toBe("RETRY RangeError ('not yet',) 1 SUCCESS")
    expect(await raised(`task('never').delay()`)).toMatch(
      /^celery\.exceptions MaxRetriesExceededError \("Can't retry tasks\.never\[/,
    )
  })

  it('time limits and a termination are raised as in Celery', async () => {
    expect(await raised(`task('asks').delay()`)).toMatch(/^billiard\.exceptions SoftTimeLimitExceeded /)
    const hard = `r = task('forever').apply_async(time_limit=1)\ntry:\n    r.get(timeout=20)\nexcept Exception as e:\n    print(type(e).__name__, e.args)`
    expect(await python(hard)).toBe('TimeLimitExceeded (1,)')
    const revoked = `
r = task('forever').delay()
while not any(r.id == t['id'] for t in (app.control.inspect(timeout=1).active() or {}).get('celery@ours', [])):
    time.sleep(0.1)
r.revoke(terminate=True, signal='SIGKILL')
try:
    r.get(timeout=20)
except Exception as e:
    print(type(e).__name__, r.state)`
    expect(await python(revoked)).toBe('TaskRevokedError REVOKED')
  })

  it('chains, groups, chords and links run through it', async () => {
    const source = `
print(chain(task('add').clone((1, 2)), task('add').clone((3,)), task('add').clone((4,)))().get(timeout=20))
print(group(task('add').clone((n, n)) for n in range(4))().get(timeout=20))
print(chord([task('add').clone((n, n)) for n in range(4)], task('total'))().get(timeout=20))
print(app.signature('celery.map', kwargs={'task': task('same'), 'it': [1, 2]}).delay().get(timeout=20))
r = chord([task('add').clone((1, 1)), task('unheard')], task('total'))()
e = r.get(timeout=20, propagate=False)
print(type(e).__name__, 'Unheard' in str(e))`
    expect(await python(source)).toBe('10\n[0, 2, 4, 6]\n12\n[1, 2]\nChordError True')
  })

  it('its tasks are known to inspect, with their options', async () => {
    const source = `
i = app.control.inspect(timeout=2)
print('tasks.add' in i.registered()['celery@ours'], i.registered('soft_time_limit')['celery@ours'])
print(i.conf()['celery@ours']['task_routes'])`
    const shown = await python(source)
    expect(shown).toContain('tasks.asks [soft_time_limit=1]')
    expect(shown).toMatch(/^True /)
    expect(shown).toContain("{'real.*': 'real'}")
  })

  describe('whose tasks send to a real worker', () => {
    let real: RealWorker
    beforeAll(async () => {
      real = await startRealWorker({ brokerUrl: redis.url(), tasksPy }, ['-c', '1', '-Q', 'real'])
    })
    afterAll(() => real?.stop())

    it('it gets their arguments, and steps of a chain go there and back', async () => {
      const source = `
r = task('send_there').delay()
one, many = r.get(timeout=20)
print(app.AsyncResult(one).get(timeout=20), app.AsyncResult(many).get(timeout=20), sorted(c.id == one for c in r.children))`
      expect(await python(source)).toBe("['int', 'str', 'NoneType', 'str', True] 7 [False, True]")
    })
  })
})
