/**
 * The course as it is taken: what is opened, built, kept, saved and shown. The lab's facts are written by hand; files are real.
 * One file, because what a learner does next depends on what they did before, whichever part of the runner answers.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LessonView, StepView } from '../../src-main/contract/views.js'
import { createLessonRunner } from '../../src-main/lesson-runner/lesson-runner.js'
import type { LessonRunner } from '../../src-main/lesson-runner/lesson-runner-interface.js'
import { lengths, mail, published, request, response, CHILD_PID, WEB_PID } from './hand-made-facts.js'
import { HandMadeLab } from './hand-made-lab.js'
import { shortCourse } from './short-course.js'

const lessonsFolder = shortCourse()
const PHASE = '01-what-celery-is'
let dataFolder = ''
let lab: HandMadeLab
let runner: LessonRunner

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'lesson-runner-'))
  lab = new HandMadeLab()
  runner = createLessonRunner({ lessonsFolder, dataFolder }, lab)
})
afterEach(async () => {
  await runner.close()
  expect(lab.listening()).toBe(0)
  await rm(dataFolder, { recursive: true, force: true })
})

/** As after a crash: a new runner on the same folder, with a new lab. The old one is not asked to end anything. */
async function restart(): Promise<void> {
  const crashed = runner
  lab = new HandMadeLab()
  runner = createLessonRunner({ lessonsFolder, dataFolder }, lab)
  await crashed.close()
  expect(await runner.resume()).toEqual({ ok: true, value: null })
}

const lesson = (): LessonView => runner.lesson() ?? expect.fail('no lesson is open')
const step = (number: number): StepView => lesson().steps[number - 1] ?? expect.fail(`there is no step ${number}`)
const stepId = (number: number): string => step(number).id
const goTo = (number: number): Promise<unknown> => runner.step(stepId(number))
const file = (name: string) => runner.files().find((one) => one.name === name) ?? expect.fail(`no ${name}`)
const onDisk = (name: string): Promise<string> => readFile(join(dataFolder, 'workspace', PHASE, name), 'utf8')
const inlinePage = (): void => lab.happen(request('r1'), mail('1', WEB_PID), response('r1', 4100))
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('opening the course', () => {
  it('begins with the first step of phase 1 and builds its start state', async () => {
    await runner.resume()
    expect(lesson().phase.number).toBe(1)
    expect(step(1).state).toBe('now')
    expect(lab.asked).toEqual(['build 01-the-page-waits', 'start worker@1'])
    expect(await onDisk('web.py')).toContain("MAIL = 'inline'")
    expect(lesson().busy).toBeNull()
    expect([step(1).file, step(3).file, step(9).file]).toEqual([null, 'web.py', 'web.py'])
  })
  it('gives a quiz the topology that it states, and leaves the stage alone for one that states none', async () => {
    await runner.resume()
    await goTo(5) // no worker runs
    lab.asked.length = 0
    await goTo(7)
    expect(lab.asked).toEqual(['start worker@1'])
    lab.asked.length = 0
    await goTo(8)
    expect(lab.asked).toEqual([])
  })
  it('says that a phase is not written yet, and stays', async () => {
    const onlyFirst = join(dataFolder, 'lessons')
    await cp(join(lessonsFolder, PHASE), join(onlyFirst, PHASE), { recursive: true })
    await cp(join(lessonsFolder, 'course.json'), join(onlyFirst, 'course.json'))
    await runner.close()
    runner = createLessonRunner({ lessonsFolder: onlyFirst, dataFolder }, lab)
    await runner.resume()
    const reply = await runner.open('02-broker-and-worker')
    expect(reply.ok ? '' : reply.problem.code).toBe('phase-not-written')
    expect(lesson().phase.number).toBe(1)
    expect(runner.phases().map((phase) => phase.available)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
    ])
  })
  it('shows what it is doing while it builds, and building can be cancelled', async () => {
    lab.holdBuild = true
    const opening = runner.resume()
    await expect.poll(() => runner.lesson()?.busy).toContain('Building the start state')
    await runner.cancel()
    const reply = await opening
    expect(reply.ok ? '' : reply.problem.code).toBe('cancelled')
    expect(lesson().busy).toBeNull()
    lab.holdBuild = false
    await goTo(1)
    expect(lab.asked.filter((one) => one.startsWith('build'))).toHaveLength(2)
  })
})

