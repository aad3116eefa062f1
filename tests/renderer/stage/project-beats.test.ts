/** Beat on the stage: what it has on its schedule, when it comes next, and what is said of it in words. */
import { expect, it } from 'vitest'
import { drawStage } from '../../../src-renderer/stage/stage-lanes.js'
import { projectStage } from '../../../src-renderer/stage/stage-projection.js'
import { EMPTY_STAGE, type StageState } from '../../../src-renderer/stage/stage-state.js'
import { sayFact } from '../../../src-renderer/words/say-fact.js'
import { sayNextRun, saySchedule } from '../../../src-renderer/words/say-beat.js'
import { sayStage } from '../../../src-renderer/words/say-stage.js'
import type { Fact } from '../../../src-main/contract/feed.js'
import { Story } from '../../support/window-preview/story.js'

const about = { process: 'beat', entry: 'tally', task: 'tasks.tally_sales' } as const
const runs = [1_002_000, 1_004_000]
const planned: Fact = { kind: 'beat-planned', ...about, schedule: 'freq: 2.00 seconds', nextRunsMs: runs }
const due = (nextRunsMs: readonly number[]): Fact => ({ kind: 'beat-due', ...about, nextRunsMs })
const sent: Fact = { kind: 'beat-sent', ...about, taskId: 'abcd-1' }
const starts: readonly Fact[] = [
  { kind: 'process-started', process: 'beat', role: 'beat', pid: 7 },
  planned,
  { kind: 'process-ready', process: 'beat', role: 'beat', pid: 7 },
]
const exited: Fact = { kind: 'process-exited', process: 'beat', role: 'beat', pid: 7, code: null, signal: 'SIGKILL', expected: false } // prettier-ignore
const after = (...facts: readonly Fact[]): StageState =>
  projectStage(EMPTY_STAGE, new Story(1_000_000).tell(...starts, ...facts).items)

it('a beat stands on the stage with its schedule from its start', () => {
  expect(after().beats.get('beat')).toMatchObject({
    state: 'ready',
    ticks: 0,
    entries: [{ entry: 'tally', schedule: 'freq: 2.00 seconds', nextRunsMs: runs, sent: 0, error: null }],
  })
})

it('a due entry ticks and shows the run after; only a message that was sent is counted', () => {
  const beat = after(due([1_004_000])).beats.get('beat')
  expect(beat).toMatchObject({ ticks: 1, entries: [{ nextRunsMs: [1_004_000], sent: 0 }] })
  expect(after(due([1_004_000]), sent).beats.get('beat')?.entries[0]?.sent).toBe(1)
  const failed = after({ kind: 'beat-not-sent', ...about, error: 'broker gone' }).beats.get('beat')
  expect(failed?.entries[0]).toMatchObject({ sent: 0, error: 'broker gone' })
})

it('two beats are two; a killed one is gone from a new step, one that runs begins to count anew', () => {
  const second = starts.map((fact) => ({ ...fact, process: 'beat@2' }) as Fact)
  const both = after(sent, ...second)
  expect([...both.beats.keys()]).toEqual(['beat', 'beat@2'])
  const reset: Fact = { kind: 'stage-reset', lesson: 'l', step: 's' }
  const next = after(sent, ...second, exited, reset)
  expect([...next.beats.keys()]).toEqual(['beat@2'])
  expect(after(sent, reset).beats.get('beat')?.entries[0]).toMatchObject({ sent: 0, schedule: 'freq: 2.00 seconds' })
})

it('the live list tells of beat what the picture shows', () => {
  const lines = (state: StageState): readonly string[] => sayStage(state, drawStage(state))
  expect(lines(after(sent))).toContain('beat: ready, 1 entry on its schedule')
  expect(lines(after(sent)).join('\n')).toMatch(/beat sends tally every 2 s: sent 1 time, next runs: \d\d:\d\d:\d\d/)
  expect(lines(after(exited))).toContain('beat: not running, nothing is scheduled')
})

it('schedules and next runs read as words', () => {
  expect(saySchedule('freq: 1.50 seconds')).toBe('every 1.5 s')
  expect(saySchedule('freq: 1.00 day')).toBe('every 1 d')
  expect(saySchedule('crontab: 0 4 * * mon (m/h/dM/MY/d)')).toBe('by crontab 0 4 * * mon')
  expect(sayNextRun([1_000, 3_000], 2_000)).toBe('next in 1.0 s')
  expect(sayNextRun([1_000, 3_000], 2_718)).toBe('next in 0.3 s')
  expect(sayNextRun([1_000], 2_000)).toBe('due')
  expect(sayNextRun([], 2_000)).toBe('never')
})

it('the timeline says what beat sent, and what it could not', () => {
  expect(sayFact(sent)).toMatchObject({ text: 'beat sent tally_sales abcd-1: tally was due', taskId: 'abcd-1' })
  expect(sayFact(due([]))).toBeNull()
  expect(sayFact({ kind: 'beat-not-sent', ...about, error: 'x' })).toMatchObject({ mood: 'bad' })
})
