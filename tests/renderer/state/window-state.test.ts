/** The window's state against a bridge whose pushes and answers the test decides: gaps, drafts, and how far an action is. */
import { describe, expect, it } from 'vitest'
import type { Bridge, Push } from '../../../src-main/contract/pushes.js'
import type { Problem, Reply } from '../../../src-main/contract/problem.js'
import type { FeedItem } from '../../../src-main/contract/feed.js'
import type { AppView } from '../../../src-main/contract/views.js'
import { FilesState } from '../../../src-renderer/state/files-state.svelte.js'
import { WindowState } from '../../../src-renderer/state/window-state.svelte.js'
import { ActionsState, actionKey } from '../../../src-renderer/state/actions-state.svelte.js'
import { Story } from '../../support/window-preview/story.js'
import { filesView, labView, lessonView, phaseViews } from '../../support/window-preview/views.js'

const view: AppView = {
  version: '0',
  electron: '25',
  mayShowTour: false,
  phases: phaseViews(),
  lesson: lessonView('busy'),
  files: filesView('busy'),
  lab: labView('busy'),
  settings: { theme: 'light', layout: {}, reducedMotion: 'system' },
}

class TestBridge {
  readonly asked: string[] = []
  feed: readonly FeedItem[] = []
  push: (push: Push) => void = () => undefined

  get bridge(): Bridge {
    return {
      ask: ((name: string) => {
        this.asked.push(name)
        const value = name === 'app.snapshot' ? { view, feed: this.feed, terminals: { web: 'hello' } } : null
        return Promise.resolve({ ok: true, value })
      }) as Bridge['ask'],
      onPush: (listener) => {
        this.push = listener
        return () => undefined
      },
    }
  }
}

const problem: Problem = { code: 'x', what: 'It broke.', meaning: 'Nothing changed.', next: 'Press again.' }
const story = (messages: number): readonly FeedItem[] => {
  const told = new Story(0)
  for (let n = 0; n < messages; n += 1) told.publish(`t${String(n)}`)
  return told.items
}

/** `start` follows the system's theme, which a test without a page does not have. */
async function started(test: TestBridge): Promise<WindowState> {
  const state = new WindowState(test.bridge)
  state.settings.followSystem = () => undefined
  await state.start()
  return state
}

describe('the feed', () => {
  it('continues a snapshot with pushes, and takes what both bring once', async () => {
    const test = new TestBridge()
    const all = story(6)
    test.feed = all.slice(0, 4)
    const state = await started(test)
    test.push({ kind: 'feed', items: all.slice(2, 6) })
    expect(state.feed.stage.tiles.size).toBe(6)
    expect(state.feed.items).toHaveLength(6)
    expect(test.asked.filter((name) => name === 'app.snapshot')).toHaveLength(1)
  })

  it('asks for everything anew when numbers are missing', async () => {
    const test = new TestBridge()
    const all = story(6)
    test.feed = all.slice(0, 2)
    const state = await started(test)
    test.feed = all
    test.push({ kind: 'feed', items: all.slice(4) })
    expect(state.feed.stage.tiles.size).toBe(2)
    await expect.poll(() => state.feed.stage.tiles.size).toBe(6)
    expect(test.asked.filter((name) => name === 'app.snapshot')).toHaveLength(2)
  })

  it('ignores what comes before the first snapshot, which has it', async () => {
    const test = new TestBridge()
    const all = story(3)
    test.feed = all
    const state = new WindowState(test.bridge)
    state.settings.followSystem = () => undefined
    const ready = state.start()
    test.push({ kind: 'feed', items: all.slice(0, 2) })
    test.push({ kind: 'terminal', process: 'web', text: 'hello', reset: false })
    await ready
    expect(state.feed.stage.lastSeq).toBe(3)
    const heard: string[] = []
    state.terminals.listen('web', (text) => heard.push(text))
    expect(heard).toEqual(['hello'])
  })
})