describe('a step', () => {
  beforeEach(() => runner.resume())

  it('turns done by itself, and then shows what was observed', async () => {
    expect(step(1).observed).toContain('No answer seen yet')
    inlinePage()
    expect(step(1).state).toBe('done')
    expect(step(1).observed).toBe('POST /buy answered 201 after 4.1 s. 1 mail by the web process (pid 4100).')
    expect(step(1).checks.every((check) => check.passed)).toBe(true)
  })
  it('is told at most five times a second when facts rush in', async () => {
    let told = 0
    runner.onChange(() => (told += 1))
    for (let index = 0; index < 500; index += 1) lab.happen(request(`r${index}`), response(`r${index}`, 10))
    expect(told).toBe(0)
    await expect.poll(() => told).toBe(1)
  })
  it('comes to the same verdict when asked to check again', async () => {
    inlinePage()
    const before = step(1).checks
    await runner.recheck(stepId(1))
    expect(step(1).checks).toEqual(before)
  })
  it('compares a prediction only after the fact', async () => {
    await runner.answer('how-long', ['at-once'])
    expect(step(1).prediction).toMatchObject({ chosen: ['at-once'], outcome: null })
    inlinePage()
    expect(step(1).prediction?.outcome).toMatchObject({ right: ['as-long'], correct: false })
    expect(step(1).prediction?.outcome?.reasons['as-long']).toContain('4 seconds')
  })
  it('refuses an answer that is not among the options', async () => {
    const reply = await runner.answer('how-long', ['yesterday'])
    expect(reply.ok).toBe(false)
    expect(step(1).prediction?.chosen).toEqual([])
  })
})

describe('going on', () => {
  beforeEach(() => runner.resume())

  it('tears nothing down when the next step begins with what stands', async () => {
    inlinePage()
    lab.asked.length = 0
    await goTo(2)
    expect(lab.asked).toEqual([])
    expect(step(2).state).toBe('now')
    expect(step(2).observed).toContain('0 fitting answers')
  })
  it('does not count facts from before the step', async () => {
    const burst = [1, 2, 3, 4, 5]
    lab.happen(...burst.map((one) => request(`r${one}`)), ...burst.map((one) => response(`r${one}`, one * 4000)))
    await goTo(2)
    await runner.recheck(stepId(2))
    expect(step(2).checks.every((check) => !check.passed)).toBe(true)
  })
  it('changes only what differs: mail server on, worker off', async () => {
    await goTo(4)
    await lab.applyFault({ kind: 'stop-mail' })
    lab.asked.length = 0
    await goTo(5)
    expect(lab.asked).toEqual(['start-mail', 'stop worker@1'])
  })
  it('builds the start state when messages are left over', async () => {
    lab.happen(lengths(3))
    lab.asked.length = 0
    await goTo(2)
    expect(lab.asked[0]).toBe('build 02-five-at-once')
  })
  it('keeps the message that step 5 left for step 6', async () => {
    await goTo(5)
    lab.happen(request('r1'), published('t1'), response('r1', 20, { status: 202 }), lengths(1))
    expect(step(5).state).toBe('done')
    lab.asked.length = 0
    await goTo(6)
    expect(lab.asked).toEqual([])
    expect(step(6).state).toBe('now')
  })
  it('puts a message there when one jumps to step 6', async () => {
    lab.onBuy = () => lab.happen(lengths(1))
    await goTo(6)
    expect(lab.asked.slice(-2)).toEqual(['stop worker@1', 'buy /buy?mail=background'])
  })
  it("says so when the learner's code leaves no message there", async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const going = runner.step(stepId(6))
      await vi.waitFor(() => expect(lab.asked.at(-1)).toBe('buy /buy?mail=background'))
      await settled()
      await vi.advanceTimersByTimeAsync(15_000)
      const reply = await going
      expect(reply.ok ? '' : reply.problem.what).toBe(
        'This step begins with 1 waiting in the queue, and 0 came to wait there.',
      )
      expect(lesson().busy).toBeNull()
    } finally {
      vi.useRealTimers()
    }
  })
  it('opening the open step again changes nothing', async () => {
    lab.asked.length = 0
    await goTo(1)
    expect(lab.asked).toEqual([])
  })
})

