/** The notebook: a card when a phase's main point was seen, with the run behind it and the learner's own words; notes; a whole phase. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NotebookView } from '../../src-main/contract/course-views.js'
import { createLessonRunner } from '../../src-main/lesson-runner/lesson-runner.js'
import type { LessonRunner } from '../../src-main/lesson-runner/lesson-runner-interface.js'
import { Notebook } from '../../src-main/lesson-runner/session/notebook.js'
import { mail, published, request, response, started, CHILD_PID, OTHER_CHILD_PID } from './hand-made-facts.js'
import { HandMadeLab } from './hand-made-lab.js'

const lessonsFolder = join(import.meta.dirname, '../../lessons')
const PHASE = '01-what-celery-is'
const STEP = '03-hand-it-over'
const NOTE_STEP = '10-a-job-of-your-own'
let dataFolder = ''
let lab: HandMadeLab
let runner: LessonRunner

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'notebook-'))
  lab = new HandMadeLab()
  runner = createLessonRunner({ lessonsFolder, dataFolder }, lab)
})
afterEach(async () => {
  await runner.close()
  await rm(dataFolder, { recursive: true, force: true })
})

async function read(): Promise<NotebookView> {
  const reply = await runner.notebook.read()
  return reply.ok ? reply.value : expect.fail(reply.problem.what)
}
async function run() {
  const reply = await runner.notebook.run(PHASE, STEP)
  return reply.ok ? reply.value : expect.fail(reply.problem.what)
}

/** Step 3 turns green: the page answers fast, and the mail leaves another process. */
function handedOver(id: string): void {
  lab.happen(
    request(id),
    published(id),
    response(id, 20),
    { kind: 'memory', process: 'worker@1', pid: CHILD_PID, rssBytes: 1 },
    mail(id, CHILD_PID, { taskId: id }),
  )
}
async function greenCard(): Promise<void> {
  await runner.openAt({ phase: 1, step: 3 })
  handedOver('a')
  await expect.poll(async () => (await read()).cards.length).toBe(1)
}

describe('a card', () => {
  it('is kept when the step with the aha turns green, and not before', async () => {
    await runner.openAt({ phase: 1, step: 3 })
    expect((await read()).cards).toEqual([])
    handedOver('a')
    await expect.poll(async () => (await read()).cards.length).toBe(1)
    const [card] = (await read()).cards
    expect(card).toMatchObject({ place: { phaseNumber: 1, stepNumber: 3, step: STEP }, words: '' })
    expect(card?.ahaText).toContain('A queue does not make work faster')
    expect(runner.lesson()?.steps[2]?.ahaText).toBe(card?.ahaText)
  })

  it('has the facts of the step behind it, from its start on, without noise', async () => {
    await greenCard()
    const { items, leftOut } = await run()
    expect(items.map((item) => item.fact.kind)).toEqual([
      'http-request',
      'message-published',
      'http-response',
      'ledger-row',
    ])
    expect(leftOut).toBe(0)
  })

  it('keeps the learner’s words over a restart, and when the step is done once more', async () => {
    await greenCard()
    await runner.notebook.writeCard(PHASE, STEP, 'The mail moved next door.')
    await runner.reset('step')
    handedOver('b')
    await expect.poll(async () => JSON.stringify((await run()).items)).toContain('"b"')
    await runner.close()
    runner = createLessonRunner({ lessonsFolder, dataFolder }, new HandMadeLab())
    expect((await read()).cards[0]?.words).toBe('The mail moved next door.')
  })

  it('is deleted, and goes with everything else when everything is reset', async () => {
    await greenCard()
    await runner.notebook.deleteCard(PHASE, STEP)
    expect((await read()).cards).toEqual([])
    await runner.reset('step')
    handedOver('b')
    await expect.poll(async () => (await read()).cards.length).toBe(1)
    await runner.reset('everything')
    expect((await read()).cards).toEqual([])
  })

  it('that cannot be read is told, kept aside, and leaves the others', async () => {
    await greenCard()
    await writeFile(join(dataFolder, 'notebook', PHASE, `${STEP}.json`), '{ "version": 1, "ph')
    expect((await read()).cards).toEqual([])
    expect(lab.problems.map((problem) => problem.code)).toEqual(['card-unreadable'])
    expect(await readdir(join(dataFolder, 'notebook', PHASE))).toEqual([`${STEP}.json.unreadable`])
  })

  it('of a step that does not exist is neither read nor written', async () => {
    for (const [phase, step] of [
      [PHASE, '99-nothing'],
      ['../..', 'etc'],
      [PHASE, '../../progress'],
    ] as const) {
      expect((await runner.notebook.run(phase, step)).ok).toBe(false)
      expect((await runner.notebook.writeCard(phase, step, 'x')).ok).toBe(false)
      expect((await runner.notebook.deleteCard(phase, step)).ok).toBe(false)
    }
  })

  it('that cannot be written is told, and the step is green all the same', async () => {
    await writeFile(join(dataFolder, 'notebook'), 'a file where the folder should be')
    await runner.openAt({ phase: 1, step: 3 })
    handedOver('a')
    await expect.poll(() => lab.problems.map((problem) => problem.code)).toEqual(['cannot-save'])
    expect(runner.lesson()?.steps[2]?.state).toBe('done')
  })
})

