/** What crosses between the lab and a terminal that the learner types into (src-main/processes/python-prompt.ts, console.ts). */
import type { LearnerEnvironment } from './learner-environment.js'

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** What runs in the lab now, for Tab. */
export interface RunningNames {
  readonly tasks: readonly string[]
  readonly queues: readonly string[]
  /** `celery@worker1` */
  readonly nodes: readonly string[]
}

export type LabToTerminal =
  | {
      readonly kind: 'start'
      readonly environment: LearnerEnvironment
      /** Lines of earlier sessions, kept there; each new one is added. */
      readonly historyFile: string
      readonly size: TerminalSize
    }
  /** Keys, as the window's terminal sends them. */
  | { readonly kind: 'input'; readonly data: string }
  | { readonly kind: 'resize'; readonly size: TerminalSize }
  /** A whole line as if it had been typed; answered by `typed-line-over` with this `id`. */
  | { readonly kind: 'type-line'; readonly id: number; readonly line: string }
  | { readonly kind: 'files-saved'; readonly names: readonly string[] }
  /** Answers `names-wanted`. */
  | { readonly kind: 'names'; readonly names: RunningNames }
  | { readonly kind: 'stop' }

export type TerminalToLab =
  /** The prompt is there: nothing runs. The first time: it is ready. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'names-wanted' }
  /** A line was entered, also an empty one. */
  | { readonly kind: 'line'; readonly line: string }
  /** The prompt is back, or what was started goes on until it is stopped. */
  | { readonly kind: 'typed-line-over'; readonly id: number }
  /** Which of the learner's files it has imported changed. */
  | { readonly kind: 'code-loaded'; readonly fingerprint: string; readonly tasks: readonly string[] }
  /** `exit()`, Ctrl+D: the process ends after this. */
  | { readonly kind: 'ended'; readonly exitCode: number }