describe("the learner's files", () => {
  beforeEach(() => runner.resume())
  const solve = (): void =>
    lab.happen(
      request('r1'),
      published('t1'),
      response('r1', 40, { status: 202 }),
      mail('1', CHILD_PID, { taskId: 't1' }),
    )
  const mine = async (): Promise<string> =>
    (await onDisk('web.py')).replace("MAIL = 'inline'", "MAIL = 'background'  # mine")

  it('go on into the next step when they solved this one', async () => {
    await goTo(3)
    const text = await mine()
    await runner.saveFile('web.py', text)
    solve()
    await settled()
    await goTo(4)
    expect(file('web.py').text).toBe(text)
    expect(file('web.py').startText).toContain("MAIL = 'background'")
  })
  it('are kept for the way back when a step is left unsolved', async () => {
    await goTo(3)
    const text = (await onDisk('web.py')).replace("MAIL = 'inline'", "MAIL = 'hmm'")
    await runner.saveFile('web.py', text)
    await goTo(4)
    expect(file('web.py').text).toContain("MAIL = 'background'")
    await goTo(3)
    expect(file('web.py').text).toBe(text)
    await runner.reset('step')
    expect(file('web.py').text).toBe(file('web.py').startText)
  })
  it('come back in the step they were edited in, on the way back and forward again', async () => {
    await goTo(3)
    const text = await mine()
    await runner.saveFile('web.py', text)
    solve()
    await settled()
    await goTo(4)
    await runner.saveFile('web.py', `${text}# and more\n`)
    await goTo(3)
    expect(file('web.py').text).toBe(text)
    await goTo(4)
    expect(file('web.py').text).toBe(`${text}# and more\n`)
    await runner.saveFile('web.py', file('web.py').startText)
    await goTo(3)
    await goTo(4)
    expect(file('web.py').text, 'nothing of one’s own is left in step 4').toBe(text)
  })
  it('survive a crash: same step, same edits, same draft, same progress', async () => {
    inlinePage()
    await settled()
    await goTo(3)
    const text = await mine()
    await runner.saveFile('web.py', text)
    await runner.draft('tasks.py', '# half a thou')
    await runner.writeNote(stepId(10), 'a job')
    await restart()
    expect(lesson().stepId).toBe('03-hand-it-over')
    expect(step(1).state).toBe('done')
    expect(step(1).observed).toContain('POST /buy answered 201')
    expect(file('web.py').text).toBe(text)
    expect(file('tasks.py').text).toBe('# half a thou')
    expect(await onDisk('tasks.py')).toContain('send_confirmation')
    expect(step(10).noteText).toBe('a job')
    expect(lab.asked[0]).toBe('build 03-hand-it-over')
  })
  it('are restarted by a save, and a mistake is shown at its line', async () => {
    lab.asked.length = 0
    lab.saveReply = {
      ok: false,
      problem: { code: 'python-error', what: 'SyntaxError', meaning: '', next: '', place: { file: 'web.py', line: 3 } },
    }
    expect(await runner.saveFile('web.py', 'def (')).toEqual({ ok: true, value: null })
    expect(lab.asked).toEqual(['files tasks.py web.py'])
    expect(file('web.py').problem?.place?.line).toBe(3)
    lab.saveReply = { ok: true, value: null }
    await runner.saveFile('web.py', 'pass')
    expect(file('web.py').problem).toBeNull()
  })
  it.each([
    ['over 1 MB', 'file-too-large', '#'.repeat(1024 * 1024 + 1)],
    ['with a NUL', 'file-has-nul', 'a = 1\nb = "\0"'],
    ['with a lone surrogate', 'file-not-utf8', 'a = "\uD800"'],
  ])('are refused %s, and the saved version stays', async (_what, code, text) => {
    const before = await onDisk('web.py')
    const reply = await runner.saveFile('web.py', text)
    expect(reply.ok ? '' : reply.problem.code).toBe(code)
    expect(await onDisk('web.py')).toBe(before)
  })
  it('an emoji is no lone surrogate', async () => {
    expect((await runner.saveFile('web.py', 'a = "🎫"')).ok).toBe(true)
    expect(await onDisk('web.py')).toBe('a = "🎫"')
  })
  it('another name than the files of the step is refused', async () => {
    expect((await runner.saveFile('../../evil.py', 'x')).ok).toBe(false)
    expect((await runner.draft('evil.py', 'x')).ok).toBe(false)
  })
  it('a folder that cannot be written to loses nothing that was typed', async () => {
    const folder = join(dataFolder, 'workspace', PHASE)
    await rm(folder, { recursive: true })
    await writeFile(folder, 'in the way')
    const reply = await runner.saveFile('web.py', 'a = 1')
    expect(reply.ok ? '' : reply.problem.what).toBe(
      'web.py could not be saved: a file stands where a folder should be.',
    )
    expect(file('web.py').text).toBe('a = 1')
    await rm(folder)
    await mkdir(folder)
    expect((await runner.saveFile('web.py', 'a = 1')).ok).toBe(true)
    expect(await onDisk('web.py')).toBe('a = 1')
  })
  it.each([
    ['not UTF-8', 'file-not-utf8', Buffer.from([0x61, 0xff, 0x62])],
    ['of 5 MB', 'file-too-large', Buffer.alloc(5 * 1024 * 1024, '#')],
  ])('on disk, %s: said, kept, and replaced only by moving it aside', async (_what, code, bytes) => {
    await writeFile(join(dataFolder, 'workspace', PHASE, 'tasks.py'), bytes)
    await restart()
    expect(file('tasks.py').problem?.code).toBe(code)
    expect((await readFile(join(dataFolder, 'workspace', PHASE, 'tasks.py'))).equals(bytes)).toBe(true)
    await runner.reset('step')
    expect(file('tasks.py')).toMatchObject({ problem: null, text: file('tasks.py').startText })
    const [kept] = await readdir(join(dataFolder, 'kept', PHASE))
    expect((await readFile(join(dataFolder, 'kept', PHASE, kept ?? ''))).equals(bytes)).toBe(true)
  })
})

