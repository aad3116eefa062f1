/** What crosses between the lab and the shell process (src-main/processes/shell.ts): a Python script that sends tasks. */
import type { LearnerEnvironment } from './learner-environment.js'

export type LabToShell =
  /** `appModule` is loaded first and its settings are used; then `script`, a module of the working folder, runs. */
  | {
      readonly kind: 'start'
      readonly environment: LearnerEnvironment
      readonly appModule: string
      readonly script: string
    }
  | { readonly kind: 'stop' }

export type ShellToLab =
  /** The code is loaded, the script begins. */
  | { readonly kind: 'running'; readonly fingerprint: string }
  /** The process ends after this, with the code that `python script.py` would have ended with. */
  | { readonly kind: 'finished'; readonly exitCode: number }
