/** What goes on while Python waits for a result: callbacks that ask in their turn, and what became of the results before it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PythonForTests, head } from './python-for-tests.js'

const tasks = `${head}
from celery.result import AsyncResult, GroupResult, allow_join_result

def of_header():
    return AsyncResult('body', parent=GroupResult('g', [AsyncResult('part-1'), AsyncResult('part-2')]))

@app.task
def asks_meanwhile():
    seen = []
    with allow_join_result():
        value = AsyncResult('long').get(on_interval=lambda: seen.append(AsyncResult('other').state))
    return [value, seen]

@app.task
def error_of(**how):
    try:
        with allow_join_result(): of_header().get(**how)
    except Exception as exc: return repr(exc)

@app.task
def error_when_asked_to_look_nowhere():
    return error_of(follow_parents=False)
`

const done = (task_id: string, result: unknown): string =>
  JSON.stringify({ task_id, status: 'SUCCESS', result, traceback: null, children: [] })
const failed = (task_id: string, exc_type: string, exc_module: string, text: string): string =>
  JSON.stringify({
    task_id,
    status: 'FAILURE',
    result: { exc_type, exc_message: [text], exc_module },
    traceback: null,
    children: [],
  })
const pending = (task_id: string): string => JSON.stringify({ task_id, status: 'PENDING', result: null })

let tellLong: (json: string) => void = () => {}
let bodyEnds: (json: string) => void = () => {}
let partFailed = false
const python = new PythonForTests(
  { 'tasks.py': tasks },
  {
    app: {
      waitForResult: (taskId) =>
        new Promise((resolve) => {
          if (taskId === 'long') tellLong = resolve
          else bodyEnds = resolve
        }),
      resultMeta: async (taskId) => {
        if (taskId === 'part-1') return done(taskId, 1)
        if (taskId === 'part-2')
          return partFailed ? failed(taskId, 'ValueError', 'builtins', 'broken') : pending(taskId)
        // The answer to the outer question comes first.
        if (taskId === 'other') tellLong(done('long', 'value'))
        await new Promise((next) => setTimeout(next, 50))
        return pending(taskId)
      },
    },
  },
)

beforeAll(() => python.load())
afterAll(() => python.close())

test('a callback may ask about another result, also when its own wait ends meanwhile', async () => {
  expect(await python.value('asks_meanwhile')).toEqual(['value', ['PENDING']])
})

const endOfBody = failed('body', 'ChordError', 'celery.exceptions', 'Dependency part-2 raised …')

test('the error of what came before is what get() raises, once it has heard of the end', async () => {
  partFailed = false
  bodyEnds = () => {}
  const raised = python.value('error_of')
  await expect.poll(() => bodyEnds.length, { timeout: 10_000 }).toBe(1)
  partFailed = true
  bodyEnds(endOfBody)
  expect(await raised).toBe("ValueError('broken')")
})

test('it looks while it waits, too: a body that nobody ends', async () => {
  partFailed = false
  bodyEnds = () => {}
  const raised = python.value('error_of')
  await expect.poll(() => bodyEnds.length, { timeout: 10_000 }).toBe(1)
  partFailed = true
  expect(await raised).toBe("ValueError('broken')")
})

test('told not to look back it raises its own', async () => {
  partFailed = false
  bodyEnds = () => {}
  const raised = python.value('error_when_asked_to_look_nowhere')
  await expect.poll(() => bodyEnds.length, { timeout: 10_000 }).toBe(1)
  partFailed = true
  bodyEnds(endOfBody)
  expect(await raised).toMatch(/^ChordError/)
})
