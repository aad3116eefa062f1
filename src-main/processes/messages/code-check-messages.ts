/** What crosses between the lab and the code-check process: loads the learner's files once in a fresh Python and says what it found. */
import type { Problem } from '../../contract/problem.js'
import type { LearnerEnvironment } from './learner-environment.js'

export type LabToCodeCheck =
  /** Start Python now, so that a later check begins at once. Without it, Python starts with the check. */
  | { readonly kind: 'prepare'; readonly snapshotFile: string }
  | { readonly kind: 'check'; readonly environment: LearnerEnvironment; readonly modules: readonly string[] }

export type CodeCheckToLab =
  /** Python is up and waits for a check: one process serves one check, then exits. */
  | { readonly kind: 'standing-by' }
  | {
      readonly kind: 'passed'
      readonly tasks: readonly { readonly name: string; readonly options: Readonly<Record<string, unknown>> }[]
      readonly settings: Readonly<Record<string, unknown>>
      readonly fingerprint: string
    }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly fingerprint: string }
