/** The features of features/, real Celery's client on our worker as ever, with the tasks in TypeScript: what they cannot have is named. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { startOurWorker } from '../support/our-worker.js'
import { startRedisServer } from '../support/redis-server.js'
import { runClient } from './conformance/client.js'
import type { Outcome } from './conformance/table.js'

/** By feature: what of it is Python's alone. */
const pythonsAlone: Readonly<Record<string, string>> = {
  'calling: numbers keep their value and their type': 'JavaScript has one kind of number',
  'results: the traceback of the worker is kept as text': 'it is a JavaScript stack, without a line `Traceback`',
  'results: the cause of a failure is in its traceback': 'as above; the cause is there, after `Caused by`',
  'retries: while it waits, the state is RETRY with the exception': 'as above',
  'states: an AbortableTask looks whether somebody wants it to stop': 'a class of Python',
  'control: commands of the code change and show what the worker keeps': 'commands of Python code',
  "signals: worker_ready and task_received are heard in the worker's main process": 'asked for by such a command',
  'canvas: a task puts another one in its place, in a chain and in a chord': 'replace() is of a Python task',
  "canvas: an apply_async of a task's class is called for parts of canvases": 'tasks in TypeScript have no class',
}

const minutes = 15

test(
  'every feature that is not of Python alone works with tasks in TypeScript',
  async () => {
    const redis = await startRedisServer()
    const tasksTs = await readFile(resolve(import.meta.dirname, 'typescript/tasks.ts'), 'utf8')
    const files = { 'tasks.ts': tasksTs }
    const queues = ['celery', 'other']
    const common = { brokerUrl: redis.url(), nodename: 'celery@conformance' }
    const worker = await startOurWorker({ ...common, files, concurrency: 2, queues })
    const outcomes: Outcome[] = []
    try {
      const ask = { pairing: 'celery-to-ours' as const, brokerUrl: redis.url(), relayPort: 0, only: '' }
      const names = await runClient({ ...ask, onOutcome: (outcome) => outcomes.push(outcome) })
      expect(names.length).toBeGreaterThanOrEqual(60)
    } finally {
      await worker.stop()
      await redis.stop()
    }
    const failed = outcomes.filter(({ cell }) => cell === 'fail')
    const surprising = failed.filter(({ name }) => pythonsAlone[name] === undefined)
    expect(surprising.map(({ name, detail = '' }) => `${name}\n${detail}`).join('\n')).toBe('')
    expect(failed.map(({ name }) => name).sort()).toEqual(Object.keys(pythonsAlone).sort())
  },
  minutes * 60_000,
)
