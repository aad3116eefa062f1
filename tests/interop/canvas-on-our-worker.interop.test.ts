/** Real Celery (Debian's 5.2.6) sends canvases, our worker carries them out: links, errbacks, chains, groups, chords. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { runRealClient } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

const tasksPy = `
from celery import Celery
app = Celery('tasks')

@app.task
def add(x, y):
    return x + y

@app.task
def mul(x, y):
    return x * y

@app.task
def xsum(numbers):
    return sum(numbers)

@app.task
def same(*args):
    return list(args)

@app.task
def fail(message):
    raise ValueError(message)

@app.task
def on_err(request, exc, traceback):
    print(f'ERRBACK {request.id} {exc!r}')

@app.task(time_limit=1)
def hang(*args):
    while True:
        pass

@app.task
def on_err_old(task_id):
    return 'old ' + task_id

@app.task
def broken_err(request, exc, traceback):
    raise KeyError('in the errback')

@app.task(bind=True)
def lineage(self, *args):
    r = self.request
    return [r.root_id, r.parent_id, r.group, r.group_index]

@app.task(bind=True, max_retries=2)
def second_time(self, n):
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    return n
`

describe('canvases of real Celery on our worker', () => {
  let redis: RedisServer
  let worker: OurWorker

  beforeAll(async () => {
    redis = await startRedisServer()
    worker = await startOurWorker({ brokerUrl: redis.url(), tasksPy, nodename: 'celery@ours' })
  })
  afterAll(async () => {
    await worker?.stop()
    await redis?.stop()
  })

  const python = (source: string): Promise<string> =>
    runRealClient(
      { brokerUrl: redis.url(), tasksPy },
      `import json, time\nfrom celery import chain, group, chord, signature\nfrom celery.result import AsyncResult\nfrom tasks import *\n${source}`,
    ).then((out) => out.trim())

  it('a link is called with the result; it is a child of the task', async () => {
    const source = `
r = add.apply_async((1, 1), link=same.s('L'))
print(r.get(timeout=20), [c.get(timeout=20) for c in r.children])
r = add.apply_async((1, 1), link=same.si('fixed'))
print(r.get(timeout=20), [c.get(timeout=20) for c in r.children])`
    expect(await python(source)).toBe("2 [[2, 'L']]\n2 [['fixed']]")
  })

  it('two links are sent as one group, a chain and a group as a link work', async () => {
    const source = `
r = add.apply_async((1, 1), link=[same.s('A'), same.s('B')])
print(r.get(timeout=20), [c.get(timeout=20) for c in r.children])
r = add.apply_async((1, 1), link=chain(add.s(10), add.s(100)))
r.get(timeout=20)
print([v.get(timeout=20) for _, v in r.iterdeps(intermediate=True)])
r = add.apply_async((1, 1), link=group(add.s(10), add.s(20)))
r.get(timeout=20)
print(r.children[0].get(timeout=20))`
    expect(await python(source)).toBe("2 [[[2, 'A'], [2, 'B']]]\n[2, 12, 112]\n[12, 22]")
  })

  it('a chain hands each result to the next step, and knows root and parent', async () => {
    const source = `
print(chain(add.s(1, 2), add.s(3), mul.s(10)).apply_async().get(timeout=20))
print((add.s(2, 2) | same.si('alone') | same.s(1)).delay().get(timeout=20))
r = chain(add.s(1, 1), lineage.s(), lineage.s()).apply_async()
root, parent, gid, index = r.get(timeout=20)
print(root == r.parent.parent.id, parent == r.parent.id, gid, index)`
    expect(await python(source)).toBe("60\n[['alone'], 1]\nTrue True None None")
  })

  it('a failing step breaks the chain: later steps fail with its error and its errbacks run', async () => {
    const source = `
r = chain(add.s(1, 2), fail.si('broken'), add.s(3)).apply_async(link_error=on_err.s())
try:
    r.get(timeout=20)
except ValueError as e:
    print(repr(e), r.parent.state, r.parent.parent.get(timeout=20))
add.delay(1, 1).get(timeout=20)`
    expect(await python(source)).toBe("ValueError('broken') FAILURE 3")
    expect(worker.stderr).toMatch(/ERRBACK [0-9a-f-]{36} ValueError\('broken'\)/)
  })

  it('an errback of the old style and one that nobody knows are sent with the id of what failed', async () => {
    const source = `
on = signature('tasks.on_err_old', task_id='the-errback')
r = fail.apply_async(('x',), task_id='failed-one', link_error=on)
r.get(timeout=20, propagate=False)
e = AsyncResult('the-errback', app=app)
print(e.get(timeout=20))
r = fail.apply_async(('x',), link_error=signature('tasks.nope', task_id='unknown-errback'))
r.get(timeout=20, propagate=False)
print(type(AsyncResult('unknown-errback', app=app).get(timeout=20, propagate=False)).__name__)`
    expect(await python(source)).toBe('old failed-one\nNotRegistered')
  })

  it('an errback that raises is an internal error: the process lives on, and the result stays; that of a chord becomes its', async () => {
    const source = `
pid = app.send_task('tasks.lineage').get(timeout=20) and worker_pids()
r = fail.apply_async(('x',), link_error=[broken_err.s(), chain(on_err_old.s(), same.s())])
print(repr(r.get(timeout=20, propagate=False)))
r = chord([add.s(1, 1), fail.s('value')], xsum.s().on_error(broken_err.s())).apply_async()
while not r.ready():
    time.sleep(0.05)
print(repr(r.result))
print(add.delay(1, 1).get(timeout=20), pid == worker_pids())`
    const pids =
      'def worker_pids():\n    return sorted(pid for stats in app.control.inspect().stats().values() for pid in stats["pool"]["processes"])\n'
    expect(await python(pids + source)).toBe("ValueError('x')\nKeyError('in the errback')\n2 True")
    expect(worker.stderr).toContain("Exception raised outside body: KeyError('in the errback')")
  })

  it('a group comes back in order, each member knows its group', async () => {
    const source = `
print(group(add.s(n, n) for n in range(20)).apply_async().get(timeout=20))
g = group(lineage.s(), lineage.s()).apply_async()
print([(x[2] == g.id, x[2] is not None) for x in g.get(timeout=20)])
print(group(chain(add.s(1, 1), add.s(10)), add.s(5, 5)).apply_async().get(timeout=20))`
    expect(await python(source)).toBe(
      '[0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38]\n[(True, True), (True, True)]\n[12, 10]',
    )
  })

  it("a chord's body gets the results in order, and its keys are gone", async () => {
    const source = `
keys = lambda: {k for k in app.backend.client.keys('celery-taskset-meta-*') if k[-2:] in (b'.j', b'.s')}
others = keys() # of chords that have failed in other tests
left = lambda: keys() - others
print(chord([add.s(n, n) for n in range(10)], same.s())().get(timeout=20))
print(chord([add.s(1, 1)], xsum.s())().get(timeout=20), chord([], xsum.s())().get(timeout=20))
print(chord([second_time.s(4), add.s(1, 1)], xsum.s())().get(timeout=20))
end = time.time() + 20
while left() and time.time() < end: # as in Celery, the body is sent first
    time.sleep(0.05)
print(left())`
    expect(await python(`import time\n${source}`)).toBe('[[0, 2, 4, 6, 8, 10, 12, 14, 16, 18]]\n2 0\n6\nset()')
  })

  it('a chord in a chain and steps after it', async () => {
    const source = `
print(chain(add.s(1, 1), group(add.s(10), add.s(20)), xsum.s(), add.s(1000)).apply_async().get(timeout=20))
print(chain(add.s(1, 1), chord([add.s(10), add.s(20)], xsum.s()), add.s(1000)).apply_async().get(timeout=20))
print(chord([chain(add.s(1, 1), add.s(1)), add.s(2, 2)], xsum.s())().get(timeout=20))
print(chain(add.s(1, 1), group(add.s(10), add.s(20))).apply_async().get(timeout=20))`
    expect(await python(source)).toBe('1034\n1034\n7\n[12, 22]')
  })

  it('a failed header fails the body with ChordError and calls its errbacks', async () => {
    const source = `
from celery.exceptions import ChordError
r = chord([add.s(1, 1), fail.s('value')], xsum.s().on_error(on_err.s())).apply_async()
try:
    r.get(timeout=20)
except (ChordError, ValueError) as e:
    print(type(e).__name__)
for _ in range(100):
    if r.state == 'FAILURE':
        break
    time.sleep(0.1)
print(type(r.result).__name__, str(r.result).split()[-2:])
add.delay(1, 1).get(timeout=20)`
    const out = await python(source)
    expect(out).toContain(`ChordError ['raised', "ValueError('value')"]`)
    expect(worker.stderr).toMatch(
      /Chord '[0-9a-f-]{36}' raised: ChordError\("Dependency [0-9a-f-]{36} raised ValueError/,
    )
    expect(worker.stderr).toMatch(/ERRBACK [0-9a-f-]{36} ChordError\(/)
  })

  it('a task whose process is killed by its time limit, and one that has expired, are parts of a chord that failed', async () => {
    const source = `
def ended(r):
    while not r.ready():
        time.sleep(0.05)
    return type(r.result).__name__, str(r.result).split(' raised ')[1]
print(ended(chord([hang.s(), add.s(1, 1)], xsum.s()).apply_async()))
print(ended(chord([add.s(1, 1).set(expires=-1), add.s(1, 1)], xsum.s()).apply_async()))`
    expect(await python(source)).toBe(
      `('ChordError', 'TimeLimitExceeded(1)')\n('ChordError', "TaskRevokedError('expired')")`,
    )
  })

  it('its errbacks run, of both styles, and later steps of its chain fail with its error', async () => {
    const source = `
r = chain(hang.s(), add.s(3)).apply_async(link_error=[on_err.s(), on_err_old.s().set(task_id='after-the-limit')])
print(AsyncResult('after-the-limit', app=app).get(timeout=60) == 'old ' + r.parent.id)
print(repr(r.get(timeout=60, propagate=False)))`
    expect(await python(source)).toBe('True\nTimeLimitExceeded(1)')
    expect(worker.stderr).toMatch(/ERRBACK [0-9a-f-]{36} TimeLimitExceeded\(1\)/)
  })
})