describe('show me', () => {
  beforeEach(() => runner.resume())

  it("carries out the solution until the step is green, and keeps the learner's version", async () => {
    await goTo(3)
    await runner.saveFile('web.py', '# my own try')
    lab.onBuy = () =>
      lab.happen(request('r1'), published('t1'), response('r1', 40), mail('1', CHILD_PID, { taskId: 't1' }))
    lab.asked.length = 0
    expect(await runner.showMe(stepId(3))).toEqual({ ok: true, value: null })
    expect(lab.asked).toEqual(['files tasks.py web.py', 'buy /buy'])
    expect(step(3).state).toBe('done')
    expect(await onDisk('web.py')).toContain("MAIL = 'background'")
    expect(await readFile(join(dataFolder, 'kept', PHASE, '03-hand-it-over-before-show-me', 'web.py'), 'utf8')).toBe(
      '# my own try',
    )
  })
  it('is shown once more when the page was too slow at first', async () => {
    await goTo(3)
    let buys = 0
    lab.onBuy = () => {
      buys += 1
      const id = `t${buys}`
      lab.happen(request(id), published(id), response(id, buys === 1 ? 1_350 : 40), mail(id, CHILD_PID, { taskId: id }))
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const showing = runner.showMe(stepId(3))
      await vi.waitFor(() => expect(buys).toBe(1))
      await settled()
      await vi.advanceTimersByTimeAsync(20_000)
      expect(await showing).toEqual({ ok: true, value: null })
    } finally {
      vi.useRealTimers()
    }
    expect(buys).toBe(2)
    expect(step(3).state).toBe('done')
  })
  it('says what was missing at first when it stays red', async () => {
    await goTo(3)
    let buys = 0
    lab.onBuy = () => {
      buys += 1
      const id = `t${buys}`
      if (buys === 1) lab.happen(request(id), published(id), response(id, 40, { status: 503 }))
      else lab.happen(request(id), published(id), response(id, 1_350))
    }
    const builds = (): number => lab.asked.filter((order) => order.startsWith('build')).length
    const before = builds()
    const said = new Set<string>()
    runner.onChange(() => said.add(lesson().busy ?? ''))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const showing = runner.showMe(stepId(3))
      for (const time of [1, 2]) {
        await vi.waitFor(() => expect(buys).toBe(time))
        await settled()
        await vi.advanceTimersByTimeAsync(20_000)
      }
      const reply = await showing
      expect(reply.ok ? '' : reply.problem.what).toContain('answered 503')
      expect([...said].find((busy) => busy.includes('once more, from the start'))).toContain('answered 503')
      expect(builds()).toBe(before + 1)
    } finally {
      vi.useRealTimers()
    }
  })
  it('can be stopped half way', async () => {
    const showing = runner.showMe(stepId(1))
    await expect.poll(() => lesson().busy).toBe('Showing how it is done…')
    await runner.cancel()
    const reply = await showing
    expect(reply.ok ? '' : reply.problem.code).toBe('cancelled')
    expect(lesson().busy).toBeNull()
    expect(step(1).state).toBe('now')
  })
  it('solves the quiz by its answers', async () => {
    await goTo(7)
    expect(step(7).questions).toHaveLength(6)
    await runner.answer('logo', ['queue'])
    expect(step(7).questions.find((one) => one.id === 'logo')?.outcome).toMatchObject({
      correct: false,
      right: ['neither'],
    })
    expect(step(7).observed).toBe('0 of 6 right, 1 to think over again, 5 not answered yet.')
    await runner.showMe(stepId(7))
    expect(step(7).state).toBe('done')
  })
})

