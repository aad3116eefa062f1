/**
 * Stamps (07-canvas/stamping of Celery 5.6.3): the recorded client's own lines, run by our Python, and the same canvases
 * made in TypeScript, send what the real client sent, field by field. Then what a visitor is asked, in both languages.
 */
import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { signature } from '../../src-main/engine/canvas/signature.js'
import { Celery, chain, chord, group, parseJson, stamp, stringifyJson } from '../../src-main/engine/index.js'
import type { Signature, StampingVisitor, WireObject, WireValue } from '../../src-main/engine/index.js'
import type { LabToShell } from '../../src-main/processes/messages/shell-messages.js'
import { PythonForTests, workspace } from '../python-host/python-for-tests.js'
import { entry } from '../support/entries.js'
import { learnerEnvironment } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { Normalizer } from './normalize.js'
import { readText } from './recording.js'

interface Recorded {
  readonly conn: string
  readonly envelope: WireObject
  readonly body_decoded: WireValue
}
const recorded = (parseJson(readText('07-canvas-5.6.3/stamping/messages.json')) as unknown as readonly Recorded[])
  .filter(({ conn }) => conn.startsWith('client'))
  .map(({ envelope, body_decoded: body }) => ({ ...envelope, body: encoded(body) }))

const tasksPy = `
from celery import Celery, chain, chord, group
app = Celery('tasks')
@app.task
def add(x, y): return x + y
@app.task
def on_ok(result, tag=None): pass
`

/** As recorded, but for the waiting: nobody runs what is sent. */
const clientPy = `
from tasks import *
from celery.canvas import StampingVisitor
class V(StampingVisitor):
    def on_signature(self, sig, **headers): return {'mystamp': 'abc', 'stamped_headers': ['mystamp']}
s = add.s(1, 1); s.stamp(visitor=V()); s.apply_async(task_id='visitor')
s = chain(add.s(1, 1), add.s(2)); s.stamp(batch='b1'); s.apply_async()
g = group(add.s(1, 1), add.s(2, 2)); g.stamp(visitor=V()); g.apply_async()
s = add.s(1, 1).set(link=on_ok.s()); s.stamp(visitor=V(), append_stamps=False); s.apply_async()
`

let server: RedisServer
let redis: Redis
beforeAll(async () => {
  server = await startRedisServer()
  redis = server.client()
})
beforeEach(() => redis.flushdb())
afterAll(() => server.stop())

/** Keys in one order: where a stamp stands among options is left to chance by Celery, which keeps their names in a set. */
function shown(envelopes: readonly WireObject[]): readonly WireValue[] {
  const normalizer = new Normalizer()
  return envelopes.map((envelope) => inOrder(parseJson(normalizer.message(envelope))))
}

function inOrder(value: WireValue): WireValue {
  if (Array.isArray(value)) return (value as readonly WireValue[]).map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value as WireObject).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([name, one]) => [name, inOrder(one)]))
}

async function sent(): Promise<readonly WireObject[]> {
  return (await redis.lrange('celery', 0, -1)).reverse().map((text) => parseJson(text) as WireObject)
}

function encoded(body: WireValue): string {
  return Buffer.from(stringifyJson(body)).toString('base64')
}

