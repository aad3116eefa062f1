/** The checks of phase 7 against hand-made facts: what really happened turns them green, and what nearly did must not. A list, check by check. */
import { describe, expect, test } from 'vitest'
import type { Fact, FactOf, FeedItem } from '../../../src-main/contract/feed.js'
import { startWatch, type CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { Situation } from '../../../src-main/lesson-runner/checks/situation.js'
import { judge, type Verdict } from '../../../src-main/lesson-runner/checks/watch.js'
import {
  CHILD_PID,
  OTHER_CHILD_PID,
  WORKER_PID,
  acked,
  event,
  mail,
  published,
  started,
  stored,
  worker,
} from '../hand-made-facts.js'

/** Each fact with the time at which it was seen; `before` is from before the step. */
function at(check: CheckSpec, facts: readonly (readonly [number, Fact])[], before: readonly Fact[] = worker): Verdict {
  const items = facts.map(([atMs, fact], index): FeedItem => ({ seq: before.length + index + 1, atMs, fact }))
  const situation = new Situation()
  before.forEach((fact, index) => situation.see({ seq: index + 1, atMs: 0, fact }))
  return judge(startWatch(check, new Map()), situation, items)
}

const slot = (taskId: string | null, pid = CHILD_PID): Fact => ({ kind: 'slot', worker: 'worker@1', pid, taskId })
const reserved = (taskId: string, by = 'worker@1'): Fact => ({
  kind: 'message-reserved',
  by,
  queue: 'celery',
  deliveryTag: `tag-${taskId}`,
  taskId,
  taskName: 'tasks.send_confirmation',
})
const restored = (taskId: string): Fact => ({
  kind: 'message-restored',
  by: 'worker@1',
  queue: 'celery',
  deliveryTag: `tag-${taskId}`,
  taskId,
  side: 'head',
})
const report = (taskId: string): Fact => published(taskId, 'web', { taskName: 'tasks.make_report' })
const memory = (pid: number, mb: number): Fact => ({
  kind: 'memory',
  process: `worker@1/${pid}`,
  pid,
  rssBytes: mb * 1024 * 1024,
})
const childGone = (pid: number, more: Partial<FactOf<'process-exited'>> = {}): Fact => ({
  kind: 'process-exited',
  process: `worker@1/${pid}`,
  role: 'pool-process',
  pid,
  worker: 'worker@1',
  code: 0,
  signal: null,
  expected: true,
  ...more,
})
const said = (text: string, process = 'worker@1'): Fact => ({
  kind: 'log-line',
  process,
  stream: 'stdout',
  level: null,
  text,
})
const workerGone: Fact = {
  kind: 'process-exited',
  process: 'worker@1',
  role: 'worker',
  pid: WORKER_PID,
  code: 0,
  signal: null,
  expected: true,
}

describe('waits', () => {
  const quick: CheckSpec = {
    kind: 'waits',
    task: 'tasks.send_confirmation',
    until: 'begun',
    tasks: 2,
    share: 100,
    underMs: 1_000,
  }

  test('two that began soon are enough, and the sentence has the longest wait', () => {
    const facts = [
      [0, published('a')],
      [0, published('b')],
      [200, slot('a')],
      [900, slot('b')],
    ] as const
    const { passed, observed } = at(quick, facts)
    expect(passed).toBe(true)
    expect(observed).toContain('900 ms')
  })

  test('one that began too late, and one that has not begun, keep it red', () => {
    expect(
      at(quick, [
        [0, published('a')],
        [0, published('b')],
        [200, slot('a')],
        [1_000, slot('b')],
      ]).passed,
    ).toBe(false)
    expect(
      at(quick, [
        [0, published('a')],
        [0, published('b')],
        [200, slot('a')],
      ]).passed,
    ).toBe(false)
  })

  test('a rush takes its time: as many at once, later on, are no rush', () => {
    const rush: CheckSpec = { ...quick, sentOverMs: 500 }
    const both = (secondMs: number) =>
      [
        [0, published('a')],
        [secondMs, published('b')],
        [secondMs + 100, slot('a')],
        [secondMs + 200, slot('b')],
      ] as const
    expect(at(rush, both(600)).passed).toBe(true)
    expect(at(rush, both(400)).passed).toBe(false)
    expect(at(rush, both(400)).observed).toContain('2 that are sent over 500 ms or more')
  })

  test('one quick task alone is not two, and a task of another name is not one of them', () => {
    expect(
      at(quick, [
        [0, published('a')],
        [1, slot('a')],
      ]).passed,
    ).toBe(false)
    const others = [
      [0, published('a')],
      [0, report('r')],
      [1, slot('a')],
      [2, slot('r', OTHER_CHILD_PID)],
    ] as const
    expect(at(quick, others).passed).toBe(false)
  })

  test('what was late before does not spoil the newest ones', () => {
    const late = [
      [0, published('x')],
      [5_000, slot('x')],
    ] as const
    const after = [
      [6_000, published('a')],
      [6_000, published('b')],
      [6_100, slot('a')],
      [6_200, slot('b')],
    ] as const
    expect(at(quick, [...late, ...after]).passed).toBe(true)
    expect(at(quick, [...after, ...late.map(([ms, fact]) => [ms + 9_000, fact] as const)]).passed).toBe(false)
  })

  test('a message that is sent again is not younger for it', () => {
    const facts = [
      [0, published('a')],
      [5_000, published('a')],
      [5_100, slot('a')],
    ] as const
    expect(at({ ...quick, tasks: 1 }, facts).passed).toBe(false)
  })

  test('beside: only what was sent while the other task had not ended', () => {
    const beside: CheckSpec = { ...quick, beside: 'tasks.make_report' }
    const mails = [
      [20, published('a')],
      [20, published('b')],
      [30, slot('a', OTHER_CHILD_PID)],
      [40, slot('b', OTHER_CHILD_PID)],
    ] as const
    expect(at(beside, mails).passed).toBe(false)
    expect(at(beside, [[0, report('r')], ...mails]).passed).toBe(true)
    expect(at(beside, [[0, report('r')], [5, slot('r')], [10, slot(null)], ...mails]).passed).toBe(false)
  })

  test('until the mail: a share of all, a mail that was refused is none', () => {
    const mails: CheckSpec = { kind: 'waits', until: 'mail', tasks: 4, share: 75, underMs: 1_000 }
    const sent = ['a', 'b', 'c', 'd'].map((id) => [0, published(id)] as const)
    const out = (id: string, ms: number, refused = false) => [ms, mail(id, CHILD_PID, { taskId: id, refused })] as const
    expect(at(mails, [...sent, out('a', 100), out('b', 100), out('c', 100), out('d', 4_000)]).passed).toBe(true)
    expect(at(mails, [...sent, out('a', 100), out('b', 100), out('c', 3_000), out('d', 4_000)]).passed).toBe(false)
    expect(at(mails, [...sent, out('a', 100), out('b', 100), out('c', 100, true)]).passed).toBe(false)
  })

  test('overMs: a wait that was long enough, even one that is not over', () => {
    const long: CheckSpec = { kind: 'waits', until: 'begun', tasks: 2, share: 100, overMs: 3_000 }
    const sent = [
      [0, published('a')],
      [0, published('b')],
      [10, slot('a')],
    ] as const
    expect(at(long, [...sent, [2_000, slot('b')]]).passed).toBe(false)
    expect(at(long, [...sent, [3_500, slot('b')]]).passed).toBe(true)
  })
})

describe('idle-beside', () => {
  const check: CheckSpec = { kind: 'idle-beside', forMs: 2_000 }
  const second = [
    ...started('worker', 'worker@2', 5200),
    { kind: 'process-started', process: 'worker@2/1', role: 'pool-process', pid: 5201, worker: 'worker@2' },
    { kind: 'process-ready', process: 'worker@2/1', role: 'pool-process', pid: 5201 },
  ] satisfies Fact[]
  const one = [...started('worker', 'worker@1', WORKER_PID), ...started('pool-process', 'worker@1/1', CHILD_PID)]
  const both = [...one, ...second]
  const full = [
    [0, reserved('long')],
    [10, slot('long')],
    [20, reserved('short')],
  ] as const

  test('an idle child of the other worker beside a message that waits', () => {
    expect(at(check, [...full, [2_500, event('task-received', 'x')]], both).passed).toBe(true)
  })

  test('not long enough, no other worker, a busy one, and nothing reserved', () => {
    expect(at(check, [...full, [1_500, slot('short')]], both).passed).toBe(false)
    expect(at(check, [...full, [2_500, slot('short')]], one).passed).toBe(false)
    expect(at(check, [[0, slot('other', 5201)], ...full, [2_500, slot('short')]], both).passed).toBe(false)
    expect(
      at(
        check,
        [
          [0, reserved('long')],
          [10, slot('long')],
          [2_500, slot(null)],
        ],
        both,
      ).passed,
    ).toBe(false)
  })

  test('an own idle child means that the message is about to begin, not that it is stuck', () => {
    expect(
      at(
        check,
        [
          [0, reserved('short')],
          [2_500, slot('short')],
        ],
        [...worker, ...second],
      ).passed,
    ).toBe(false)
  })

  test('two short times are not one long time', () => {
    const facts = [...full, [1_500, slot('x', 5201)], [1_600, slot(null, 5201)], [3_000, slot('short')]] as const
    expect(at(check, facts, both).passed).toBe(false)
  })
})

describe('priority-order', () => {
  const check: CheckSpec = { kind: 'priority-order', lists: 3, begun: 4 }
  const sent = (
    [
      ['nine', 9],
      ['five', 3],
      ['zero', 0],
      ['three', 3],
    ] as const
  ).map(([id, priority], index) => [index, published(id, 'web', { priority })] as const)
  const begin = (...ids: string[]) => ids.map((id, index) => [100 + index, slot(id)] as const)

  test('list by list, and within one in the order of sending', () => {
    expect(at(check, [...sent, ...begin('zero', 'five', 'three', 'nine')]).passed).toBe(true)
  })

  test('the order of sending, and the wrong one of two in a list, are not in order', () => {
    expect(at(check, [...sent, ...begin('nine', 'five', 'zero', 'three')]).passed).toBe(false)
    expect(at(check, [...sent, ...begin('zero', 'three', 'five', 'nine')]).passed).toBe(false)
  })

  test('too few lists, or too few that began', () => {
    expect(at(check, [...sent.slice(1), ...begin('zero', 'five', 'three')]).passed).toBe(false)
    expect(at(check, [...sent, ...begin('zero', 'five', 'three')]).passed).toBe(false)
  })
})

describe('batches', () => {
  const check: CheckSpec = { kind: 'batches', task: 'tasks.send_confirmation', tasks: 2, sizes: 2, timesFaster: 2 }
  const one = [...started('worker', 'worker@1', WORKER_PID), ...started('pool-process', 'worker@1/1', CHILD_PID)]
  const grown = (ms: number) =>
    started('pool-process', 'worker@1/2', OTHER_CHILD_PID).map((fact) => [ms, fact] as const)
  const inRow = (from: number) =>
    [
      [from, published(`${from}a`)],
      [from, published(`${from}b`)],
      [from + 10, slot(`${from}a`)],
      [from + 1_000, slot(`${from}b`)],
      [from + 2_000, slot(null)],
    ] as const
  const sideBySide = (from: number) =>
    [
      [from, published(`${from}a`)],
      [from, published(`${from}b`)],
      [from + 10, slot(`${from}a`)],
      [from + 10, slot(`${from}b`, OTHER_CHILD_PID)],
      [from + 900, slot(null)],
      [from + 950, slot(null, OTHER_CHILD_PID)],
    ] as const

  test('two numbers of slots, and the times of both in the sentence', () => {
    const { passed, observed } = at(check, [...inRow(0), ...grown(3_000), ...sideBySide(4_000)], one)
    expect(passed).toBe(true)
    expect(observed).toContain('2.0 s with 1 slot')
  })

  test('twice with the same number, not faster, or grown in the middle: not yet', () => {
    expect(at(check, [...inRow(0), ...inRow(3_000)], one).passed).toBe(false)
    expect(at(check, [...inRow(0), ...grown(3_000), ...inRow(4_000)], one).passed).toBe(false)
    const middle = [
      ...inRow(0),
      [3_000, published('x')],
      ...grown(3_100),
      [3_200, published('y')],
      [3_300, slot('x')],
      [3_400, slot('y')],
      [3_500, slot(null)],
    ] as const
    expect(at(check, middle, one).passed).toBe(false)
  })

  test('a batch that is too small, and one that has not ended', () => {
    const small = [
      [4_000, published('x')],
      [4_010, slot('x')],
      [4_100, slot(null)],
    ] as const
    expect(at(check, [...inRow(0), ...grown(3_000), ...small], one).passed).toBe(false)
    expect(at(check, [...inRow(0), ...grown(3_000), ...sideBySide(4_000).slice(0, -1)], one).passed).toBe(false)
  })
})

describe('worker-end', () => {
  const lost: CheckSpec = { kind: 'worker-end', how: 'cold', tasks: 'lost', atLeast: 1 }
  const finished: CheckSpec = { kind: 'worker-end', how: 'warm', tasks: 'finished', atLeast: 1 }
  const returned: CheckSpec = { kind: 'worker-end', how: 'soft', tasks: 'returned', atLeast: 1 }
  const cold = 'worker: Cold shutdown (MainProcess)'
  const warm = 'worker: Warm shutdown (MainProcess)'
  const soft = 'Initiating Soft Shutdown, terminating in 6 seconds'

  test('lost: acked, cut off, and not given back', () => {
    const facts = [
      [0, acked('a')],
      [1, slot('a')],
      [2, said(cold)],
      [3, stored('a', 'RETRY')],
      [4, workerGone],
    ] as const
    expect(at(lost, facts).passed).toBe(true)
  })

  test('it says how long the stop took', () => {
    const facts = [
      [1, slot('a')],
      [2, said(warm)],
      [5, stored('a')],
    ] as const
    expect(at(finished, facts).observed).toContain('It has not exited yet.')
    expect(at(finished, [...facts, [6, workerGone]]).observed).toMatch(/: 1 finished\. It took [\d.]+ m?s\.$/)
  })

  test('nothing was under way, it was given back, it was finished, the worker has not exited, it was not acked', () => {
    expect(
      at(lost, [
        [2, said(cold)],
        [4, workerGone],
      ]).passed,
    ).toBe(false)
    expect(
      at(lost, [
        [1, slot('a')],
        [2, said(cold)],
        [3, restored('a')],
        [4, workerGone],
      ]).passed,
    ).toBe(false)
    expect(
      at(lost, [
        [0, acked('a')],
        [1, slot('a')],
        [2, said(cold)],
        [3, stored('a')],
        [4, workerGone],
      ]).passed,
    ).toBe(false)
    expect(
      at(lost, [
        [0, acked('a')],
        [1, slot('a')],
        [2, said(cold)],
      ]).passed,
    ).toBe(false)
    expect(
      at(lost, [
        [1, slot('a')],
        [2, said(cold)],
        [4, workerGone],
      ]).passed,
    ).toBe(false)
  })

  test('finished: before the exit, and of a task that was under way when the stop came', () => {
    expect(
      at(finished, [
        [1, slot('a')],
        [2, said(warm)],
        [3, stored('a')],
        [3, slot(null)],
        [4, workerGone],
      ]).passed,
    ).toBe(true)
    expect(
      at(finished, [
        [1, slot('a')],
        [1, stored('a')],
        [1, slot(null)],
        [2, said(warm)],
        [4, workerGone],
      ]).passed,
    ).toBe(false)
    expect(
      at(finished, [
        [1, slot('a')],
        [2, said(cold)],
        [3, stored('a')],
        [4, workerGone],
      ]).passed,
    ).toBe(false)
    expect(
      at(finished, [
        [1, slot('a')],
        [2, said(warm, 'web')],
        [3, stored('a')],
        [4, workerGone],
      ]).passed,
    ).toBe(false)
  })

  test('returned in a soft stop, whose cold part says its own words later', () => {
    const facts = [
      [1, slot('a')],
      [2, said(soft)],
      [8, said(cold)],
      [9, restored('a')],
      [10, workerGone],
    ] as const
    expect(at(returned, facts).passed).toBe(true)
    expect(
      at(
        returned,
        facts.filter(([ms]) => ms !== 2),
      ).passed,
    ).toBe(false)
    expect(
      at(returned, [
        [1, slot('a')],
        [2, said(soft)],
        [3, restored('other')],
        [10, workerGone],
      ]).passed,
    ).toBe(false)
  })
})

describe('memory of children', () => {
  const grew: CheckSpec = { kind: 'child-memory', grewMb: 60 }
  const one = [...started('worker', 'worker@1', WORKER_PID), ...started('pool-process', 'worker@1/1', CHILD_PID)]

  test('grown while it worked, measured against what it was before the step', () => {
    expect(
      at(
        grew,
        [
          [1, slot('a')],
          [2, memory(CHILD_PID, 170)],
        ],
        [...worker, memory(CHILD_PID, 100)],
      ).passed,
    ).toBe(true)
    expect(
      at(grew, [
        [0, memory(CHILD_PID, 100)],
        [1, slot('a')],
        [2, memory(CHILD_PID, 170)],
      ]).passed,
    ).toBe(true)
  })

  test('large but not grown, grown without work, the worker itself, and two children together', () => {
    expect(
      at(grew, [
        [1, slot('a')],
        [2, memory(CHILD_PID, 300)],
      ]).passed,
    ).toBe(false)
    expect(
      at(grew, [
        [1, memory(CHILD_PID, 100)],
        [2, memory(CHILD_PID, 170)],
      ]).passed,
    ).toBe(false)
    expect(
      at(grew, [
        [1, slot('a')],
        [1, memory(WORKER_PID, 100)],
        [2, memory(WORKER_PID, 170)],
      ]).passed,
    ).toBe(false)
    expect(
      at(grew, [
        [1, slot('a')],
        [1, memory(CHILD_PID, 100)],
        [2, memory(OTHER_CHILD_PID, 170)],
      ]).passed,
    ).toBe(false)
  })

  test('a child that was started in the step is no leak for having loaded its code', () => {
    const [begins, ready] = started('pool-process', 'worker@1/9', 6201)
    if (begins === undefined || ready === undefined) throw new Error('a process starts and is ready')
    const loaded = [[1, begins], [2, memory(6201, 40)], [3, ready], [4, slot('a', 6201)]] as const // prettier-ignore
    expect(at(grew, [...loaded, [5, memory(6201, 200)]]).passed).toBe(false)
    expect(at(grew, [...loaded, [5, memory(6201, 200)], [6, memory(6201, 270)]]).passed).toBe(true)
  })

  const recycled: CheckSpec = { kind: 'recycled', children: 1, tasksAtMost: 2, tasks: 3 }
  const work = [
    [1, slot('a')],
    [2, slot('b')],
    [3, memory(CHILD_PID, 180)],
    [4, slot(null)],
  ] as const
  const fresh = started('pool-process', 'worker@1/9', 6201).map((fact) => [6, fact] as const)
  const after = [
    [7, slot('c', 6201)],
    [8, memory(6201, 110)],
  ] as const

  test('a child that ended after its tasks, and a smaller one in its place', () => {
    expect(at(recycled, [...work, [5, childGone(CHILD_PID)], ...fresh, ...after], one).passed).toBe(true)
  })

  test('not smaller, though small while it loaded the code', () => {
    const [begins, ready] = fresh
    if (begins === undefined || ready === undefined) throw new Error('a process starts and is ready')
    const loaded = [begins, [6, memory(6201, 40)], ready, [7, slot('c', 6201)], [8, memory(6201, 190)]] as const
    expect(at(recycled, [...work, [5, childGone(CHILD_PID)], ...loaded], one).passed).toBe(false)
  })

  test('killed, not replaced, not smaller, too many tasks in one child, too few in all', () => {
    expect(
      at(
        recycled,
        [...work, [5, childGone(CHILD_PID, { signal: 'SIGKILL', expected: false })], ...fresh, ...after],
        one,
      ).passed,
    ).toBe(false)
    expect(at(recycled, [...work, [5, childGone(CHILD_PID)]], one).passed).toBe(false)
    expect(
      at(recycled, [...work, [5, childGone(CHILD_PID)], ...fresh, [7, slot('c', 6201)], [8, memory(6201, 190)]], one)
        .passed,
    ).toBe(false)
    expect(
      at({ ...recycled, tasksAtMost: 1 }, [...work, [5, childGone(CHILD_PID)], ...fresh, ...after], one).passed,
    ).toBe(false)
    expect(at({ ...recycled, tasks: 4 }, [...work, [5, childGone(CHILD_PID)], ...fresh, ...after], one).passed).toBe(
      false,
    )
  })
})

describe('monitor-gap', () => {
  const check: CheckSpec = { kind: 'monitor-gap', atLeast: 1 }
  const out = [0, mail('a', CHILD_PID, { taskId: 'a' })] as const

  test('a mail is out, and an event of long after came without its own', () => {
    expect(at(check, [out, [3_500, event('task-received', 'later')]]).passed).toBe(true)
  })

  test('an event that may still be on its way, a quiet monitor, and a task whose end was heard late', () => {
    expect(at(check, [out, [1_000, event('task-received', 'later')]]).passed).toBe(false)
    expect(at(check, [out, [9_000, slot('x')]]).passed).toBe(false)
    expect(
      at(check, [out, [3_500, event('task-received', 'later')], [3_600, event('task-succeeded', 'a')]]).passed,
    ).toBe(false)
  })
})

describe('peak-rate of the newest calls', () => {
  const check: CheckSpec = { kind: 'peak-rate', effect: 'mail', rows: 3, newest: true, retriesOnly: false, atMost: 2 }
  const row = (atMs: number) => [atMs, mail(`m${atMs}`, CHILD_PID)] as const

  test('an earlier storm is forgotten, a late one is not', () => {
    expect(at(check, [row(0), row(1), row(2), row(2_000), row(2_600), row(3_200)]).passed).toBe(true)
    expect(at(check, [row(0), row(1_200), row(2_400), row(5_000), row(5_001), row(5_002)]).passed).toBe(false)
    expect(at(check, [row(0), row(1), row(2), row(2_000)]).passed).toBe(true)
    expect(at(check, [row(0), row(1_200)]).passed).toBe(false)
  })
})
