/** A Python task on our worker sends chains, groups and chords, and real Celery (Debian's 5.2.6) runs them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { runRealClient, startRealWorker, type RealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

const tasksPy = `
from celery import Celery, chain, chord, group
from celery.result import GroupResult
app = Celery('tasks')

@app.task(queue='real')
def add(x, y):
    return x + y

@app.task(queue='real')
def same(*args):
    return list(args)

@app.task(queue='real')
def fail(message):
    raise ValueError(message)

@app.task(queue='real')
def on_failed(failed_id):
    return failed_id

def ids(result):
    found = []
    while result is not None:
        found.insert(0, result.id)
        result = result.parent
    return found

@app.task(bind=True)
def start(self):
    return ids(chain(add.s(1, 2), add.s(3), same.s('end')).apply_async())

@app.task
def piped():
    return ids((add.s(4, 4) | same.si('alone') | same.s(1)).set(link=same.s('linked').set(task_id='the-link')).delay())

@app.task(queue='real')
def total(numbers):
    return sum(numbers)

@app.task
def grouped():
    members = group(add.s(n, n) for n in range(3)).apply_async()
    members.save()
    assert GroupResult.restore(members.id) == members
    return members.id

@app.task
def chorded():
    body = chord([add.s(1, 1), add.s(2, 2)], total.s() | add.s(100))()
    nested = chord([group(add.s(1, 1), add.s(2, 2)), chain(add.s(3, 3), add.s(4))], same.s('end'))()
    return [body.id, nested.id, len(body.parent)]

@app.task
def upgraded():
    last = (add.s(1, 1) | group(add.s(10), add.s(20)) | total.s() | add.s(1000)).delay()
    ends = (add.s(1, 1) | group(add.s(10), add.s(20))).delay()
    return [last.id, [member.id for member in ends]]

@app.task
def chunked():
    parts = add.chunks([(1, 1), (2, 2), (3, 3)], 2).apply_async(queue='real')
    mapped = total.map([[1, 2], [3, 4]]).apply_async(queue='real')
    return [[part.id for part in parts], mapped.id]

@app.task(bind=True)
def replaced(self, first):
    return self.replace(add.s(first, 1) | add.s(10))

@app.task(bind=True)
def replaced_by_group(self):
    return self.replace(group(add.s(1, 1), add.s(2, 2)))

@app.task
def here(n):
    return n + 1

@app.task
def on_this_worker():
    parts = here.chunks([(1,), (2,), (3,)], 2).apply_async()
    mapped = (here.map([1, 2]) | total.s()).delay()
    return [[part.id for part in parts], mapped.id, replaced_by_group.delay().id]

@app.task
def with_replaced():
    in_chain = (replaced.s(1) | add.s(100)).delay()
    in_chord = chord([replaced.s(1), add.s(5, 5)], total.s())()
    return [in_chain.id, in_chord.id]

@app.task
def broken():
    errback = on_failed.s().set(task_id='the-errback')
    return ids(chain(add.s(1, 1), fail.si('broken')).apply_async(link_error=errback))
`

let redis: RedisServer
let ours: OurWorker
let real: RealWorker

beforeAll(async () => {
  redis = await startRedisServer()
  ours = await startOurWorker({ brokerUrl: redis.url(), tasksPy, nodename: 'celery@ours' })
  real = await startRealWorker({ brokerUrl: redis.url(), tasksPy }, ['-c', '1', '-Q', 'real'])
})
afterAll(async () => {
  await real?.stop()
  await ours?.stop()
  await redis?.stop()
})

// Debian's Celery waits for ever for a member of a group that it has read as somebody's child: there it has to ask.
const asked = `
def asked(id):
    while not of(id).ready():
        time.sleep(0.05)
    return of(id).result
`

const python = (source: string): Promise<string> =>
  runRealClient(
    { brokerUrl: redis.url(), tasksPy },
    `import time\nfrom celery.result import AsyncResult\nfrom tasks import *\nof = lambda id: AsyncResult(id, app=app)\n${asked}\n${source}`,
  ).then((out) => out.trim())

it('its steps run one after the other; the first is a child of the task that sent it', async () => {
  const source = `
r = start.delay()
steps = r.get(timeout=20)
print([of(id).get(timeout=20) for id in steps], [c.id for c in r.children] == steps[:1])`
  expect(await python(source)).toBe("[3, 6, [6, 'end']] True")
})

it('a | b is a chain, immutable steps and a link work', async () => {
  const source = `
steps = piped.delay().get(timeout=20)
print([of(id).get(timeout=20) for id in steps], of('the-link').get(timeout=20))`
  expect(await python(source)).toBe("[8, ['alone'], [['alone'], 1]] [[['alone'], 1], 'linked']")
})

it('an errback of the chain is called for the step that fails', async () => {
  const source = `
steps = broken.delay().get(timeout=20)
print(repr(of(steps[1]).get(timeout=20, propagate=False)), of('the-errback').get(timeout=20) == steps[1])`
  expect(await python(source)).toBe("ValueError('broken') True")
})

it('a group runs, and what was saved of it is a group of real Celery', async () => {
  const source = `
from celery.result import GroupResult
r = grouped.delay()
members = GroupResult.restore(r.get(timeout=20), app=app)
print([asked(m.id) for m in members], [c.id for c in r.children] == [members.id], r.children[0] == members)`
  expect(await python(source)).toBe('[0, 2, 4] True True')
})

it('a chord calls its body, with a chain in its body, and with groups and chains in its header', async () => {
  const source = `
body, nested, size = chorded.delay().get(timeout=20)
print(asked(body), asked(nested), size)`
  expect(await python(source)).toBe("106 [[4, 2, 10], 'end'] 2")
})

it('a group in the middle of a chain is a chord, at its end a group', async () => {
  const source = `
last, members = upgraded.delay().get(timeout=20)
print(asked(last), [asked(id) for id in members])`
  expect(await python(source)).toBe('1034 [12, 22]')
})

it('chunks and maps run where they are sent', async () => {
  const source = `
parts, mapped = chunked.delay().get(timeout=20)
print([asked(id) for id in parts], asked(mapped))`
  expect(await python(source)).toBe('[[2, 4], [6]] [3, 7]')
})

it('chunks, maps and what a group is gathered by run on our worker too', async () => {
  const source = `
parts, mapped, gathered = on_this_worker.delay().get(timeout=20)
print([asked(id) for id in parts], asked(mapped), asked(gathered))
print(app.signature('celery.backend_cleanup').delay().get(timeout=20))`
  expect(await python(source)).toBe('[[2, 3], [4]] 5 [2, 4]\nNone')
})

it('what a task is replaced with takes its place in a chain and in a chord', async () => {
  const source = `
in_chain, in_chord = with_replaced.delay().get(timeout=20)
print(asked(in_chain), asked(in_chord))`
  expect(await python(source)).toBe('112 22')
})