test('Python sends what the recorded client sent', async () => {
  expect(recorded.length).toBe(5)
  const folder = workspace({ 'tasks.py': tasksPy, 'client.py': clientPy })
  const child = fork(entry('shell'), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const environment = learnerEnvironment(folder, server.url())
  child.send({ kind: 'start', environment, appModule: 'tasks', script: 'client' } satisfies LabToShell)
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
  rmSync(folder, { recursive: true })
  expect(shown(await sent())).toEqual(shown(recorded))
})

test('so does TypeScript', async () => {
  const app = new Celery('tasks', { broker: server.url(), backend: server.url() })
  const add = (...args: readonly WireValue[]): Signature => signature('tasks.add', { args })
  const visitor: StampingVisitor = { onSignature: () => ({ mystamp: 'abc', stamped_headers: ['mystamp'] }) }
  await app.apply(stamp(add(1, 1), visitor), {}, { task_id: 'visitor' })
  await app.apply(stamp(chain(add(1, 1), add(2)), { batch: 'b1' }))
  await app.apply(stamp(group([add(1, 1), add(2, 2)]), visitor))
  const linked = { ...add(1, 1), options: { link: [signature('tasks.on_ok')] } }
  await app.apply(stamp(linked, visitor))
  await app.close()
  expect(shown(await sent())).toEqual(shown(recorded))
})

// --- what a visitor is asked

const visitorPy = String.raw`
import json
from celery import Celery, chain, chord, group, signature
from celery.canvas import StampingVisitor
app = Celery('tasks')
def s(name, **options): return signature(name, options=options)
def shown(headers): return {key: value for key, value in headers.items()}

class V(StampingVisitor):
    def __init__(self): self.asked = []
    def note(self, what, sig, headers):
        self.asked.append([what, sig['task'], sorted(headers.get('stamped_headers', []))])
    def on_signature(self, sig, **headers): self.note('signature', sig, headers); return {'sig': sig['task'], 'one': 1}
    def on_group_start(self, sig, **headers): self.note('group', sig, headers); return {'in_group': len(sig['kwargs']['tasks'])}
    def on_group_end(self, sig, **headers): self.note('group end', sig, headers)
    def on_chain_start(self, sig, **headers): self.note('chain', sig, headers); return {'in_chain': True, 'stamped_headers': ['in_chain']}
    def on_chain_end(self, sig, **headers): self.note('chain end', sig, headers)
    def on_chord_body(self, sig, **headers): self.note('body', sig, headers); return {'of_body': 'b'}
    def on_callback(self, sig, **headers): self.note('callback', sig, headers); return {'callback': 'c', 'stamped_headers': ['callback']}
    def on_errback(self, sig, **headers): self.note('errback', sig, headers); return {'errback': ['e']}

CANVASES = [
    lambda: s('a'),
    lambda: s('a', link=[s('l'), s('m')], link_error=[s('e')]),
    lambda: chain(s('a'), s('b', link=[s('l')])),
    lambda: group(s('a'), s('b')),
    lambda: chord([s('a'), s('b')], s('c')),
    lambda: chain(s('a'), group(s('b'), s('c')), s('d'), s('e')),
    lambda: group(chain(s('a'), s('b')), chord([s('c')], chain(s('d'), s('e')))),
    lambda: s('a', one=0, own='kept', stamped_headers=['one', 'own']),
    lambda: s('a', one=['x'], errback='before', stamped_headers=['one', 'errback'], link_error=[s('e')]),
    lambda: s('a', deep={'x': 1}, stamped_headers=['deep']),
]

@app.task
def built():
    return [json.loads(json.dumps(make())) for make in CANVASES]

@app.task
def stamped(append):
    told = []
    for make in CANVASES:
        sig, visitor = make(), V()
        sig.stamp(visitor, append_stamps=append)
        told.append({'sig': json.loads(json.dumps(sig)), 'asked': visitor.asked})
        sig = make()
        sig.stamp(append_stamps=append, batch='b1', one=5, deep={'y': 2})
        told.append({'sig': json.loads(json.dumps(sig)), 'asked': []})
    return told
`

class Asked implements StampingVisitor {
  readonly asked: unknown[] = []
  private note(what: string, { task }: Signature, { stamped_headers: names }: WireObject): void {
    this.asked.push([what, task, Array.isArray(names) ? [...(names as readonly string[])].sort() : []])
  }
  onSignature(sig: Signature, headers: WireObject): WireObject {
    this.note('signature', sig, headers)
    return { sig: sig.task, one: 1 }
  }
  onGroupStart(sig: Signature, headers: WireObject): WireObject {
    this.note('group', sig, headers)
    return { in_group: (sig.kwargs.tasks as readonly unknown[]).length }
  }
  onGroupEnd(sig: Signature, headers: WireObject): void {
    this.note('group end', sig, headers)
  }
  onChainStart(sig: Signature, headers: WireObject): WireObject {
    this.note('chain', sig, headers)
    return { in_chain: true, stamped_headers: ['in_chain'] }
  }
  onChainEnd(sig: Signature, headers: WireObject): void {
    this.note('chain end', sig, headers)
  }
  onChordBody(sig: Signature, headers: WireObject): WireObject {
    this.note('body', sig, headers)
    return { of_body: 'b' }
  }
  onCallback(sig: Signature, headers: WireObject): WireObject {
    this.note('callback', sig, headers)
    return { callback: 'c', stamped_headers: ['callback'] }
  }
  onErrback(sig: Signature, headers: WireObject): WireObject {
    this.note('errback', sig, headers)
    return { errback: ['e'] }
  }
}

test('a visitor is asked the same in both languages, and the same comes of it', async () => {
  const python = new PythonForTests({ 'tasks.py': visitorPy })
  await python.load()
  try {
    const canvases = (await python.value('built')) as readonly Signature[]
    for (const append of [false, true]) {
      const byPython = await python.value('stamped', [append])
      const byUs = canvases.flatMap((sig) => {
        const visitor = new Asked()
        const plain = { batch: 'b1', one: 5, deep: { y: 2 } }
        const visited = stamp(sig, visitor, { append })
        return [
          { sig: visited, asked: visitor.asked },
          { sig: stamp(sig, plain, { append }), asked: [] },
        ]
      })
      expect(byUs).toEqual(byPython)
    }
    expect(canvases.length).toBe(10)
  } finally {
    await python.close()
  }
})

test('a chord without a visitor leaves its body alone, one that has a stamp keeps it, and a list grows', () => {
  const sig = (task: string, options: WireObject = {}): Signature => signature(task, { options })
  const stampsOf = ({ options }: Signature): WireObject => options
  const whole = stamp(chord([sig('a')], sig('b')), { batch: 1 })
  expect(stampsOf((whole.kwargs.header as readonly Signature[])[0] ?? sig('none'))).toEqual({
    batch: 1,
    stamped_headers: ['batch'],
  })
  expect(stampsOf(whole.kwargs.body as Signature)).toEqual({})
  const once = stamp(sig('a'), { batch: 1 })
  expect(stampsOf(stamp(once, { batch: 2, other: 3 }))).toEqual({
    batch: 2,
    other: 3,
    stamped_headers: ['batch', 'other'],
  })
  expect(stampsOf(stamp(once, { batch: 2 }, { append: true }))).toEqual({ batch: [2, 1], stamped_headers: ['batch'] })
  expect(once).toEqual(stamp(sig('a'), { batch: 1 }))
})
