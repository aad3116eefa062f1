/** Everything the window can do, as a list that can be searched: the command palette, and the promise that all works by keyboard. */
import type { LabView, LearnerAction, LessonView, PhaseView, SettingsView } from '../../src-main/contract/views.js'
import { BEAT } from '../../src-main/contract/topology.js'
import { apiCards, commitSpeedCards, faultCards, mailSpeedCards } from '../words/fault-cards.js'
import { PAGES_TAB } from '../state/window-state.svelte.js'
import { tabText, typedName } from '../terminals/typed-names.js'

export interface PaletteEntry {
  readonly id: string
  readonly group: 'Lesson' | 'Do' | 'Break it' | 'Go to' | 'Window'
  readonly title: string
  readonly keys?: string
  readonly run: () => void
}

export interface PaletteSources {
  readonly lesson: LessonView | null
  readonly phases: readonly PhaseView[]
  readonly lab: LabView
  readonly files: readonly string[]
  readonly terminals: readonly string[]
  readonly buyPaths: readonly string[]
  readonly act: (action: LearnerAction) => void
  readonly openPhase: (phase: string) => void
  readonly openStep: (step: string) => void
  readonly showMe: () => void
  readonly resetStep: () => void
  readonly recheck: () => void
  readonly showTab: (tab: string) => void
  readonly showTerminal: (name: string) => void
  readonly saveFile: () => void
  readonly focusPane: (pane: string) => void
  readonly settings: (change: Partial<SettingsView>) => void
  readonly open: (dialog: 'settings' | 'glossary' | 'search' | 'pitfalls' | 'notebook' | 'export' | 'tour') => void
  readonly toggleList: () => void
  readonly togglePause: () => void
}

/** What can be looked up, with its keys. */
const DIALOGS = [
  { dialog: 'search', title: 'Search lessons, words and pitfalls', keys: 'Ctrl Shift F' },
  { dialog: 'notebook', title: 'Notebook: your cards and notes', keys: undefined },
  { dialog: 'pitfalls', title: 'Pitfalls: what bites users of Celery', keys: undefined },
  { dialog: 'glossary', title: 'Glossary', keys: 'F1' },
  { dialog: 'export', title: 'Print or export a phase', keys: undefined },
  { dialog: 'tour', title: 'Tour of the window', keys: undefined },
] as const

export function paletteEntries(from: PaletteSources): readonly PaletteEntry[] {
  return [...lessonEntries(from), ...doEntries(from), ...breakEntries(from), ...goEntries(from), ...windowEntries(from)]
}

function lessonEntries(from: PaletteSources): readonly PaletteEntry[] {
  const step = from.lesson?.steps.find((known) => known.id === from.lesson?.stepId)
  const entries: PaletteEntry[] = []
  if (step !== undefined) {
    for (const action of step.actions)
      entries.push({ id: `step ${action.label}`, group: 'Lesson', title: action.label, run: () => from.act(action) })
    if (step.hasSolution) entries.push({ id: 'show-me', group: 'Lesson', title: 'Show me this step', run: from.showMe })
    entries.push({ id: 'reset-step', group: 'Lesson', title: 'Reset this step', run: from.resetStep })
    entries.push({ id: 'recheck', group: 'Lesson', title: 'Check this step again', run: from.recheck })
  }
  from.lesson?.steps.forEach((known, at) => {
    entries.push({
      id: `step ${known.id}`,
      group: 'Lesson',
      title: `Step ${String(at + 1)}: ${known.title}`,
      run: () => from.openStep(known.id),
    })
  })
  for (const phase of from.phases.filter((known) => known.available)) {
    entries.push({
      id: `phase ${phase.id}`,
      group: 'Lesson',
      title: `Phase ${String(phase.number)}: ${phase.title}`,
      run: () => from.openPhase(phase.id),
    })
  }
  return entries
}

