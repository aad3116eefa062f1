/** What crosses between the console and a `celery` command that it started (src-main/processes/cli.ts). */
import type { LearnerEnvironment } from './learner-environment.js'

export type ConsoleToCommand =
  /** First; without a console the command takes its own process's environment. */
  | { readonly kind: 'start'; readonly environment: LearnerEnvironment }
  /** Null: the end of input. */
  | { readonly kind: 'line'; readonly line: string | null }

export type CommandToConsole = { readonly kind: 'read-line'; readonly question: string }