describe('answers and notes', () => {
  it('given before a restart count after it', async () => {
    await runner.resume()
    await goTo(8)
    await runner.answer('where-is-it', ['broker'])
    await runner.answer('what-202-knows', ['kept'])
    await restart()
    expect(step(8).observed).toBe('2 of 3 right, 1 not answered yet.')
    await runner.answer('who-sends', ['child'])
    expect(step(8).state).toBe('done')
  })
  it('a note is saved word for word, and the record holds only how long it is', async () => {
    await runner.resume()
    await goTo(10)
    await runner.writeNote(stepId(10), 'secret '.repeat(20))
    expect(step(10).state).toBe('done')
    expect(JSON.stringify(lab.record.itemsAfter(0))).not.toContain('secret')
    await restart()
    expect(step(10).noteText).toBe('secret '.repeat(20))
  })
})

describe('starting over', () => {
  beforeEach(async () => {
    await runner.resume()
    inlinePage()
    await goTo(2)
    await runner.saveFile('tasks.py', '# edited')
    await runner.writeNote(stepId(10), 'a job')
  })
  it('a step: its files and its state, nothing else', async () => {
    await runner.reset('step')
    expect(lesson().stepId).toBe('02-five-at-once')
    expect(file('tasks.py').text).toBe(file('tasks.py').startText)
    expect(step(1).state).toBe('done')
    expect(lab.asked.at(-2)).toBe('build 02-five-at-once')
  })
  it("a phase: all its steps, but not the learner's own words", async () => {
    await runner.reset('phase')
    expect(lesson().stepId).toBe('01-the-page-waits')
    expect(step(1).state).toBe('now')
    expect(step(10).noteText).toBe('a job')
  })
  it('everything: as on the first day', async () => {
    await runner.reset('everything')
    expect(step(1).state).toBe('now')
    expect(step(10).noteText).toBe('')
    expect(file('tasks.py').text).toContain('send_confirmation')
    await restart()
    expect(lesson().stepId).toBe('01-the-page-waits')
  })
})

describe('progress.json', () => {
  it('is set aside when it cannot be read, and the learner is told', async () => {
    await writeFile(join(dataFolder, 'progress.json'), '{"version": 1, "pha')
    await restart()
    expect(lab.problems.map((problem) => problem.code)).toEqual(['progress-unreadable'])
    expect(await readFile(join(dataFolder, 'progress.json.unreadable'), 'utf8')).toBe('{"version": 1, "pha')
  })
  it('cannot be written: the step is done all the same, and a problem is told', async () => {
    await runner.resume()
    await rm(join(dataFolder, 'progress.json'))
    await mkdir(join(dataFolder, 'progress.json'))
    inlinePage()
    await expect.poll(() => lab.problems.map((problem) => problem.code)).toEqual(['cannot-save'])
    expect(step(1).state).toBe('done')
  })
})
