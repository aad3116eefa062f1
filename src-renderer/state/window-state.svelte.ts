/**
 * All state of the window, and the one place where pushes from main arrive.
 * Main owns the truth: views replace what was here, facts are folded in, a gap in the facts asks for everything anew.
 */
import type { FeedItem } from '../../src-main/contract/feed.js'
import type { Reply } from '../../src-main/contract/problem.js'
import type { Bridge, Push } from '../../src-main/contract/pushes.js'
import type { LabView, LearnerAction, LessonView, PhaseView } from '../../src-main/contract/views.js'
import { askThrough, type Ask } from '../bridge/bridge.js'
import { ActionsState } from './actions-state.svelte.js'
import { FeedState } from './feed-state.svelte.js'
import { FilesState } from './files-state.svelte.js'
import { LookingState } from './looking-state.svelte.js'
import { LibraryState } from './library-state.svelte.js'
import { SettingsState } from './settings-state.svelte.js'
import { TerminalsState } from './terminals-state.svelte.js'
import { ToastsState } from './toasts-state.svelte.js'

const DRAFT_AFTER_MS = 500
/** The tab with the ticket office's pages, among the files' tabs. */
export const PAGES_TAB = 'Pages'

export type DialogName = Extract<Push, { readonly kind: 'show' }>['what']

const LAB_BEFORE_SNAPSHOT: LabView = {
  state: 'starting',
  problem: null,
  redisAddress: null,
  redisVersion: null,
  redis: { appendOnly: false },
  webUrl: null,
  processes: [],
  mail: { running: true, delayMs: 0 },
  api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
  db: { commitDelayMs: 0 },
  fingerprint: '',
}

export class WindowState {
  readonly ask: Ask
  readonly feed = new FeedState()
  readonly files = new FilesState()
  readonly terminals = new TerminalsState()
  readonly toasts = new ToastsState()
  readonly settings: SettingsState
  readonly library: LibraryState
  readonly actions: ActionsState
  readonly looking: LookingState

  lab = $state.raw<LabView>(LAB_BEFORE_SNAPSHOT)
  lesson = $state.raw<LessonView | null>(null)
  phases = $state.raw<readonly PhaseView[]>([])
  versions = $state.raw<{ readonly app: string; readonly electron: string } | null>(null)
  /** The task that is selected everywhere: stage, tables, trace, terminals. */
  selectedTask = $state<string | null>(null)
  /** When the open step was opened in this window; 0 for the one that was open at the start. */
  stepOpenedMs = $state(0)
  /** What the view of the ticket office was told to load; `times` rises, so that the same page is loaded again. */
  page = $state.raw<{ readonly path: string; readonly times: number } | null>(null)
  /** Where that view is now. */
  pageAt = $state<string | null>(null)
  /** A dialog that main or a shortcut asked for. */
  dialog = $state<DialogName | null>(null)
  /** The tour shall begin as soon as the panes are there: at the first run, or when it was asked for. */
  tourWanted = $state(false)
  /** True until the first snapshot came. */
  loading = $state(true)

  readonly #bridge: Bridge
  readonly #draftTimers = new Map<string, ReturnType<typeof setTimeout>>()
  /** The terminal that was turned to because a line was typed there, and the one it was turned from. */
  #turnedFrom: { readonly from: string; readonly to: string } | null = null
  #asking = false

  constructor(bridge: Bridge) {
    this.#bridge = bridge
    this.ask = askThrough(bridge)
    this.settings = new SettingsState(this.ask)
    this.looking = new LookingState(this.ask, () => this.feed.stage)
    this.library = new LibraryState(this.ask, (problem) => this.toasts.show(problem))
    this.actions = new ActionsState(this.ask, (problem) => this.toasts.show(problem))
  }

  /** Listens first and asks second, so that nothing falls between. */
  async start(): Promise<void> {
    this.settings.followSystem()
    this.#bridge.onPush((push) => this.#take(push))
    await this.#askSnapshot()
    await this.files.findDrafts()
  }

  act(action: LearnerAction): void {
    const context = {
      step: this.lesson?.stepId ?? '',
      solution: (file: string) => this.files.views.find((view) => view.name === file)?.solutionText ?? null,
    }
    void this.actions.act(action, context)
  }