describe('a long run', () => {
  it('is kept from its end, and says how many facts were left out', async () => {
    const book = new Notebook(dataFolder, () => undefined)
    const items = Array.from({ length: 1000 }, (_, at) => ({ seq: at + 1, atMs: at, fact: request(`r${at}`) }))
    await book.keepRun(PHASE, STEP, items)
    const card = await book.read(PHASE, STEP)
    expect(card?.items.length).toBe(300)
    expect(card?.leftOut).toBe(700)
    expect(card?.items.at(-1)?.seq).toBe(1000)
  })

  it('of long facts stays below a third of a megabyte', async () => {
    const book = new Notebook(dataFolder, () => undefined)
    const long = { ...request('r'), path: `/${'x'.repeat(5000)}` }
    await book.keepRun(
      PHASE,
      STEP,
      Array.from({ length: 200 }, (_, at) => ({ seq: at + 1, atMs: at, fact: long })),
    )
    const text = await readFile(join(dataFolder, 'notebook', PHASE, `${STEP}.json`), 'utf8')
    expect(text.length).toBeLessThan(310_000)
    expect((await book.read(PHASE, STEP))?.leftOut).toBeGreaterThan(100)
  })
})

describe('notes and whole phases', () => {
  it('show what was written in a step that asks for it, and take changes from outside its phase', async () => {
    await runner.resume()
    expect((await read()).notes).toEqual([])
    await runner.writeNote(NOTE_STEP, 'Our invoices.')
    expect((await read()).notes).toMatchObject([{ text: 'Our invoices.', place: { stepNumber: 10 } }])
    await runner.notebook.writeNote(PHASE, NOTE_STEP, 'Our invoices, and the reports.')
    expect(runner.lesson()?.steps[9]?.noteText).toBe('Our invoices, and the reports.')
    await runner.notebook.writeNote(PHASE, NOTE_STEP, ' ')
    expect((await read()).notes).toEqual([])
  })

  it('have what was measured for them below, the newest, also after a start of the app', async () => {
    const slots = (observed: string) => [{ label: 'How many slots there are', observed }]
    const measured = () => runner.lesson()?.steps[20]?.measured
    await runner.openAt({ phase: 7, step: 21 })
    expect(measured()).toEqual(slots('2 children ready.')) // the other two checks wait for mails
    lab.happen(...started('pool-process', 'worker@1/3', OTHER_CHILD_PID + 1))
    expect(measured()).toEqual(slots('3 children ready.'))
    await runner.writeNote('21-your-runbook', 'Look at the queues first.')
    await runner.close()
    runner = createLessonRunner({ lessonsFolder, dataFolder }, new HandMadeLab())
    const [note] = (await read()).notes
    expect(note).toMatchObject({ text: 'Look at the queues first.', measured: slots('3 children ready.') })
  })

  it('give a phase with texts, progress, answers, files and cards', async () => {
    await greenCard()
    await runner.saveFile('web.py', '# mine\n')
    await mkdir(join(dataFolder, 'workspace', PHASE), { recursive: true })
    const reply = await runner.notebook.phase(PHASE)
    if (!reply.ok) expect.fail(reply.problem.what)
    const { lesson, files, cards } = reply.value
    expect(lesson.steps.map((step) => step.state)).toEqual(['todo', 'todo', 'done', ...Array(7).fill('todo')])
    expect(lesson.phase).toMatchObject({ steps: 10, stepsDone: 1, done: false })
    expect(files.find((file) => file.name === 'web.py')?.text).toBe('# mine\n')
    expect(cards).toHaveLength(1)
    const none = await runner.notebook.phase('99-no-such-phase')
    expect(none.ok ? '' : none.problem.code).toBe('no-such-phase')
  })
})

describe('a guess of a step that is done', () => {
  const DAY_MS = 86_400_000
  /** Reads the notebook as it is so many days from now. */
  async function guessesIn(days: number): Promise<NotebookView['guesses']> {
    const real = Date.now()
    const clock = vi.spyOn(Date, 'now').mockReturnValue(real + days * DAY_MS)
    try {
      return (await read()).guesses
    } finally {
      clock.mockRestore()
    }
  }
  async function guess(choice: string) {
    const reply = await runner.notebook.guess(PHASE, STEP, [choice])
    return reply.ok ? reply.value : expect.fail(reply.problem.what)
  }

  it('is asked again after a day, without an answer in it', async () => {
    expect(await guessesIn(2)).toEqual([])
    await greenCard()
    expect(await guessesIn(0.9)).toEqual([])
    const [asked] = await guessesIn(1.1)
    expect(asked).toMatchObject({ place: { step: STEP }, question: { id: 'same-mail', chosen: [], outcome: null } })
  })

  it('comes back after longer and longer when it is right, and after a day when it is not', async () => {
    await greenCard()
    expect(await guess('same')).toMatchObject({ outcome: { correct: true, right: ['same'] }, nextInDays: 3 })
    expect(await guessesIn(2.9)).toEqual([])
    expect(await guessesIn(3.1)).toHaveLength(1)
    expect((await guess('same')).nextInDays).toBe(7)
    const wrong = await guess('never')
    expect(wrong).toMatchObject({ outcome: { correct: false }, nextInDays: 1 })
    expect(wrong.outcome.reasons['never']).toContain('A worker is running')
    expect(await guessesIn(1.1)).toHaveLength(1)
  })

  it('is kept over a restart, and goes with the step', async () => {
    await greenCard()
    await guess('same')
    await runner.close()
    runner = createLessonRunner({ lessonsFolder, dataFolder }, new HandMadeLab())
    await runner.resume()
    expect(await guessesIn(2.9)).toEqual([])
    expect(await guessesIn(3.1)).toHaveLength(1)
    await runner.reset('everything')
    expect(await guessesIn(99)).toEqual([])
    expect(await runner.notebook.guess(PHASE, STEP, ['same'])).toMatchObject({ problem: { code: 'no-such-guess' } })
  })
})
