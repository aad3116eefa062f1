/**
 * A class of tasks with an `apply_async` of its own (`base=`): it is called for each part of a canvas, in the client and in
 * the worker that sends what follows. One program, with real Celery at both ends and with ours at either.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runRealClient } from '../support/real-celery.js'
import { SideBySide } from '../support/side-by-side.js'

const tasksPy = `
import os
from celery import Celery, Task, chain, chord, group
app = Celery('tasks', result_extended=True)

class Noting(Task):
    """Sends a header along that tells what it was called with, and where: in the client or in a worker's process."""
    def apply_async(self, args=None, kwargs=None, **options):
        given = [type(args).__name__, list(args or ()), dict(kwargs or {}), options.get('add_to_parent', True)]
        options['headers'] = {'noted': given}
        return super().apply_async(args, kwargs, **options)

def told(task, value):
    return [value, task.request.get('noted')]

@app.task(bind=True, base=Noting)
def noted(self, x, label='n'): return told(self, str(x) + label)

@app.task(bind=True)
def plain(self, x, label='p'): return told(self, str(x) + label)

@app.task(bind=True, base=Noting)
def total(self, values): return told(self, [value[0] for value in values])

@app.task
def fail(x): raise ValueError(x)

@app.task(bind=True, base=Noting)
def on_error(self, failed_id): return told(self, 'errback')

@app.task(bind=True, base=Noting)
def refuses(self): pass
refuses.apply_async = lambda *args, **kwargs: 1 / 0

def results(result, found):
    """The values of the tree that a result is the end of, and of what they have sent, by asking: nothing is waited for."""
    import time
    while not result.ready(): time.sleep(0.02)
    if hasattr(result, 'results'): return [results(one, found) for one in result.results]
    before = results(result.parent, found) if result.parent else None
    return [before, repr(result.result) if result.failed() else result.result, [results(one, found) for one in result.children or []]]

CANVASES = {
    'one': lambda: noted.s('>').apply_async(),
    'chain': lambda: chain(noted.s('>'), noted.s('a'), plain.s('b'), noted.s('c')).apply_async(),
    'chain, first is plain': lambda: (plain.s('>') | noted.s(label='a')).apply_async(),
    'chain with arguments': lambda: (noted.s() | noted.s()).apply_async(('>',), {'label': 'k'}),
    'group': lambda: group(noted.s('>', 'a'), plain.s('>', 'b'), noted.s('>', 'c')).apply_async(),
    'chord': lambda: chord([noted.s('>', 'a'), plain.s('>', 'b')], total.s()).apply_async(),
    'chord in a chain': lambda: chain(plain.s('>'), group(noted.s('a'), noted.s('b')), total.s()).apply_async(),
    'link': lambda: plain.apply_async(('>',), link=noted.s('L')),
    'links': lambda: plain.apply_async(('>',), link=[noted.s('L'), noted.s('M')]),
    'errback': lambda: fail.apply_async(('x',), link_error=on_error.s().set(task_id='the-errback-' + str(os.getpid()))),
}

def told_by(name):
    try:
        result = CANVASES[name]()
        found = results(result, [])
        if name == 'errback': found.append(results(app.AsyncResult('the-errback-' + str(os.getpid())), []))
        return found
    except Exception as exc:
        return repr(exc)

@app.task
def sends(name): return told_by(name)
`

const canvases = ['one', 'chain', 'chain, first is plain', 'chain with arguments', 'group', 'chord', 'chord in a chain']
const names = [...canvases, 'link', 'links', 'errback']

let both: SideBySide
beforeAll(async () => {
  both = await SideBySide.start(tasksPy, 2)
})
afterAll(() => both?.stop())

/** By a real client, or by a task in the worker: there it is the worker's own Python that sends. */
async function told(brokerUrl: string, call: string): Promise<unknown> {
  const source = `import json\nfrom tasks import *\nprint(json.dumps({name: ${call} for name in ${JSON.stringify(names)}}))`
  const text = await runRealClient({ brokerUrl, tasksPy }, source, 120)
  return JSON.parse(
    text
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'an id')
      .replaceAll(/the-errback-\d+/g, 'the errback'),
  )
}

test('a worker sends what follows by the class of the task', async () => {
  const byReal = await told(both.realUrl, 'told_by(name)')
  expect(Object.keys(byReal as object)).toEqual(names)
  expect(JSON.stringify(byReal).match(/"tuple"/g)?.length).toBeGreaterThan(30)
  expect(await told(both.oursUrl, 'told_by(name)')).toEqual(byReal)
})

test('so does a task, and a client', async () => {
  const call = 'sends.delay(name).get(timeout=60)'
  const byReal = await told(both.realUrl, call)
  expect(Object.keys(byReal as object)).toEqual(names)
  expect(JSON.stringify(byReal).match(/"tuple"/g)?.length).toBeGreaterThan(30)
  expect(await told(both.oursUrl, call)).toEqual(byReal)
})

test('one that raises is an internal error of the task before it, and its process lives on', async () => {
  const source = `from tasks import *
plain.apply_async(('x',), link=refuses.si())
print(plain.delay('>').get(timeout=60))`
  expect((await runRealClient({ brokerUrl: both.oursUrl, tasksPy }, source)).trim()).toBe("['>p', None]")
  await both.ours.waitForLog("Exception raised outside body: ZeroDivisionError('division by zero')")
  expect(both.ours.factsOf('pool-process-exited')).toEqual([])
})
