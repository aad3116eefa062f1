/** Checks of scheduled work: what makes each green, and the nearly right stories that have to leave it red. */
import { describe, expect, it } from 'vitest'
import type { Fact, FeedItem } from '../../../src-main/contract/feed.js'
import { startWatch, type CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { Situation } from '../../../src-main/lesson-runner/checks/situation.js'
import { judge, type Verdict } from '../../../src-main/lesson-runner/checks/watch.js'
import { CHILD_PID, OTHER_CHILD_PID, mail, published, row, transaction, web, worker } from '../hand-made-facts.js'

type Timed = readonly [number, Fact]

const BEAT_PIDS = { beat: 4300, 'beat@2': 4301 } as const
type Beat = keyof typeof BEAT_PIDS

const runs = (from: number, every: number): readonly number[] => [0, 1, 2, 3, 4].map((n) => from + n * every)
const about = (process: Beat) => ({ process, entry: 'tally', task: 'tasks.tally' }) as const
const started = (process: Beat): Fact => ({ kind: 'process-started', process, role: 'beat', pid: BEAT_PIDS[process] })
const ready = (process: Beat): Fact => ({ kind: 'process-ready', process, role: 'beat', pid: BEAT_PIDS[process] })
const gone = (process: Beat): Fact => ({ kind: 'process-exited', process, role: 'beat', pid: BEAT_PIDS[process], code: 0, signal: null, expected: true }) // prettier-ignore
const planned = (nextMs: number, everyMs: number, process: Beat = 'beat'): Fact => ({ kind: 'beat-planned', ...about(process), schedule: 'freq', nextRunsMs: runs(nextMs, everyMs) }) // prettier-ignore
const due = (atMs: number, everyMs: number): Timed => [atMs, { kind: 'beat-due', ...about('beat'), nextRunsMs: runs(atMs + everyMs, everyMs) }] // prettier-ignore
const sent = (atMs: number, process: Beat = 'beat'): Timed => [atMs, { kind: 'beat-sent', ...about(process), taskId: `${process}-${atMs}` }] // prettier-ignore
const publishedBy = (taskId: string, by: string): Fact =>
  ({ ...(published(taskId, by) as object), taskName: 'tasks.tally' }) as Fact // of that kind, with another name
const event = (type: 'task-received' | 'task-succeeded' | 'task-revoked', taskId: string, fields = {}): Fact => ({ kind: 'task-event', type, taskId, hostname: 'celery@worker1', pid: 4200, clock: 1, fields }) // prettier-ignore
const slot = (pid: number, taskId: string | null): Fact => ({ kind: 'slot', worker: 'worker@1', pid, taskId })
const saved: Fact = { kind: 'file-saved', file: 'tasks.py', fingerprint: 'f' }

function verdictOf(check: CheckSpec, story: readonly Timed[], beats: readonly Beat[] = ['beat']): Verdict {
  const situation = new Situation()
  const before = [...web, ...worker, ...beats.map(started)]
  const items = [...before.map((fact): Timed => [0, fact]), ...story].map(([atMs, fact], index): FeedItem => ({
    seq: index + 1,
    atMs,
    fact,
  }))
  for (const item of items.slice(0, before.length)) situation.see(item)
  return judge(startWatch(check, new Map()), situation, items.slice(before.length))
}

describe('beat-sent', () => {
  const check = { kind: 'beat-sent', task: 'tasks.tally', atLeast: 2 } as const
  it('counts what the broker took', () => {
    expect(verdictOf(check, [sent(1), sent(2)])).toEqual({
      passed: true,
      observed: 'Beat sent 2 tasks.tally messages.',
    })
  })
  it('stays red for what was due and not sent, for another task, and for messages of the web app', () => {
    const failed: Timed = [2, { kind: 'beat-not-sent', ...about('beat'), error: 'no broker' }]
    const other: Timed = [3, { kind: 'beat-sent', ...about('beat'), task: 'tasks.other', taskId: 'o' }]
    const story = [sent(1), due(2, 1), failed, other, [4, published('t')] as Timed]
    expect(verdictOf(check, story)).toEqual({
      passed: false,
      observed: 'Beat sent 1 tasks.tally message, 1 could not be sent (seen instead: tasks.other). Waiting for 2.',
    })
  })
  it('says of a beat that was started without an entry what to do, once the entry is saved too', () => {
    const empty: readonly Timed[] = [
      [1, started('beat')],
      [2, ready('beat')],
    ]
    const nothing = 'Beat sent 0 tasks.tally messages: its schedule was empty when it started.'
    expect(verdictOf(check, empty, [])).toEqual({ passed: false, observed: `${nothing} Save an entry, and restart beat.` }) // prettier-ignore
    const late = [...empty, [3, saved] as Timed]
    expect(verdictOf(check, late, [])).toEqual({ passed: false, observed: `${nothing} A file was saved since: restart beat, so that it reads it.` }) // prettier-ignore
    const again: readonly Timed[] = [
      [4, gone('beat')],
      [5, started('beat')],
      [6, ready('beat')],
      [7, planned(8, 1)],
    ]
    expect(verdictOf(check, [...late, ...again], []).observed).toBe('Beat sent 0 tasks.tally messages. Waiting for 2.')
  })
})

describe('burst', () => {
  const check = { kind: 'burst', atLeast: 3, withinMs: 1_000, publishedOverMs: 3_000 } as const
  const story = (publishedMs: readonly number[], receivedMs: readonly number[], by = 'beat'): readonly Timed[] =>
    [
      ...publishedMs.map((at, n): Timed => [at, publishedBy(`t${n}`, by)]),
      ...receivedMs.map((at, n): Timed => [at, event('task-received', `t${n}`)]),
    ].sort((one, other) => one[0] - other[0])
  it('is green when messages that came over seconds are taken together', () => {
    expect(verdictOf(check, story([1_000, 3_000, 5_000], [9_000, 9_010, 9_020])).passed).toBe(true)
  })
  it('stays red when they are taken one by one, when they were sent together, and when the web app sent them', () => {
    expect(verdictOf(check, story([1_000, 3_000, 5_000], [1_010, 3_010, 5_010])).passed).toBe(false)
    expect(verdictOf(check, story([1_000, 1_010, 1_020], [9_000, 9_010, 9_020])).passed).toBe(false)
    expect(verdictOf(check, story([1_000, 3_000, 5_000], [9_000, 9_010, 9_020], 'web')).passed).toBe(false)
    expect(verdictOf(check, story([1_000, 3_000, 5_000], [9_000, 9_010])).passed).toBe(false)
  })
  it('counts a task that is received twice once', () => {
    const twice: Timed = [9_030, event('task-received', 't1')]
    expect(verdictOf(check, [...story([1_000, 5_000], [9_000, 9_010]), twice]).passed).toBe(false)
  })
})

describe('events with fields', () => {
  const check = { kind: 'events', type: 'task-revoked', fields: { expired: true }, atLeast: 1 } as const
  it('an expired task counts, one that somebody revoked does not', () => {
    expect(verdictOf(check, [[1, event('task-revoked', 'a', { expired: false })]]).passed).toBe(false)
    expect(verdictOf(check, [[1, event('task-revoked', 'a', { expired: true })]]).passed).toBe(true)
  })
})

describe('events of beat’s own messages', () => {
  it('a message that somebody sent with an expiry of his own is none of the schedule’s', () => {
    const check: CheckSpec = { kind: 'events', type: 'task-revoked', fields: { expired: true }, sentBy: 'beat', atLeast: 2 } // prettier-ignore
    const expired = (taskId: string, by: string): readonly Timed[] => [[1, publishedBy(taskId, by)], [2, event('task-revoked', taskId, { expired: true })]] // prettier-ignore
    expect(verdictOf(check, [...expired('a', 'beat'), ...expired('b', 'python')]).passed).toBe(false)
    expect(verdictOf(check, [...expired('a', 'beat'), ...expired('b', 'beat')]).passed).toBe(true)
  })
})

describe('made-up-for', () => {
  const check = { kind: 'made-up-for', missed: 3, then: 2 } as const
  const away = (backMs: number): readonly Timed[] => [sent(2_000), sent(4_000), [5_000, gone('beat')], [backMs, planned(6_000, 2_000)]] // prettier-ignore
  it('is green after one run at once and two at their interval', () => {
    expect(verdictOf(check, [...away(11_000), sent(11_010), sent(13_010), sent(15_010)])).toEqual({
      passed: true,
      observed: 'Beat missed 3 runs (every 2.0 s) and has sent 3 messages since: one at once, then one each interval.',
    })
  })
  it('stays red when too little was missed, when it was never away, and before the interval has shown', () => {
    expect(verdictOf(check, [...away(7_000), sent(7_010), sent(9_010), sent(11_010)]).passed).toBe(false)
    expect(verdictOf(check, [sent(2_000), sent(4_000), sent(6_000), sent(8_000)]).passed).toBe(false)
    expect(verdictOf(check, [...away(11_000), sent(11_010), sent(13_010)]).passed).toBe(false)
  })
  it('stays red when every missed run is made up for, and when beat forgot and waits an interval first', () => {
    expect(verdictOf(check, [...away(11_000), sent(11_010), sent(11_020), sent(11_030)]).passed).toBe(false)
    const forgot: readonly Timed[] = [sent(4_000), [11_000, planned(13_000, 2_000)]]
    expect(verdictOf(check, [...forgot, sent(13_000), sent(15_000), sent(17_000)]).passed).toBe(false)
  })
})

describe('two-beats', () => {
  const pairs = { kind: 'two-beats', what: 'pairs', atLeast: 2, withinMs: 1_000 } as const
  const singles = { kind: 'two-beats', what: 'singles', atLeast: 3, withinMs: 1_000 } as const
  const both = ['beat', 'beat@2'] as const
  it('two beats that send one entry within a moment make pairs', () => {
    const story = [sent(1_000), sent(1_300, 'beat@2'), sent(3_000), sent(3_300, 'beat@2')]
    expect(verdictOf(pairs, story, both)).toMatchObject({ passed: true, observed: '2 pairs from beat and beat@2, the closest 300 ms apart.' }) // prettier-ignore
  })
  it('stays red for one beat that is quick, and for two that are far apart', () => {
    expect(verdictOf(pairs, [sent(1_000), sent(1_300), sent(1_600), sent(1_900)]).passed).toBe(false)
    const apart = [sent(1_000), sent(2_500, 'beat@2'), sent(4_000), sent(5_500, 'beat@2')]
    expect(verdictOf(pairs, apart, both).passed).toBe(false)
  })
  it('one beat alone makes singles, whichever of the two is left', () => {
    const first: readonly Timed[] = [sent(1_000), [1_500, gone('beat')]]
    const story = [...first, sent(2_000, 'beat@2'), sent(3_000, 'beat@2'), sent(4_000, 'beat@2')]
    expect(verdictOf(singles, story, both).passed).toBe(true)
  })
  it('stays red while a second one runs, though it has sent nothing', () => {
    expect(verdictOf(singles, [sent(1_000), sent(2_000), sent(3_000)], both)).toMatchObject({ passed: false, observed: '2 beats run. Waiting until there is one.' }) // prettier-ignore
    const tooFew: readonly Timed[] = [[500, gone('beat@2')], sent(1_000), sent(2_000)]
    expect(verdictOf(singles, tooFew, both).passed).toBe(false)
  })
})

describe('overlap', () => {
  const three = { kind: 'overlap', task: 'tasks.tally', longerThanMs: 500, atLeast: 3, runs: 1, turnedAway: 0 } as const // prettier-ignore
  const alone = { kind: 'overlap', task: 'tasks.tally', longerThanMs: 500, atMost: 1, runs: 1, turnedAway: 1 } as const
  const tick = (atMs: number): Timed => [atMs, { kind: 'queue-lengths', queues: {}, unacked: 0 }]
  const run = (taskId: string, pid: number, beganMs: number, endMs: number | null): readonly Timed[] => [
    [beganMs, publishedBy(taskId, 'beat')],
    [beganMs, slot(pid, taskId)],
    ...(endMs === null ? [] : [[endMs, slot(pid, null)] as Timed]),
  ]
  const inOrder = (...parts: readonly (readonly Timed[])[]): readonly Timed[] =>
    parts.flat().sort((one, other) => one[0] - other[0])

  it('three at work at once are three', () => {
    const story = inOrder(run('a', 1, 0, 3_500), run('b', 2, 1_000, null), run('c', 3, 2_000, null), [tick(2_600)])
    expect(verdictOf(three, story).passed).toBe(true)
  })
  it('stays red when the third only looked in, when one was killed, and for another task', () => {
    const looked = inOrder(run('a', 1, 0, 3_500), run('b', 2, 1_000, null), run('c', 3, 2_000, 2_050), [tick(2_600)])
    expect(verdictOf(three, looked).passed).toBe(false)
    const killed: Timed = [2_100, { kind: 'process-exited', process: 'x', role: 'pool-process', pid: 1, code: null, signal: 'SIGKILL', expected: false }] // prettier-ignore
    const story = inOrder(run('a', 1, 0, null), run('b', 2, 1_000, null), run('c', 3, 2_000, null), [killed, tick(2_600)]) // prettier-ignore
    expect(verdictOf(three, story).passed).toBe(false)
    const others = inOrder(run('a', 1, 0, null), run('b', 2, 0, null), run('c', 3, 0, null), [tick(900)])
    expect(verdictOf({ ...three, task: 'tasks.other' }, others).passed).toBe(false)
  })
  it('a slot told before its message counts all the same', () => {
    const early = inOrder(run('a', 1, 0, null), run('b', 2, 0, null), [[0, slot(3, 'c')], [5, publishedBy('c', 'beat')], tick(900)]) // prettier-ignore
    expect(verdictOf(three, early).passed).toBe(true)
  })

  it('one long run that turns another away is alone', () => {
    const story = inOrder(run('a', 1, 0, 3_500), run('b', 2, 1_000, 1_040))
    expect(verdictOf(alone, story)).toMatchObject({ passed: true })
  })
  it('stays red when nobody was turned away, when nothing took long, and before the long one has ended', () => {
    expect(verdictOf(alone, run('a', 1, 0, 3_500)).passed).toBe(false)
    expect(verdictOf(alone, inOrder(run('a', 1, 0, 40), run('b', 2, 1_000, 1_040))).passed).toBe(false)
    expect(verdictOf(alone, inOrder(run('a', 1, 0, null), run('b', 2, 1_000, 1_040))).passed).toBe(false)
  })
  it('stays red when two were at work together, until a later run has been alone', () => {
    const two = [run('a', 1, 0, 3_500), run('b', 2, 1_000, 4_500), run('c', 3, 2_000, 2_040)]
    expect(verdictOf(alone, inOrder(...two, [tick(1_600)])).passed).toBe(false)
    const later = inOrder(...two, run('d', 1, 5_000, 8_500), run('e', 2, 6_000, 6_040), [tick(1_600)])
    expect(verdictOf(alone, later).passed).toBe(true)
  })
  it('stays red when the long run was killed', () => {
    const killed: Timed = [2_100, { kind: 'process-exited', process: 'x', role: 'pool-process', pid: 1, code: null, signal: 'SIGKILL', expected: false }] // prettier-ignore
    expect(verdictOf(alone, inOrder(run('a', 1, 0, null), run('b', 2, 1_000, 1_040), [killed])).passed).toBe(false)
  })
})

describe('cadence', () => {
  const check = { kind: 'cadence', old: 2, fresh: 1 } as const
  const old = [due(1_000, 1_000), sent(1_000), [1_500, saved] as Timed]
  const kept = [...old, sent(2_000), sent(3_000)]
  const restarted = (atMs: number, everyMs: number): Timed => [atMs, planned(atMs + everyMs, everyMs)]
  it('is green when the old interval went on after the save, and the restart brought another', () => {
    const story = [...kept, restarted(4_000, 3_000), sent(7_000), sent(10_000)]
    expect(verdictOf(check, story)).toMatchObject({ passed: true, observed: 'After the save still every 1.0 s (2 messages); since the restart every 3.0 s.' }) // prettier-ignore
  })
  it('stays red before the restart, and with a restart that came at once', () => {
    expect(verdictOf(check, kept)).toMatchObject({ passed: false, observed: '2 messages every 1.0 s since the file was saved: the old interval. Waiting for beat to be restarted.' }) // prettier-ignore
    expect(verdictOf(check, [...old, restarted(1_600, 3_000), sent(4_600), sent(7_600)])).toEqual({ passed: false, observed: 'Beat was restarted 0 messages after the save, 2 are needed in between. Waiting for a new interval to be saved.' }) // prettier-ignore
  })
  it('stays red when nothing was saved, when the interval is the same, and before the new one has shown', () => {
    const unsaved = [due(1_000, 1_000), sent(1_000), sent(2_000), sent(3_000), restarted(4_000, 3_000), sent(7_000)]
    expect(verdictOf(check, [...unsaved, sent(10_000)]).passed).toBe(false)
    expect(verdictOf(check, [...kept, restarted(4_000, 1_000), sent(5_000), sent(6_000)]).passed).toBe(false)
    expect(verdictOf(check, [...kept, restarted(4_000, 3_000), sent(7_000)]).passed).toBe(false)
  })
  it('what was saved before a beat started is no save for it', () => {
    const story = [...old, restarted(1_600, 1_000), sent(2_600), sent(3_600), sent(4_600), restarted(5_000, 3_000)]
    expect(verdictOf(check, [...story, sent(8_000), sent(11_000)]).passed).toBe(false)
  })
})

describe('accounted', () => {
  const check = { kind: 'accounted', orders: 'orders', tallies: 'tallies', column: 'tickets', atLeast: 2, waitedMs: 5_000 } as const // prettier-ignore
  const order = (id: string, atMs: number): Timed => [atMs, row('orders', id)]
  const tally = (id: string, tickets: number, atMs: number): Timed => [atMs, row('tallies', id, { tickets }, { pid: CHILD_PID })] // prettier-ignore
  const runDone = (taskId: string, atMs: number): readonly Timed[] => [[atMs, publishedBy(taskId, 'beat')], [atMs + 10, event('task-succeeded', taskId)]] // prettier-ignore
  const early = [order('1', 1_000), order('2', 1_100)]
  it('is green when late rows are counted and a further run leaves it so', () => {
    const story = [...early, tally('a', 2, 9_000), ...runDone('later', 11_000)]
    expect(verdictOf(check, story)).toEqual({ passed: true, observed: '2 rows in orders, 2 counted in tallies, 2 of them had waited 5.0 s or longer.' }) // prettier-ignore
  })
  it('stays red when some are missing, when some are counted twice, and when nothing waited', () => {
    expect(verdictOf(check, [...early, tally('a', 1, 9_000), ...runDone('l', 11_000)]).passed).toBe(false)
    const twice = [...early, tally('a', 2, 9_000), tally('b', 2, 11_000), ...runDone('l', 13_000)]
    expect(verdictOf(check, twice)).toMatchObject({ passed: false, observed: expect.stringContaining('2 too many') as string }) // prettier-ignore
    expect(verdictOf(check, [...early, tally('a', 2, 2_000), ...runDone('l', 4_000)]).passed).toBe(false)
  })
  it('stays red until one more run has come: the run that counted is not one more', () => {
    const counting: readonly Timed[] = [[8_900, publishedBy('t', 'beat')], tally('a', 2, 9_000), [9_010, event('task-succeeded', 't')]] // prettier-ignore
    expect(verdictOf(check, [...early, ...counting]).passed).toBe(false)
  })
  it('stays red for a tally of the last ten seconds that comes every ten seconds: nothing has waited for two of them', () => {
    const story = [...early, tally('a', 2, 9_000), ...runDone('later', 19_000)]
    expect(verdictOf(check, [[500, planned(8_900, 10_000)], ...story]).observed).toContain('waited 20 s or longer')
    expect(verdictOf(check, [[500, planned(8_900, 1_000)], ...story]).passed).toBe(true)
    const late = [...early, tally('a', 2, 22_000), ...runDone('later', 32_000)]
    expect(verdictOf(check, [[500, planned(8_900, 10_000)], ...late]).passed).toBe(true)
  })
  it('what a transaction rolled back was never counted', () => {
    const open = row('tallies', 'a', { tickets: 2 }, { transaction: 't1', pid: OTHER_CHILD_PID })
    const story = (phase: 'committed' | 'rolled-back'): readonly Timed[] => [...early, [9_000, open], [9_010, transaction('t1', phase, OTHER_CHILD_PID)], ...runDone('l', 11_000)] // prettier-ignore
    expect(verdictOf(check, story('rolled-back')).passed).toBe(false)
    expect(verdictOf(check, story('committed')).passed).toBe(true)
  })
})

describe('silence-noticed', () => {
  const check: CheckSpec = { kind: 'silence-noticed' }
  const mailed = (atMs: number): Timed => [atMs, mail('alarm', 4500)]
  const quiet = [sent(1_000), sent(2_000), sent(3_000)]
  const off: Timed = [4_000, gone('beat')]
  it('is green for a mail while beat is away, after it had been quiet', () => {
    expect(verdictOf(check, [...quiet, off, mailed(9_000)]).passed).toBe(true)
    expect(verdictOf(check, [mailed(500), ...quiet, off, mailed(9_000), mailed(12_000)]).passed).toBe(true)
  })
  it('stays red for a sign of life with each run, the last of which comes when beat has just gone', () => {
    const alive = [1_000, 2_000, 3_000].flatMap((at): readonly Timed[] => [sent(at), mailed(at + 50)])
    expect(verdictOf(check, [...alive, [4_000, sent(4_000)[1]], [4_010, gone('beat')], mailed(4_050)]).passed).toBe(false) // prettier-ignore
  })
  it('stays red while beat runs, and for one that was refused', () => {
    expect(verdictOf(check, [...quiet, mailed(3_500), off]).passed).toBe(false)
    expect(verdictOf(check, [...quiet, off, [9_000, mail('alarm', 4500, { refused: true })]]).passed).toBe(false)
    expect(verdictOf(check, [off, mailed(9_000)]).observed).toContain('3 of its messages without a mail')
  })
})

describe('run-marked', () => {
  const check = { kind: 'run-marked', as: 'twice' } as const
  const mark = (as: 'twice' | 'left-out', correct: boolean): Timed => [1, { kind: 'run-marked', as, crontab: '30 * * * *', zone: 'UTC', clock: 'Sun 02:30', correct }] // prettier-ignore
  it('is green for the right run, also after wrong ones', () => {
    expect(verdictOf(check, [mark('twice', false), mark('twice', true)])).toEqual({ passed: true, observed: 'Found: Sun 02:30 of 30 * * * * in UTC.' }) // prettier-ignore
  })
  it('stays red for another run, and for the other mark', () => {
    expect(verdictOf(check, [mark('twice', false), mark('left-out', true)])).toEqual({ passed: false, observed: '1 other run marked. Waiting for the run that comes twice.' }) // prettier-ignore
  })
})
