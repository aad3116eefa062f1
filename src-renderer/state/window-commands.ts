/** What the window's parts may ask for, as plain callbacks: each runs under a key of ActionsState, whose status the buttons show. */
import type { TypedTerminalName } from '../../src-main/contract/topology.js'
import type { CrontabPreview, MarkAsk, MarkedRun, PreviewAsk } from '../../src-main/contract/crontab-preview.js'
import type { Reply } from '../../src-main/contract/problem.js'
import type { LearnerAction, TaskLanguage } from '../../src-main/contract/views.js'
import type { WindowState } from './window-state.svelte.js'

/** For one terminal that is typed into. */
export interface TypedCommands {
  readonly open: (size: TerminalSize) => void
  readonly input: (data: string) => void
  readonly resize: (size: TerminalSize) => void
  readonly restart: () => void
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

export interface WindowCommands {
  readonly act: (action: LearnerAction) => void
  readonly openPhase: (phase: string) => void
  readonly openStep: (step: string) => void
  /** A step of any phase. */
  readonly openPlace: (phase: string, step: string) => void
  readonly showMe: (step: string) => void
  readonly cancel: () => void
  readonly reset: (what: 'step' | 'phase' | 'everything') => void
  /** The language of tasks. */
  readonly speak: (language: TaskLanguage) => void
  readonly recheck: (step: string) => void
  readonly note: (step: string, text: string) => void
  readonly retryLab: () => void
  readonly typedInto: (terminal: TypedTerminalName) => TypedCommands
  readonly crontabs: {
    readonly onpreview: (ask: PreviewAsk) => Promise<Reply<CrontabPreview>>
    readonly onmark: (mark: MarkAsk) => Promise<Reply<MarkedRun>>
  }
}

export function windowCommands(app: WindowState): WindowCommands {
  const { actions, ask } = app
  return {
    act: (action) => app.act(action),
    openPhase: (phase) => void actions.run('open phase', () => ask('lesson.open', { phase })),
    openStep: (step) => void actions.run('open step', () => ask('lesson.step', { step })),
    openPlace: (phase, step) => void actions.run('open step', () => ask('lesson.open', { phase, step })),
    showMe: (step) => void actions.run('show-me', () => ask('lesson.show-me', { step })),
    cancel: () => void actions.run('cancel', () => ask('lesson.cancel', {})),
    reset: (what) => void actions.run(`reset ${what}`, () => ask('lesson.reset', { what })),
    speak: (language) => void actions.run('speak', () => ask('lesson.speak', { language })),
    recheck: (step) => void actions.run('recheck', () => ask('lesson.recheck', { step })),
    // Not under a key: words typed while an earlier save comes back are saved as well.
    note: (step, text) => void app.tellProblem(ask('lesson.note', { step, text })),
    typedInto: (terminal) => ({
      open: (size) => void app.tellProblem(ask('terminal.open', { terminal, ...size })),
      input: (data) => void app.tellProblem(ask('terminal.input', { terminal, data })),
      resize: (size) => void app.tellProblem(ask('terminal.resize', { terminal, ...size })),
      restart: () => void actions.run(`restart ${terminal}`, () => ask('terminal.restart', { terminal })),
    }),
    crontabs: {
      onpreview: (asked) => ask('crontab.preview', asked),
      onmark: (mark) => ask('crontab.mark', mark),
    },
    retryLab: () => void actions.run('lab.retry', () => ask('lab.retry', {})),
  }
}