describe('files', () => {
  const [file] = filesView('busy')
  if (file === undefined) throw new Error('the preview has no file')
  const open = (): FilesState => {
    const files = new FilesState()
    files.take([{ ...file, text: 'saved' }])
    return files
  }

  it('typing makes a file dirty, saving makes it clean', () => {
    const files = open()
    files.edit(file.name, 'typed')
    expect([files.text(file.name), files.isDirty(file.name), files.anyDirty]).toEqual(['typed', true, true])
    files.saved(file.name, 'typed')
    expect(files.isDirty(file.name)).toBe(false)
  })

  it('the echo of an earlier draft does not take newer typing back', () => {
    const files = open()
    files.edit(file.name, 'typed')
    files.sent(file.name, 'typed')
    files.edit(file.name, 'typed more')
    files.take([{ ...file, text: 'typed' }])
    expect([files.text(file.name), files.revision(file.name)]).toEqual(['typed more', 0])
    expect(files.isDirty(file.name)).toBe(true)
  })

  it('a new text from main, as reset and show me bring it, replaces what was typed', () => {
    const files = open()
    files.edit(file.name, 'typed')
    files.take([{ ...file, text: 'solution' }])
    expect([files.text(file.name), files.revision(file.name), files.isDirty(file.name)]).toEqual(['solution', 1, false])
  })

  it('a text that is not the saved one is a draft from before a crash', async () => {
    const files = open()
    await files.findDrafts()
    expect(files.isDirty(file.name)).toBe(true)
    const same = new FilesState()
    same.take([{ ...file, text: 'saved', fingerprint: await fingerprint('saved') }])
    await same.findDrafts()
    expect(same.isDirty(file.name)).toBe(false)
  })
})

async function fingerprint(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return [...digest]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 12)
}

describe('actions', () => {
  const context = { step: 's', solution: () => null }

  it('are pending in the same moment as the press, and a second press does nothing', async () => {
    const calls: string[] = []
    let answer: (reply: Reply<null>) => void = () => undefined
    const actions = new ActionsState(
      ((name: string) => {
        calls.push(name)
        return new Promise((done) => (answer = done))
      }) as never,
      () => undefined,
    )
    const restart = { do: 'restart-worker', worker: 'worker@1' } as const
    const first = actions.act(restart, context)
    expect(actions.status(actionKey(restart)).is).toBe('pending')
    await actions.act(restart, context)
    expect(calls).toEqual(['worker.restart'])
    answer({ ok: false, problem })
    expect(await first).toBe(false)
    expect(actions.status(actionKey(restart))).toEqual({ is: 'problem', problem })
  })

  it('buy a ticket for every press, and are pending until the last one is answered', async () => {
    const answers: ((reply: Reply<null>) => void)[] = []
    const actions = new ActionsState(
      (() => new Promise((done) => answers.push(done))) as never, // every ask is answered by the test
      () => undefined,
    )
    const buy = { do: 'buy', count: 1, path: '/buy', together: true } as const
    const [first, second] = [actions.act(buy, context), actions.act(buy, context)]
    expect(answers).toHaveLength(2)
    answers[0]?.({ ok: true, value: null })
    expect(await first).toBe(true)
    expect(actions.status(actionKey(buy)).is).toBe('pending')
    answers[1]?.({ ok: true, value: null })
    expect(await second).toBe(true)
    expect(actions.status(actionKey(buy)).is).toBe('done')
  })

  it('tell their problem, also when there is no solution to save', async () => {
    const told: Problem[] = []
    const actions = new ActionsState((() => Promise.resolve({ ok: true, value: null })) as never, (one) =>
      told.push(one),
    )
    expect(await actions.act({ do: 'save-file', file: 'web.py', fromSolution: true }, context)).toBe(false)
    expect(told.map((one) => one.code)).toEqual(['no-solution'])
  })

  it('one action has one key wherever its button stands', () => {
    const buy = { do: 'buy', count: 1, path: '/buy', together: true } as const
    expect(actionKey({ label: 'Buy a ticket', ...buy } as typeof buy)).toBe(actionKey(buy))
  })
})