  /** Opens a dialog; those that show the course read it anew. */
  open(dialog: DialogName): void {
    this.dialog = dialog === 'tour' ? null : dialog
    if (dialog === 'tour') this.tourWanted = true
    if (dialog === 'search' || dialog === 'pitfalls') void this.library.load()
    if (dialog === 'notebook') void this.library.loadNotebook()
  }

  /** What has no button to show its problem. */
  async tellProblem(asked: Promise<Reply<unknown>>): Promise<void> {
    const reply = await asked
    if (!reply.ok) this.toasts.show(reply.problem)
  }

  edit(name: string, text: string): void {
    this.files.edit(name, text)
    clearTimeout(this.#draftTimers.get(name))
    const timer = setTimeout(() => {
      this.files.sent(name, text)
      void this.ask('file.draft', { name, text })
    }, DRAFT_AFTER_MS)
    this.#draftTimers.set(name, timer)
  }

  async save(name: string): Promise<void> {
    const text = this.files.text(name)
    clearTimeout(this.#draftTimers.get(name))
    this.files.sent(name, text)
    const ok = await this.actions.run(`save ${name}`, () => this.ask('file.save', { name, text }))
    if (ok) this.files.saved(name, text)
  }

  replaceFile(name: string, text: string): void {
    this.files.replace(name, text)
    this.edit(name, text)
  }

  async #askSnapshot(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    const reply = await this.ask('app.snapshot', {})
    this.#asking = false
    if (!reply.ok) return this.toasts.show(reply.problem)
    const { view, feed, terminals } = reply.value
    this.versions = { app: view.version, electron: view.electron }
    this.phases = view.phases
    this.lesson = view.lesson
    this.lab = view.lab
    this.settings.take(view.settings)
    this.files.take(view.files)
    this.feed.replace(feed)
    this.terminals.replace(terminals)
    if (this.loading && view.mayShowTour && !this.settings.layoutFlag('tourSeen', false)) this.tourWanted = true
    this.loading = false
  }

  /** A line was typed, by the learner or by "show me": its terminal is the one to look at. */
  #showTyped(items: readonly FeedItem[]): void {
    const last = items.findLast(({ fact }) => fact.kind === 'typed')?.fact
    const shown = this.settings.layoutText('terminal')
    if (last?.kind !== 'typed' || shown === last.terminal) return
    this.#turnedFrom = { from: shown ?? '', to: last.terminal }
    this.settings.setLayout('terminal', last.terminal)
  }

  /** The next step begins with the terminal that the learner had chosen. */
  #turnBack(): void {
    const turned = this.#turnedFrom
    this.#turnedFrom = null
    if (turned !== null && this.settings.layoutText('terminal') === turned.to)
      this.settings.setLayout('terminal', turned.from)
  }

  #stepOpened(lesson: LessonView | null): void {
    this.stepOpenedMs = Date.now()
    this.selectedTask = null
    this.toasts.stepOpened()
    this.#turnBack()
    this.looking.clear()
    this.page = null
    this.pageAt = null
    const file = lesson?.steps.find((step) => step.id === lesson.stepId)?.file ?? null
    if (file !== null) this.settings.setLayout('codeTab', file)
  }

  #take(push: Push): void {
    switch (push.kind) {
      case 'feed':
        if (this.loading) return // the snapshot that is on its way has these
        if (!this.feed.append(push.items)) void this.#askSnapshot()
        this.selectedTask = this.looking.follow(push.items) ?? this.selectedTask
        this.#showTyped(push.items)
        if (push.items.some(({ fact }) => fact.kind === 'stage-reset')) this.terminals.stageReset()
        return
      case 'lab':
        this.lab = push.view
        return
      case 'lesson':
        if (push.view?.stepId !== this.lesson?.stepId) this.#stepOpened(push.view)
        this.lesson = push.view
        this.phases = push.phases
        return
      case 'files':
        this.files.take(push.files)
        // The window may open before main has read the files: their drafts come with this push then.
        void this.files.findDrafts()
        return
      case 'settings':
        return this.settings.take(push.view)
      case 'terminal':
        if (!this.loading) this.terminals.take(push.process, push.text, push.reset)
        return
      case 'show-page':
        this.page = { path: push.path, times: (this.page?.times ?? 0) + 1 }
        this.settings.setLayout('codeTab', PAGES_TAB)
        return
      case 'page-is-at':
        this.pageAt = push.path
        return
      case 'problem':
        return this.toasts.show(push.problem)
      case 'show':
        this.open(push.what)
    }
  }
}
