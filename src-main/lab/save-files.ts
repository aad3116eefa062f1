/**
 * Saved files become what runs: tried out in a fresh Python first. When they load, web app and workers are restarted on them (or the web app alone);
 * when not, nothing that runs is touched, and the error goes where the learner looks: the editor and the worker's terminal.
 */
import type { Fact } from '../contract/feed.js'
import type { Reply } from '../contract/problem.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { CodeCheckProcess } from './code-check-process.js'
import type { LearnersProcesses } from './learners-processes.js'
import { refuse } from './problems.js'
import type { Terminals } from './terminals.js'

export interface SavedFiles {
  readonly names: readonly string[]
  /** Of all of the working folder's code. */
  readonly fingerprint: string
  readonly environment: LearnerEnvironment
  /** `web`: workers that run are left with the code they have. */
  readonly restart: 'all' | 'web'
}

export interface SaveParts {
  readonly check: CodeCheckProcess
  readonly learners: LearnersProcesses
  readonly terminals: Terminals
  readonly tell: (fact: Fact) => void
}

/** Who refuses, in the `code-refused` fact. */
const CODE_CHECK = 'code-check'
export const CODE_MODULES = ['tasks', 'web']

export async function filesSaved(
  saved: SavedFiles,
  { check, learners, terminals, tell }: SaveParts,
): Promise<Reply<null>> {
  for (const file of saved.names) tell({ kind: 'file-saved', file, fingerprint: saved.fingerprint })
  const result = await check.check(saved.environment, CODE_MODULES)
  if (result.kind === 'passed') return learners.restartAll(saved.restart)
  const { problem } = result
  tell({ kind: 'code-refused', process: CODE_CHECK, fingerprint: result.fingerprint ?? saved.fingerprint, problem })
  for (const worker of learners.runningWorkers) {
    if (problem.detail !== undefined) terminals.write(worker.name, `${problem.detail.trimEnd()}\n`)
    terminals.note(
      worker.name,
      `The saved code was not loaded: ${problem.what} This worker goes on with the version it has.`,
    )
  }
  return refuse(problem)
}