describe('opening a step', () => {
  it('turns back from the terminal in which a line was typed to the one that was chosen', async () => {
    const test = new TestBridge()
    const state = await started(test)
    const terminal = (): string | null => state.settings.layoutText('terminal')
    const open = (stepId: string): void =>
      test.push({ kind: 'lesson', view: { ...lessonView('busy'), stepId }, phases: phaseViews() })
    const typed = (seq: number): void =>
      test.push({
        kind: 'feed',
        items: [{ seq, atMs: seq, fact: { kind: 'typed', terminal: 'console', line: 'help' } }],
      })
    state.settings.setLayout('terminal', 'web')
    typed(1)
    expect(terminal()).toBe('console')
    open('two')
    expect(terminal()).toBe('web')
    typed(2)
    state.settings.setLayout('terminal', 'redis') // the learner's own choice stays
    open('three')
    expect(terminal()).toBe('redis')
  })

  it('forgets the terminals of workers and beats that only the step before had', async () => {
    const test = new TestBridge()
    const state = await started(test)
    for (const process of ['beat@2', 'worker@3', 'redis'])
      test.push({ kind: 'terminal', process, text: 'hello', reset: false })
    expect(state.terminals.names).toEqual(['web', 'beat@2', 'worker@3', 'redis'])
    const reset = { kind: 'stage-reset', lesson: '01-what-celery-is', step: '01-the-page-waits' } as const
    test.push({ kind: 'feed', items: [{ seq: 1, atMs: 1, fact: reset }] })
    expect(state.terminals.names).toEqual(['web', 'redis'])
  })

  it('takes the problems of the step before away, and leaves those of the computer', async () => {
    const test = new TestBridge()
    const state = await started(test)
    test.push({ kind: 'problem', problem: { ...problem, code: 'process-not-started' } })
    test.push({ kind: 'problem', problem: { ...problem, code: 'data-folder-full' } })
    const codes = (): string[] => state.toasts.list.map((toast) => toast.problem.code)
    test.push({ kind: 'lesson', view: lessonView('busy'), phases: phaseViews() })
    expect(codes()).toEqual(['process-not-started', 'data-folder-full'])
    test.push({ kind: 'lesson', view: { ...lessonView('busy'), stepId: 'the-next-one' }, phases: phaseViews() })
    expect(codes()).toEqual(['data-folder-full'])
  })

  it('shows the file that the step is about, and leaves a file chosen since then', async () => {
    const test = new TestBridge()
    const state = await started(test)
    const before = lessonView('busy')
    const next = before.steps.find((step) => step.id !== before.stepId) ?? expect.fail('the preview has two steps')
    const steps = before.steps.map((step) => (step === next ? { ...step, file: 'web.py' } : step))
    const opened: Push = { kind: 'lesson', view: { ...before, steps, stepId: next.id }, phases: phaseViews() }
    test.push(opened)
    expect(state.settings.layoutText('codeTab')).toBe('web.py')
    state.settings.setLayout('codeTab', 'tasks.py')
    test.push(opened)
    expect(state.settings.layoutText('codeTab')).toBe('tasks.py')
  })
})

describe('the tour', () => {
  it('wants the tour at the first run, and neither when it was seen nor when nobody is there', async () => {
    const wanted = async (mayShowTour: boolean, layout: Readonly<Record<string, unknown>>): Promise<boolean> => {
      const settings = { ...view.settings, layout }
      const answer = { view: { ...view, mayShowTour, settings }, feed: [], terminals: {} }
      const bridge = { ask: async () => ({ ok: true, value: answer }), onPush: () => () => undefined }
      const state = new WindowState(bridge as unknown as Bridge) // answers the snapshot only
      state.settings.followSystem = () => undefined
      await state.start()
      return state.tourWanted
    }
    expect(await wanted(true, {})).toBe(true)
    expect(await wanted(true, { tourSeen: true })).toBe(false)
    expect(await wanted(false, {})).toBe(false)
  })
})
