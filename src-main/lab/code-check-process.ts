/**
 * Tries out saved files in a fresh Python before anything that runs is touched. One process waits warmed up; each serves
 * one check and ends; one that does not finish in ten seconds is killed.
 */
import type { Problem } from '../contract/problem.js'
import type { CodeCheckToLab, LabToCodeCheck } from '../processes/messages/code-check-messages.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { ChildHandle } from './child-handle.js'
import { checkBroke, fileNeverLoaded } from './problems.js'
import { forkEntry, killChild, type Surroundings } from './surroundings.js'

export type CodeCheckResult =
  | Extract<CodeCheckToLab, { readonly kind: 'passed' }>
  /** `fingerprint` null: the check itself did not get that far. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly fingerprint: string | null }

const LOADED_WITHIN_SECONDS = 10
/** Python's own start on a busy machine; not the learner's fault, so not the learner's limit. */
const STANDING_BY_WITHIN_MS = 30_000

type Checker = ChildHandle<LabToCodeCheck, CodeCheckToLab>

interface Standby {
  readonly child: Checker
  readonly isUp: Promise<boolean>
}

export class CodeCheckProcess {
  readonly #surroundings: Surroundings
  readonly #children = new Set<Checker>()
  #standby: Standby | null = null

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** Makes sure that one process waits, unless the lab is being stopped. */
  warmUp(): void {
    if (this.#surroundings.stopping.aborted || (this.#standby !== null && this.#standby.child.running)) return
    const child: Checker = forkEntry('code-check', null, this.#surroundings)
    this.#children.add(child)
    child.send({ kind: 'prepare', snapshotFile: this.#surroundings.places.snapshotFile })
    child.onExit(() => {
      this.#children.delete(child)
      if (this.#standby?.child === child) this.#standby = null
    })
    const isUp = child
      .next((message): message is CodeCheckToLab => message.kind === 'standing-by', {
        timeoutMs: STANDING_BY_WITHIN_MS,
      })
      .then((answer) => answer.kind === 'message')
    this.#standby = { child, isUp }
  }

  async check(environment: LearnerEnvironment, modules: readonly string[]): Promise<CodeCheckResult> {
    const child = await this.#take()
    if (child === null) return { kind: 'refused', problem: checkBroke({ code: null, signal: null }), fingerprint: null }
    const asked = child.next(isResult, { timeoutMs: LOADED_WITHIN_SECONDS * 1000 })
    child.send({ kind: 'check', environment, modules })
    const answer = await asked
    child.kill()
    this.warmUp()
    switch (answer.kind) {
      case 'message':
        return answer.message
      case 'exited':
        return { kind: 'refused', problem: checkBroke(answer.exit), fingerprint: null }
      case 'too-late':
      case 'aborted':
        return { kind: 'refused', problem: fileNeverLoaded(LOADED_WITHIN_SECONDS), fingerprint: null }
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#children].map(killChild))
  }

  /** A process that is up, taken out of waiting. A second try: the first may have been killed by anybody. */
  async #take(): Promise<Checker | null> {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      this.warmUp()
      const standby = this.#standby
      this.#standby = null
      if (standby === null) return null
      if (await standby.isUp) return standby.child
      standby.child.kill()
    }
    return null
  }
}

type Result = Extract<CodeCheckToLab, { kind: 'passed' | 'refused' }>

function isResult(message: CodeCheckToLab): message is Result {
  return message.kind === 'passed' || message.kind === 'refused'
}
