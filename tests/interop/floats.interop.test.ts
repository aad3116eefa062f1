/** Options that are whole floats, `2.0`, go out as Python wrote them: in headers, in properties and in what travels with a task. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runRealClient } from '../support/real-celery.js'
import { SideBySide } from '../support/side-by-side.js'

const tasksPy = `
from celery import Celery, chain, chord, group
app = Celery('tasks')

@app.task
def add(x, y): return x + y

@app.task(time_limit=30.0, soft_time_limit=20)
def limited(x): return x

@app.task(bind=True, max_retries=1)
def again(self):
    if self.request.retries == 0: raise self.retry(countdown=0.0, queue='held', priority=3.0)

held = {'queue': 'held'}

@app.task
def sends():
    add.apply_async((1, 1), task_id='limits', time_limit=2.0, soft_time_limit=1.0, **held)
    add.apply_async((1, 1), task_id='one limit', time_limit=2, expires=120.0, countdown=0.0, priority=4.0, **held)
    add.apply_async((1, 1), task_id='unknown', weight=3.0, origin='me', **held)
    limited.apply_async((1.0,), task_id='of the task', **held)
    limited.apply_async((1.0,), task_id='of both', time_limit=25.0, **held)
    chain(add.s(1, 1).set(task_id='first', **held), add.s(2.0).set(task_id='second', countdown=3.0, expires=60.0, time_limit=4.0)).apply_async()
    add.apply_async((1, 1), task_id='links', link=add.s(1).set(task_id='link', countdown=5.0, weight=6.0), **held)
    group(add.s(n, n).set(task_id='member %d' % n, soft_time_limit=7.0) for n in range(2)).apply_async(time_limit=8.0, **held)
    again.apply_async(task_id='again', time_limit=9.0, soft_time_limit=8.0)
`

let both: SideBySide
beforeAll(async () => {
  both = await SideBySide.start(tasksPy, 1)
})
afterAll(() => both?.stop())

interface Held {
  readonly headers: { readonly id: string; readonly retries: number }
  readonly properties: object
  readonly body: string
}

/** The texts of each held message by its id, without what differs from run to run; in Python's spelling, so `2.0` is not `2`. */
async function heldBy(brokerUrl: string): Promise<Readonly<Record<string, string>>> {
  await runRealClient(
    { brokerUrl, tasksPy },
    'from tasks import *\nsends.delay().get(timeout=60)\nimport time\nwhile app.AsyncResult("again").state != "RETRY": time.sleep(0.05)',
  )
  const client = new Redis(brokerUrl)
  const lists = await client.keys('held*')
  const texts = (await Promise.all(lists.map((key) => client.lrange(key, 0, -1)))).flat()
  client.disconnect()
  return Object.fromEntries(
    texts.map((text) => {
      const { headers, body } = JSON.parse(text) as Held
      const limits = /"timelimit": \[[^\]]*\]/.exec(text)?.[0]
      const properties = /"properties": (\{.*)$/.exec(text.replace(/"body": "[^"]*", ?/, ''))?.[1] ?? ''
      const plain = properties
        .replace(/"headers": \{.*?\}, "(?=content-type)/, '"')
        .replace(/"(delivery_tag|reply_to|expiration)": "[^"]*"/g, '"$1": "…"')
        .replace(/gen\d+@\w+/, 'gen')
        .replace(/"replaced_task_nesting": 0,? ?/, '') // of a retry; newer Celery leaves it out
      const shown = `${limits} ${sorted(plain)} ${Buffer.from(body, 'base64').toString()}`
      return [headers.id, shown.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'an id')]
    }),
  )
}

/** Older Celery writes the same members in another order. */
const sorted = (text: string): string =>
  text
    .match(/"\w+": (?:[\d.]+|"[^"]*"|null)/g)
    ?.sort()
    .join(', ') ?? ''

test('what a task sends', async () => {
  const byReal = await heldBy(both.realUrl)
  expect(Object.keys(byReal)).toHaveLength(10)
  expect(byReal['limits']).toContain('"timelimit": [2.0, 1.0]')
  expect(byReal['second'] ?? byReal['first']).toContain('3.0')
  expect(await heldBy(both.oursUrl)).toEqual(byReal)
})