function doEntries(from: PaletteSources): readonly PaletteEntry[] {
  const exportLab = (): void => from.act({ do: 'export-project' })
  const entries: PaletteEntry[] = [
    { id: 'export-lab', group: 'Do', title: 'Export my lab, as a project for real Celery', run: exportLab },
  ]
  for (const path of from.buyPaths) {
    for (const count of [1, 5]) {
      const title = count === 1 ? `Buy a ticket (${path})` : `Buy ${String(count)} tickets at once (${path})`
      entries.push({
        id: `buy ${path} ${String(count)}`,
        group: 'Do',
        title,
        run: () => from.act({ do: 'buy', count, path, together: true }),
      })
    }
  }
  for (const worker of from.lab.processes.filter((process) => process.role === 'worker')) {
    const off = worker.state === 'off' || worker.state === 'dead'
    const verbs = off ? (['start-worker'] as const) : (['restart-worker', 'stop-worker'] as const)
    for (const verb of verbs) {
      const word = { 'start-worker': 'Start', 'restart-worker': 'Restart', 'stop-worker': 'Stop (warm)' }[verb]
      entries.push({
        id: `${verb} ${worker.name}`,
        group: 'Do',
        title: `${word} ${worker.name}`,
        run: () => from.act({ do: verb, worker: worker.name }),
      })
    }
  }
  const beat = from.lab.processes.find((process) => process.name === BEAT)
  if (beat !== undefined) {
    const off = beat.state === 'off' || beat.state === 'dead'
    for (const verb of off ? (['start-beat'] as const) : (['restart-beat', 'stop-beat'] as const)) {
      const word = { 'start-beat': 'Start', 'restart-beat': 'Restart', 'stop-beat': 'Stop' }[verb]
      entries.push({ id: verb, group: 'Do', title: `${word} beat`, run: () => from.act({ do: verb }) })
    }
  }
  entries.push({
    id: 'restart-web',
    group: 'Do',
    title: 'Restart the web app',
    run: () => from.act({ do: 'restart-web' }),
  })
  entries.push({ id: 'save', group: 'Do', title: 'Save the file', keys: 'Ctrl S', run: from.saveFile })
  return entries
}

function breakEntries({ lab, act }: PaletteSources): readonly PaletteEntry[] {
  const cards = [...faultCards(lab), ...mailSpeedCards(lab), ...apiCards(lab.api), ...commitSpeedCards(lab)]
  return cards
    .filter((card) => card.blocked === null)
    .map(({ title, note, order }) => ({
      id: `fault ${title}`,
      group: 'Break it',
      title: title.includes(':') ? `${title}, ${note}` : `${title}: ${note}`,
      run: () => act({ do: 'fault', fault: order }),
    }))
}

function goEntries(from: PaletteSources): readonly PaletteEntry[] {
  const pane = (id: string, title: string): PaletteEntry => ({
    id: `pane ${id}`,
    group: 'Go to',
    title,
    run: () => from.focusPane(id),
  })
  return [
    ...[...from.files, PAGES_TAB, 'Timeline', 'Tasks', 'Queues'].map((tab): PaletteEntry => ({
      id: `tab ${tab}`,
      group: 'Go to',
      title: tab,
      run: () => from.showTab(tab),
    })),
    ...from.terminals.map((name): PaletteEntry => ({
      id: `terminal ${name}`,
      group: 'Go to',
      title: typedName(name) === null ? `Terminal of ${name}` : `Type into ${tabText(name)}`,
      run: () => from.showTerminal(name),
    })),
    pane('lesson', 'The lesson'),
    pane('stage', 'The stage'),
    pane('side', 'Break it, trace and outbox'),
    ...DIALOGS.map(({ dialog, title, keys }): PaletteEntry => ({
      id: dialog,
      group: 'Go to',
      title,
      ...(keys === undefined ? {} : { keys }),
      run: () => from.open(dialog),
    })),
  ]
}

function windowEntries(from: PaletteSources): readonly PaletteEntry[] {
  return [
    { id: 'theme light', group: 'Window', title: 'Light theme', run: () => from.settings({ theme: 'light' }) },
    { id: 'theme dark', group: 'Window', title: 'Dark theme', run: () => from.settings({ theme: 'dark' }) },
    {
      id: 'theme system',
      group: 'Window',
      title: 'Theme as the system',
      run: () => from.settings({ theme: 'system' }),
    },
    { id: 'stage list', group: 'Window', title: 'The stage in words, or as a picture', run: from.toggleList },
    { id: 'stage pause', group: 'Window', title: 'Pause the picture, or let it go on', run: from.togglePause },
    { id: 'settings', group: 'Window', title: 'Settings', run: () => from.open('settings') },
  ]
}
