/**
 * 15-malformed, all cases in one run: pushed one after the other to one worker of ours, where Celery's had to be started eleven
 * times. What is told and logged of the messages that Celery's survives is the same; the others cost ours nothing.
 */
import { afterAll, expect, test } from 'vitest'
import type { Celery } from '../../src-main/engine/index.js'
import { readEnvelope } from '../../src-main/engine/message/read-envelope.js'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import { startRedisServer } from '../support/redis-server.js'
import type { Fact } from './facts.js'
import { readText } from './recording.js'
import { sameAsRecorded } from './same-as-recorded.js'

const server = await startRedisServer()
const redis = server.client()
afterAll(() => server.stop())

interface Case {
  readonly case: string
  readonly pushed: string
}
const cases = JSON.parse(readText('15-malformed-5.6.3/cases.json')) as readonly Case[]

/** As Python's function says it; arguments that are no list never reach it. */
function defineAdd(app: Celery): void {
  app.task('tasks.add', (...args: readonly number[]) => {
    const [x = 0, y = 0] = args
    if (args.length === 2) return x + y
    throw new TypeError(`add() takes 2 positional arguments but ${args.length} were given`)
  })
}

/** Where we differ on purpose: see docs/DIFFERENCES.md (Messages that cannot be read). */
function differs({ kind, about, value }: Fact): boolean {
  const type = kind === 'event' ? String((value as WireObject).type) : kind
  if (type === 'message' || type.startsWith('worker-')) return true // what is restored at an exit, and the starts between
  if (about === 'task-received' || about === 'task-started') return true // of a task without an id
  if (about === 'bad-retries' && type === 'task-received') return true // "retries": "x"
  return ['body-nulls', 'body-swapped'].includes(about) && /^task-(succeeded|failed)$/.test(type)
}

/** In our words what Python's own errors say of a date. */
function inOurWords(log: string): string {
  return log
    .replace(/(invalid (?:ETA|expires) value [^:]*): .*/g, '$1: expected a date and time in ISO 8601')
    .replace(/\/site-packages\/celery\/app\/trace\.py:\d+: RuntimeWarning/g, 'RuntimeWarning')
}

const ofStartsAndExits = /^INFO (Connected to|mingle|\S+ ready)|Restoring|Unrecoverable error/
/** Of messages over which Celery's worker exits, or raises in its pool. */
const ofOurs = /^CRITICAL Received (malformed task message|an item in queue)/
const withoutId =
  /task_id must not be empty|Task tasks\.add\[None\]|Wrong destination[\s\S]*'task': 'tasks.add', 'args'/

test('15-malformed-5.6.3/all', async () => {
  await sameAsRecorded(server, '15-malformed-5.6.3/all', {
    define: defineAdd,
    patienceSeconds: 20,
    ignored: differs,
    without: differs,
    theirs: inOurWords,
    unlogged: new RegExp([ofStartsAndExits, ofOurs, withoutId].map(({ source }) => source).join('|')),
    uncomparedKeys: (key) => key === 'celery.unreadable',
    onStep: async (step, playing) => {
      const name = /^CASE (.*)$/.exec(step)?.[1]
      if (name === undefined) return step.startsWith('start worker-again') // ours still runs
      const found = cases.find((one) => one.case === name)
      if (!found) throw new Error(`no such case: ${name}`)
      await playing.redis.lpush('celery', itemOf(found))
      return true
    },
  })
  const unreadable = cases.map(itemOf).filter((item) => readEnvelope(item.toString()).kind === 'unreadable')
  expect((await redis.lrangeBuffer('celery.unreadable', 0, -1)).reverse()).toEqual(unreadable)
})

/** The recorder showed the one that is no text as Python's repr. */
function itemOf({ pushed }: Case): Buffer {
  return pushed.startsWith("b'") ? Buffer.from([0xff, 0xfe, 0x00, 0x01]) : Buffer.from(pushed)
}
