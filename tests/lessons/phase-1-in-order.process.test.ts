/**
 * Phase 1 as a learner takes it, from the first step to the last, on the real lab: each step turns green by the solution, nothing is torn
 * down between steps that fit together, and a learner's mistakes are met with the sentence that helps.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StepView } from '../../src-main/contract/views.js'
import { createLab } from '../../src-main/lab/lab.js'
import type { Lab } from '../../src-main/lab/lab-interface.js'
import { createLessonRunner } from '../../src-main/lesson-runner/lesson-runner.js'
import type { LessonRunner } from '../../src-main/lesson-runner/lesson-runner-interface.js'
import { entriesFolder } from '../support/entries.js'
import { waitFor } from '../support/wait-for.js'

const PHASE = '01-what-celery-is'
let dataFolder = ''
let lab: Lab
let runner: LessonRunner

beforeAll(async () => {
  const snapshotFile = join(entriesFolder(), '../python/snapshot.bin')
  if (!existsSync(snapshotFile)) throw new Error(`no ${snapshotFile}: build first`)
  dataFolder = await mkdtemp(join(tmpdir(), 'phase-1-'))
  lab = createLab({
    entriesFolder: entriesFolder(),
    execPath: process.execPath,
    snapshotFile,
    bundledRedisFolder: null,
    builtRedisFolder: null,
    dataFolder,
  })
  expect(await lab.start()).toEqual({ ok: true, value: null })
  runner = createLessonRunner({ lessonsFolder: join(import.meta.dirname, '../../lessons'), dataFolder }, lab)
})
afterAll(async () => {
  await runner.close()
  await lab.stop()
  await rm(dataFolder, { recursive: true, force: true })
})

const steps = (): readonly StepView[] => runner.lesson()?.steps ?? []
const step = (number: number): StepView => steps()[number - 1] ?? expect.fail(`there is no step ${number}`)
const builds = (): number => lab.record.itemsAfter(0).filter((item) => item.fact.kind === 'stage-reset').length
const web = (): Promise<string> => readFile(join(dataFolder, 'workspace', PHASE, 'web.py'), 'utf8')
const done = (number: number): Promise<unknown> =>
  waitFor(`step ${number} is done`, () => step(number).state === 'done', {
    timeoutSeconds: 120,
    describe: () => step(number).observed,
  })
const observed = (number: number, sentence: RegExp): Promise<unknown> =>
  waitFor(`step ${number} observes ${sentence}`, () => sentence.test(step(number).observed), {
    describe: () => step(number).observed,
  })
async function goTo(number: number): Promise<void> {
  expect(await runner.step(step(number).id)).toEqual({ ok: true, value: null })
}

it('from the first step to the last', { timeout: 240_000 }, async () => {
  expect(await runner.resume()).toEqual({ ok: true, value: null })
  expect(step(1).state).toBe('now')
  // Selling in the background sends the same mail, but this step is about the page.
  await lab.buy({ count: 1, path: '/buy?mail=background', together: false })
  await waitFor('the mail of the background', () => step(1).checks[1]?.observed.includes('seen instead: by worker@1'))
  expect(step(1).state).toBe('now')
  await lab.buy({ count: 1, path: '/buy', together: false })
  await done(1)

  await goTo(2)
  await lab.buy({ count: 5, path: '/buy', together: true })
  await done(2)
  expect(step(2).observed).toMatch(/^The first buyer waited \d\.\d s, number 5 waited 2\d s: \d\.\d times as long\.$/)

  await goTo(3)
  await lab.buy({ count: 1, path: '/buy', together: false })
  await observed(3, /answered 201 after (?:[4-9]\.\d|\d\d) s\. Waiting for an answer in under 1\.0 s\.$/)
  expect(await runner.saveFile('web.py', 'MAIL = (')).toEqual({ ok: true, value: null })
  expect(runner.files().find((file) => file.name === 'web.py')?.problem?.place).toMatchObject({
    file: 'web.py',
    line: 1,
  })
  const start = runner.files().find((file) => file.name === 'web.py')?.startText ?? ''
  const mine = start.replace("MAIL = 'inline'", "MAIL = 'background'  # my own edit")
  expect(await runner.saveFile('web.py', mine)).toEqual({ ok: true, value: null })
  expect(runner.files().find((file) => file.name === 'web.py')?.problem).toBeNull()
  await lab.buy({ count: 2, path: '/buy', together: false }) // on a busy machine the first may miss the second
  await done(3)
  expect(builds()).toBe(1)

  await goTo(4)
  expect(await runner.showMe(step(4).id)).toEqual({ ok: true, value: null })
  await goTo(5)
  await lab.buy({ count: 1, path: '/buy', together: false })
  await done(5)
  await goTo(6)
  expect(step(6).observed).toContain('0 workers ready')
  await lab.startWorker('worker@1')
  await done(6)
  expect(step(6).observed).toMatch(
    /1 mail by worker@1's child \(pid \d+\), \d+(\.\d)? s after its message was published/,
  )
  for (const quiz of [7, 8]) {
    await goTo(quiz)
    expect(step(quiz).state).toBe('now')
    expect(await runner.showMe(step(quiz).id)).toEqual({ ok: true, value: null })
    await done(quiz)
  }
  expect(builds()).toBe(1)
  expect(await web()).toBe(mine)

  await goTo(9)
  expect(builds()).toBe(1)
  await lab.buy({ count: 1, path: '/group', together: false })
  await observed(9, /answered 201 after \d\d s\. Waiting for an answer in under 1\.0 s\.$/)
  const solved = mine.replace('        send_confirmation(next', '        send_confirmation.delay(next')
  expect(solved).not.toBe(mine)
  expect(await runner.saveFile('web.py', solved)).toEqual({ ok: true, value: null })
  await lab.buy({ count: 1, path: '/buy', together: false })
  await lab.buy({ count: 3, path: '/group', together: false }) // on a busy machine one of them may miss the second
  expect(step(9).state).toBe('now') // the pages have answered; ten mails take five seconds
  await done(9)
  await goTo(10)
  expect(await runner.writeNote(step(10).id, 'word '.repeat(20))).toEqual({ ok: true, value: null })
  await done(10)
  expect(runner.phases()[0]?.done).toBe(true)
})
