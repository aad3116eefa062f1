/** A learner's actions as data reach the lab as what they say. */
import { expect, test } from 'vitest'
import { carryOut, type Hands } from '../../../src-main/lesson-runner/session/carry-out.js'
import { HandMadeLab } from '../hand-made-lab.js'

function hands(lab: HandMadeLab): Hands {
  const none = (): never => expect.fail('not asked for')
  return {
    lab,
    signal: new AbortController().signal,
    ...{ saveSolutionFile: none, answer: none, writeNote: none, exportProject: none, areGreen: none, missing: none },
  }
}

test('lines are typed into the terminal that the action names, one after the other', async () => {
  const lab = new HandMadeLab()
  const lines = [
    { do: 'python', line: 'from tasks import add' },
    { do: 'console', line: 'celery -A tasks status', waitSeconds: 5 },
  ] as const
  expect(await carryOut(lines, hands(lab))).toEqual({ ok: true, value: null })
  expect(lab.asked).toEqual(['python from tasks import add', 'console celery -A tasks status'])
})

test('a line that could not be typed ends what follows it', async () => {
  const lab = new HandMadeLab()
  const busy = { code: 'terminal-busy', what: 'busy', meaning: '', next: '' }
  const typed = { ...lab.typed, typeLine: async () => ({ ok: false, problem: busy }) as const }
  const blocked = Object.assign(lab, { typed })
  const lines = [
    { do: 'python', line: '1+1' },
    { do: 'buy', count: 1, path: '/buy', together: true },
  ] as const
  expect(await carryOut(lines, hands(blocked))).toEqual({ ok: false, problem: busy })
  expect(lab.asked).toEqual([])
})

test('of files saved one after the other only the last one is loaded: what runs is restarted once', async () => {
  const lab = new HandMadeLab()
  const saved: unknown[] = []
  const saveSolutionFile: Hands['saveSolutionFile'] = async (file, version, more) => {
    saved.push([file, version, more])
    return { ok: true, value: null }
  }
  const save = { do: 'save-file', fromSolution: true } as const
  const actions = [
    { ...save, file: 'tasks.py', version: 'half' },
    { ...save, file: 'web.py' },
    { do: 'restart-web' },
    { ...save, file: 'tasks.py' },
  ] as const
  await carryOut(actions, { ...hands(lab), saveSolutionFile })
  expect(saved).toEqual([
    ['tasks.py', 'half', true],
    ['web.py', undefined, false],
    ['tasks.py', undefined, false],
  ])
})

test('children that are still starting are waited for, and how many were ready is said when they take too long', async () => {
  const lab = new HandMadeLab()
  const child = (pid: number, state: 'starting' | 'ready') => ({ pid, label: `ForkPoolWorker-${pid}`, state })
  let children = [child(1, 'ready'), child(2, 'starting')]
  const process = { name: 'worker@1', role: 'worker', pid: 9, state: 'ready', fingerprint: null, stale: false } as const
  const view = lab.view()
  lab.view = () => ({ ...view, processes: [{ ...process, children, concurrency: 2 }] })
  const wait = (timeoutSeconds: number) =>
    carryOut([{ do: 'wait-for-children', worker: 'worker@1', ready: 2, timeoutSeconds }], hands(lab))
  expect(await wait(0.01)).toMatchObject({
    ok: false,
    problem: { what: 'Waited 0.01 s for 2 children of worker@1. Ready so far: 1.' },
  })
  const waiting = wait(60)
  children = [child(1, 'ready'), child(2, 'ready')]
  lab.note({ kind: 'process-ready', process: 'worker@1/2', role: 'pool-process', pid: 2 })
  expect(await waiting).toEqual({ ok: true, value: null })
})
