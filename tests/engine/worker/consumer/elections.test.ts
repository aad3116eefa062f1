import { expect, it } from 'vitest'
import { KnownWorkers } from '../../../../src-main/engine/events/known-workers.js'
import { Log } from '../../../../src-main/engine/ports/log.js'
import type { WireObject } from '../../../../src-main/engine/serialization/wire-value.js'
import { Elections } from '../../../../src-main/engine/worker/consumer/elections.js'
import { HeldClock } from '../../../support/held-clock.js'

/** Workers on one broker: each hears every event of all, its own too. */
function cluster(names: readonly string[]) {
  const clock = new HeldClock(0)
  const called: string[] = []
  let text = ''
  let lamport = 0
  const queue: WireObject[] = []
  const sink = (line: string): Promise<void> => Promise.resolve(void (text += line))
  const log = new Log({ processName: 'MainProcess', level: 'INFO', sink, clock })
  const workers = names.map(
    (name) =>
      new Elections({
        events: {
          sendAtOnce: (type, fields) => void queue.push({ hostname: name, pid: 7, clock: ++lamport, ...fields, type }),
        },
        fullName: `${name}.7`,
        aliveCount: () => names.length - 1,
        callTask: (signature) => Promise.resolve(called.push(`${name} calls ${String(signature.task)}`)),
        log,
      }),
  )
  const deliver = (): void => {
    for (let event = queue.shift(); event; event = queue.shift()) {
      const heard = event
      for (const worker of workers) {
        if (heard.type === 'worker-elect') worker.onElect(heard)
        else worker.onElectAck(heard)
      }
    }
  }
  return { workers, deliver, called, log: () => text }
}

it.each([[['a@host']], [['a@host', 'b@host']], [['a@host', 'b@host', 'c@host']]])(
  'one of %j wins, and only it calls the task',
  async (names) => {
    const { workers, deliver, called, log } = cluster(names)
    for (const worker of workers) worker.hold('e1', 'task', { task: 'tasks.add' })
    deliver()
    await Promise.resolve()
    expect(called).toEqual(['a@host calls tasks.add'])
    expect(log().match(/I won the election 'e1'/g)).toHaveLength(1)
    expect(log().match(/node a@host\.7 elected for 'e1'/g) ?? []).toHaveLength(names.length - 1)
  },
)

it('an election about something unknown, or without a task, is said and hurts nobody', async () => {
  const { workers, deliver, called, log } = cluster(['a@host'])
  workers[0]!.hold('e1', 'weather', null)
  workers[0]!.hold('e2', 'task', null)
  deliver()
  await new Promise(setImmediate)
  expect(called).toEqual([])
  expect(log()).toContain("Unknown election topic 'weather'")
  expect(log()).toContain('Could not call task')
})

it('workers join by their first event, leave by offline, and are lost when twice their frequency has passed', () => {
  const known = new KnownWorkers()
  const beat = (at: number): WireObject => ({ timestamp: at, freq: 2 })
  expect(known.onEvent('worker-heartbeat', 'b@host', beat(10), 10_000)).toEqual({ kind: 'joined', nodename: 'b@host' })
  expect(known.onEvent('worker-heartbeat', 'b@host', beat(12), 12_000)).toBeNull()
  expect(known.aliveCount(15_999)).toBe(1)
  expect(known.takeLost(15_999)).toEqual([])
  expect(known.takeLost(16_000)).toEqual(['b@host'])
  expect(known.takeLost(16_000)).toEqual([])
  known.onEvent('worker-online', 'b@host', beat(20), 20_000)
  expect(known.onEvent('worker-offline', 'b@host', {}, 21_000)).toEqual({ kind: 'left', nodename: 'b@host' })
  expect(known.aliveCount(21_000)).toBe(0)
})
