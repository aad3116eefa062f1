/**
 * Canvases as Python code here builds them: the plain data and the repr of each line that real Celery 5.6.3 was asked
 * (tests/wire/recordings/canvas-from-caller-5.6.3), which tests/wire/canvas-from-caller.test.ts sends.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readText } from '../wire/recording.js'
import { PythonForTests } from './python-for-tests.js'

const folder = 'canvas-from-caller-5.6.3'
interface Recorded {
  readonly source: string
  readonly call: string
  readonly repr: string
  readonly signature: unknown
}
const recorded = JSON.parse(readText(`${folder}/canvases.json`)) as readonly Recorded[]

const tasksPy = `
import json
from celery import Celery, chain, chord, group, signature
from celery.canvas import maybe_signature
app = Celery('tasks')

@app.task
def add(x, y): return x + y
@app.task
def mul(x, y): return x * y
@app.task
def xsum(numbers): return sum(numbers)
@app.task
def same(*args): return list(args)
@app.task
def on_err(request, exc, traceback): pass

@app.task
def built(source):
    sig = eval(source)
    again = maybe_signature(json.loads(json.dumps(sig)))
    return [repr(sig), sig, json.dumps(again) == json.dumps(sig)]
`

let python: PythonForTests
beforeAll(async () => {
  python = new PythonForTests({ 'tasks.py': tasksPy })
  expect(await python.load()).toMatchObject({ kind: 'loaded' })
})
afterAll(() => python?.close())

// A generator is read at once here, so that its members show; Celery shows that it has not looked yet.
const unread = /<_regen: .*?>/

test('the data and the repr of every line are those of Celery', async () => {
  for (const { source, repr, signature } of recorded) {
    const [shown, data, readBack] = (await python.value('built', [source])) as [string, unknown, boolean]
    expect(data, source).toEqual(signature)
    expect(readBack, source).toBe(true)
    if (!unread.test(repr)) expect(shown, source).toBe(repr)
  }
  expect(recorded.filter(({ repr }) => !unread.test(repr)).length).toBeGreaterThan(55)
})
