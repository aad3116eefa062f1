/**
 * The checks of phase 1 as they stand in lessons/, fed with hand-made facts: green when it happened, red when it nearly happened.
 * The step numbers are those of the folders. A list of what must not pass, so it is long.
 */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Fact } from '../../../src-main/contract/feed.js'
import { startWatch, type CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { Situation } from '../../../src-main/lesson-runner/checks/situation.js'
import { judge } from '../../../src-main/lesson-runner/checks/watch.js'
import { readLesson, type Lesson } from '../../../src-main/lesson-runner/format/lesson.js'
import {
  CHILD_PID,
  exited,
  lengths,
  logLine,
  mail,
  mailIs,
  OTHER_CHILD_PID,
  published,
  request,
  response,
  started,
  verdictOf,
  web,
  WEB_PID,
  worker,
  WORKER_PID,
} from '../hand-made-facts.js'

let lesson: Lesson
beforeAll(async () => {
  lesson = await readLesson(join(import.meta.dirname, '../../../lessons'), '01-what-celery-is')
})

const check = (step: number, id: string): CheckSpec => {
  const found = lesson.steps[step - 1]?.lab.checks.find((one) => one.id === id)?.check
  if (found === undefined) throw new Error(`step ${step} has no check ${id}`)
  return found
}
const passes = (step: number, id: string, facts: readonly Fact[], before?: readonly Fact[]): boolean =>
  verdictOf(check(step, id), facts, before === undefined ? {} : { before }).passed
const observed = (step: number, id: string, facts: readonly Fact[]): string =>
  verdictOf(check(step, id), facts).observed

describe('step 1, the page waits', () => {
  it('is red while nothing has happened, and says what is missing', () => {
    expect(passes(1, 'slow-page', [])).toBe(false)
    expect(observed(1, 'slow-page', [])).toBe(
      'No answer seen yet. Waiting for an answer to POST with 2xx after more than 3.5 s.',
    )
  })
  it('turns green with one slow page and a mail by the web process', () => {
    const facts = [request('r1'), mail('1', WEB_PID), response('r1', 4100)]
    expect(passes(1, 'slow-page', facts)).toBe(true)
    expect(passes(1, 'mail-by-web', facts)).toBe(true)
    expect(observed(1, 'mail-by-web', facts)).toBe('1 mail by the web process (pid 4100).')
  })
  it('a page that failed after 4 s does not count', () => {
    expect(passes(1, 'slow-page', [request('r1'), response('r1', 4100, { status: 500 })])).toBe(false)
  })
  it('a page that took 3.5 s or less does not count', () => {
    expect(passes(1, 'slow-page', [request('r1'), response('r1', 3500)])).toBe(false)
  })
  it('a page that was slow although the mail server was not does not count', () => {
    expect(passes(1, 'slow-page', [mailIs(true, 0), request('r1'), response('r1', 4100)])).toBe(false)
  })
  it("a mail by a worker's child, by an unknown pid, by nobody, or refused is none by the web process", () => {
    expect(
      passes(1, 'mail-by-web', [
        mail('1', CHILD_PID),
        mail('2', 9999),
        mail('3', null),
        mail('4', WEB_PID, { refused: true }),
      ]),
    ).toBe(false)
  })
  it('a mail written before the step does not count', () => {
    expect(passes(1, 'mail-by-web', [], [...web, ...worker, mailIs(true, 4000), mail('1', WEB_PID)])).toBe(false)
  })
})

describe('step 2, five at once', () => {
  const burst = (durations: readonly number[], status = 201): Fact[] => [
    ...durations.map((_one, index) => request(`r${index}`)),
    ...durations.map((durationMs, index) => response(`r${index}`, durationMs, { status })),
  ]
  it('turns green when the fifth waited over four times as long as the first', () => {
    expect(passes(2, 'waterfall', burst([4010, 8020, 12030, 16040, 20050]))).toBe(true)
    expect(observed(2, 'waterfall', burst([4010, 8020, 12030, 16040, 20050]))).toContain('5.0 times as long')
  })
  it('four at once are not enough', () => {
    expect(passes(2, 'waterfall', burst([4010, 8020, 12030, 16040]))).toBe(false)
  })
  it('exactly four times is not over four times', () => {
    expect(passes(2, 'waterfall', burst([4000, 8000, 12000, 16000, 16000]))).toBe(false)
  })
  it('five one after the other never meet', () => {
    const facts = [4000, 4000, 4000, 4000, 20000].flatMap((durationMs, index) => [
      request(`r${index}`),
      response(`r${index}`, durationMs),
    ])
    expect(passes(2, 'waterfall', facts)).toBe(false)
  })
  it('five failing pages do not count', () => {
    expect(passes(2, 'waterfall', burst([4010, 8020, 12030, 16040, 20050], 500))).toBe(false)
  })
  it('a quick page in the burst is not taken for the first slow one', () => {
    expect(passes(2, 'waterfall', burst([30, 4010, 8020, 12030, 16040]))).toBe(false)
  })
})

describe('step 3, hand it over', () => {
  it('turns green when the page was fast and a child sent that mail', () => {
    const facts = [
      request('r1'),
      published('t1'),
      response('r1', 40, { status: 202 }),
      mail('1', CHILD_PID, { taskId: 't1' }),
    ]
    expect(passes(3, 'handed-over', facts)).toBe(true)
    expect(observed(3, 'handed-over', facts)).toBe(
      "POST /buy answered 202 after 40 ms; 1 of 1 mail done by a worker's child.",
    )
  })
  it('the message may be observed just after the answer', () => {
    expect(
      passes(3, 'handed-over', [
        request('r1'),
        response('r1', 40),
        published('t1'),
        mail('1', CHILD_PID, { taskId: 't1' }),
      ]),
    ).toBe(true)
  })
  it('a mail written by the web process does not count as another process', () => {
    expect(
      passes(3, 'handed-over', [
        request('r1'),
        published('t1'),
        response('r1', 40),
        mail('1', WEB_PID, { taskId: 't1' }),
      ]),
    ).toBe(false)
  })
  it('a fast page that published nothing does not count, whoever else sends a mail', () => {
    expect(
      passes(3, 'handed-over', [request('r1'), response('r1', 40), mail('1', CHILD_PID, { taskId: 'other' })]),
    ).toBe(false)
  })
  it('accepted is not enough: the mail has to be there', () => {
    const facts = [request('r1'), published('t1'), response('r1', 40)]
    expect(passes(3, 'handed-over', facts)).toBe(false)
    expect(observed(3, 'handed-over', facts)).toContain('1 still missing')
  })
  it('a slow or failing page does not count, even when the mail goes out', () => {
    const rest = [published('t1'), mail('1', CHILD_PID, { taskId: 't1' })]
    expect(passes(3, 'handed-over', [request('r1'), response('r1', 1000), ...rest])).toBe(false)
    expect(passes(3, 'handed-over', [request('r1'), response('r1', 40, { status: 500 }), ...rest])).toBe(false)
  })
  it('an unknown pid is not believed to be a worker', () => {
    expect(
      passes(3, 'handed-over', [request('r1'), published('t1'), response('r1', 40), mail('1', 9999, { taskId: 't1' })]),
    ).toBe(false)
  })
})

describe('step 4, the mail server stops', () => {
  const stopped = mailIs(false, 4000)
  const tried = logLine('web', '  File "/workspace/tasks.py", line 22, in send_confirmation: with smtplib.SMTP(…)')
  it('turns green with a 500 inline and a 202 in background, in either order', () => {
    const inline = [
      request('r1', '/buy?mail=inline'),
      tried,
      response('r1', 20, { path: '/buy?mail=inline', status: 500 }),
    ]
    const background = [
      request('r2', '/buy?mail=background'),
      published('t1'),
      response('r2', 20, { path: '/buy?mail=background', status: 202 }),
    ]
    for (const facts of [
      [stopped, ...inline, ...background],
      [stopped, ...background, ...inline],
    ]) {
      expect(passes(4, 'inline-fails', facts)).toBe(true)
      expect(passes(4, 'background-answers', facts)).toBe(true)
    }
  })
  it('a 500 while the mail server runs does not count', () => {
    const failed = [request('r1'), tried, response('r1', 20, { status: 500 })]
    expect(passes(4, 'inline-fails', failed)).toBe(false)
    expect(passes(4, 'inline-fails', [stopped, mailIs(true, 4000), ...failed])).toBe(false)
  })
  it('a 500 that has another cause, such as a page that is broken or a broker that is away, does not count', () => {
    const other = logLine('web', 'kombu.exceptions.OperationalError: Error 111 connecting to 127.0.0.1:6379.')
    const failed = (line: Fact): Fact[] => [stopped, request('r1'), line, response('r1', 20, { status: 500 })]
    expect(passes(4, 'inline-fails', failed(other))).toBe(false)
    expect(passes(4, 'inline-fails', failed({ ...tried, process: 'worker@1' } as Fact))).toBe(false)
    expect(passes(4, 'inline-fails', failed(tried))).toBe(true)
  })
  it('a 404 is not a failing mail', () => {
    expect(passes(4, 'inline-fails', [stopped, request('r1'), tried, response('r1', 20, { status: 404 })])).toBe(false)
  })
  it('a 2xx without a message does not count', () => {
    expect(passes(4, 'background-answers', [stopped, request('r1'), response('r1', 20)])).toBe(false)
  })
  it('a message left by another page does not count for a buy that left none', () => {
    const other = [request('r2', '/group'), published('t1'), response('r2', 20, { path: '/group', status: 202 })]
    expect(passes(4, 'background-answers', [stopped, request('r1'), response('r1', 20), ...other])).toBe(false)
  })
  it('a message left while the mail server still ran does not count', () => {
    expect(
      passes(4, 'background-answers', [request('r1'), published('t1'), response('r1', 20, { status: 202 }), stopped]),
    ).toBe(false)
  })
})

describe('step 5, accepted is not done', () => {
  const idle = [...web, mailIs(true, 4000)]
  const bought = [request('r1'), published('t1'), response('r1', 30, { status: 202 }), lengths(1)]
  it('turns green with an answer, a waiting message and no mail', () => {
    for (const id of ['accepted', 'waiting']) expect(passes(5, id, bought, idle)).toBe(true)
  })
  it('a message that waits for a moment while a worker runs does not count', () => {
    expect(passes(5, 'accepted', bought)).toBe(false)
    expect(passes(5, 'waiting', bought)).toBe(false)
  })
  it('counts again once the worker is gone', () => {
    expect(passes(5, 'waiting', [exited('worker', 'worker@1', WORKER_PID), ...bought])).toBe(true)
  })
  it('a worker that is still starting is a worker', () => {
    const starting: Fact = { kind: 'process-started', process: 'worker@1', role: 'worker', pid: WORKER_PID }
    expect(passes(5, 'waiting', bought, [...idle, starting])).toBe(false)
  })
  it('an empty queue keeps it red', () => {
    expect(passes(5, 'waiting', [...bought, lengths(0)], idle)).toBe(false)
  })
  it('a page that sent the mail itself is not accepted work, and one does not spoil the next', () => {
    const inline = [request('r0'), mail('0', WEB_PID), response('r0', 4100)]
    expect(passes(5, 'accepted', inline, idle)).toBe(false)
    expect(passes(5, 'accepted', [...inline, ...bought], idle)).toBe(true)
  })
  it('work that is done is no longer accepted only', () => {
    const facts = [...bought, mail('1', CHILD_PID, { taskId: 't1' })]
    expect(passes(5, 'accepted', facts, [...idle, ...worker, exited('worker', 'worker@1', WORKER_PID)])).toBe(false)
  })
})

describe('step 6, start a worker', () => {
  const before = [...web, mailIs(true, 4000), published('t1'), lengths(1)]
  const done = [...worker, lengths(0, 1), lengths(0), mail('1', CHILD_PID, { taskId: 't1' })]
  it('turns green when the worker has emptied the queue and its child has sent the mail', () => {
    expect(passes(6, 'worker', done, before)).toBe(true)
    expect(passes(6, 'mail', done, before)).toBe(true)
  })
  it('is red at its start, and red when the queue was emptied without a worker', () => {
    expect(passes(6, 'worker', [], before)).toBe(false)
    expect(passes(6, 'worker', [lengths(0)], before)).toBe(false)
  })
  it('a worker beside a full queue is not enough', () => {
    expect(passes(6, 'worker', [...worker, lengths(1)], before)).toBe(false)
  })
  it('a mail sent by the page does not count', () => {
    expect(passes(6, 'mail', [mail('1', WEB_PID)], before)).toBe(false)
  })
  it('a message that was thrown away and bought anew has not waited for its worker', () => {
    const purged = [lengths(0), ...worker, published('t2'), lengths(0, 1), lengths(0)]
    expect(passes(6, 'mail', [...purged, mail('2', CHILD_PID, { taskId: 't2' })], before)).toBe(false)
    expect(observed(6, 'mail', [...purged, mail('2', CHILD_PID, { taskId: 't2' })])).toContain(
      'when a worker was ready',
    )
    expect(passes(6, 'mail', [lengths(0), published('t2'), ...worker, mail('2', CHILD_PID, { taskId: 't2' })], before)).toBe(true) // prettier-ignore
  })
  it('says how long the message had waited', () => {
    const rows = [...before, ...done]
    const items = rows.map((fact, index) => ({
      seq: index + 1,
      atMs: fact.kind === 'ledger-row' ? 15_200 : 1_000,
      fact,
    }))
    const situation = new Situation()
    for (const item of items.slice(0, before.length)) situation.see(item)
    const verdict = judge(startWatch(check(6, 'mail'), new Map()), situation, items.slice(before.length))
    expect(verdict.observed).toBe("1 mail by worker@1's child (pid 4201), 14 s after its message was published.")
  })
})

describe('the quiz steps', () => {
  const rightAnswers = (step: number): Record<string, readonly string[]> =>
    Object.fromEntries(lesson.steps[step - 1]?.lab.questions.map((question) => [question.id, question.right]) ?? [])
  const answers = (choices: Readonly<Record<string, readonly string[]>>): Fact[] =>
    Object.entries(choices).map(([question, choice]) => ({ kind: 'answer', question, choice }))

  it('are red until every question has its right answer', () => {
    for (const [step, id] of [
      [7, 'sorted'],
      [8, 'answered'],
    ] as const) {
      const right = rightAnswers(step)
      const [first] = Object.keys(right)
      if (first === undefined) throw new Error('no questions')
      expect(verdictOf(check(step, id), [], { rightAnswers: right }).passed).toBe(false)
      expect(verdictOf(check(step, id), answers(right), { rightAnswers: right }).passed).toBe(true)
      const { [first]: _left, ...others } = right
      expect(verdictOf(check(step, id), answers(others), { rightAnswers: right }).observed).toContain(
        '1 not answered yet',
      )
      expect(
        verdictOf(check(step, id), answers({ ...right, [first]: ['nonsense'] }), { rightAnswers: right }).passed,
      ).toBe(false)
      expect(verdictOf(check(step, id), answers({ ...right, [first]: [] }), { rightAnswers: right }).passed).toBe(false)
    }
  })
})

describe('step 9, the challenge', () => {
  const tasks = Array.from({ length: 10 }, (_one, index) => `t${index}`)
  const group = (requestId: string, durationMs: number, ids: readonly string[]): Fact[] => [
    request(requestId, '/group'),
    ...ids.map((id) => published(id)),
    response(requestId, durationMs, { path: '/group', status: 202 }),
  ]
  const mails = (ids: readonly string[], pid = CHILD_PID): Fact[] =>
    ids.map((id) => mail(`order-${id}`, pid, { taskId: id }))

  it('turns green with a fast page and all ten mails', () => {
    expect(
      passes(9, 'fast-and-complete', [
        ...group('r1', 120, tasks),
        ...mails(tasks.slice(0, 5)),
        ...mails(tasks.slice(5), OTHER_CHILD_PID),
      ]),
    ).toBe(true)
  })
  it('one lost mail keeps it red, and is counted', () => {
    const facts = [...group('r1', 120, tasks), ...mails(tasks.slice(1))]
    expect(passes(9, 'fast-and-complete', facts)).toBe(false)
    expect(observed(9, 'fast-and-complete', facts)).toContain('9 of 10 mails')
  })
  it('a double does not make up for a lost one', () => {
    expect(
      passes(9, 'fast-and-complete', [...group('r1', 120, tasks), ...mails(tasks.slice(1)), ...mails(['t1'])]),
    ).toBe(false)
  })
  it('ten mails of a slow first try do not count for a fast second one', () => {
    const inline = [
      request('r1', '/group'),
      ...tasks.map((id) => mail(`order-${id}`, WEB_PID)),
      response('r1', 10_100, { path: '/group' }),
    ]
    const second = group(
      'r2',
      100,
      tasks.map((id) => `second-${id}`),
    )
    expect(passes(9, 'fast-and-complete', [...inline, ...second])).toBe(false)
  })
  it('mails of another page do not count', () => {
    const buys = tasks.flatMap((id) => [request(`buy-${id}`), published(`buy-${id}`), response(`buy-${id}`, 20)])
    const facts = [
      ...group('r1', 100, ['t0']),
      ...mails(['t0']),
      ...buys,
      ...mails(tasks.slice(1).map((id) => `buy-${id}`)),
    ]
    expect(passes(9, 'fast-and-complete', facts)).toBe(false)
  })
  it('one task that sends all ten mails is a right way too', () => {
    const facts = [
      ...group('r1', 30, ['bulk']),
      ...tasks.map((id) => mail(`order-${id}`, CHILD_PID, { taskId: 'bulk' })),
    ]
    expect(passes(9, 'fast-and-complete', facts)).toBe(true)
  })
  it('one task that sends ten tasks is a right way too', () => {
    const facts = [...group('r1', 30, ['parent']), ...tasks.map((id) => published(id, 'worker@1')), ...mails(tasks)]
    expect(passes(9, 'fast-and-complete', facts)).toBe(true)
  })
  it('a mail of a child that has died since still counts', () => {
    const died: Fact = {
      kind: 'process-exited',
      process: 'worker@1/1',
      role: 'pool-process',
      pid: CHILD_PID,
      worker: 'worker@1',
      code: null,
      signal: 'SIGKILL',
      expected: false,
    }
    const again = started('pool-process', 'worker@1/3', 4203)
    expect(
      passes(9, 'fast-and-complete', [
        ...group('r1', 120, tasks),
        ...mails(tasks.slice(0, 5)),
        died,
        ...again,
        ...mails(tasks.slice(5), 4203),
      ]),
    ).toBe(true)
  })
})

describe('step 10, the note', () => {
  it('counts the words that were saved', () => {
    expect(passes(10, 'written', [{ kind: 'answer', question: 'note', choice: ['19'] }])).toBe(false)
    expect(passes(10, 'written', [{ kind: 'answer', question: 'note', choice: ['20'] }])).toBe(true)
    expect(passes(10, 'written', [{ kind: 'answer', question: 'other', choice: ['20'] }])).toBe(false)
  })
})
