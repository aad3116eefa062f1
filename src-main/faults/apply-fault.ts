/**
 * Carries out one fault order and records when it began and ended. Real means only: SIGKILL, and the world's own settings.
 * What it may touch comes in as `targets`; nothing in the engine knows that a fault was ordered.
 */
import type { FaultOrder } from '../contract/fault-orders.js'
import type { FactOf } from '../contract/feed.js'
import type { Problem, Reply } from '../contract/problem.js'
import type { MailSettings } from '../contract/topology.js'
import { killPid, killTree, survivors } from './process-killer.js'

/** A worker's processes as they are now. */
export interface WorkerTree {
  readonly pid: number
  readonly children: readonly { readonly pid: number; readonly label: string; readonly busySinceMs: number | null }[]
}

export interface FaultTargets {
  /** Null: no such worker, or it does not run. */
  worker(name: string): WorkerTree | null
  setMail(wanted: Partial<MailSettings>): Promise<Reply<null>>
  /** Rejects while Redis does not answer. */
  flushResults(): Promise<void>
  tell(fact: FactOf<'fault'>): void
}

const CHILD_GONE_WITHIN_MS = 3_000

export async function applyFault(order: FaultOrder, targets: FaultTargets): Promise<Reply<null>> {
  const reply = await carryOut(order, targets)
  if (!reply.ok) targets.tell({ kind: 'fault', order, phase: 'failed', problem: reply.problem })
  return reply
}

async function carryOut(order: FaultOrder, targets: FaultTargets): Promise<Reply<null>> {
  const began = (): void => targets.tell({ kind: 'fault', order, phase: 'started' })
  const ended = (): void => targets.tell({ kind: 'fault', order, phase: 'ended' })
  switch (order.kind) {
    case 'kill-worker': {
      const tree = targets.worker(order.worker)
      if (tree === null) return refused(workerIsOff(order.worker))
      began()
      const pids = tree.children.map((child) => child.pid)
      const { left } = await killTree(tree.pid, pids)
      if (left.length > 0) return refused(couldNotKill(order.worker, left))
      ended()
      return DONE
    }
    case 'kill-child': {
      const tree = targets.worker(order.worker)
      if (tree === null) return refused(workerIsOff(order.worker))
      const pid = order.pid ?? busiest(tree)
      if (pid === null || !tree.children.some((child) => child.pid === pid))
        return refused(noSuchChild(order.worker, pid))
      began()
      killPid(pid)
      const left = await survivors([pid], CHILD_GONE_WITHIN_MS)
      if (left.length > 0) return refused(couldNotKill(order.worker, left))
      ended()
      return DONE
    }
    case 'slow-mail':
      return changeMail({ delayMs: Math.max(0, order.delayMs) }, order.delayMs > 0 ? began : ended, targets)
    case 'stop-mail':
      return changeMail({ running: false }, began, targets)
    case 'start-mail':
      return changeMail({ running: true }, ended, targets)
    case 'flush-results': {
      began()
      const failure = await targets.flushResults().then(
        () => null,
        (error: unknown) => String(error),
      )
      if (failure !== null) return refused(couldNotFlush(failure))
      ended()
      return DONE
    }
  }
}

const DONE: Reply<null> = { ok: true, value: null }

async function changeMail(
  wanted: Partial<MailSettings>,
  tell: () => void,
  targets: FaultTargets,
): Promise<Reply<null>> {
  const reply = await targets.setMail(wanted)
  if (reply.ok) tell()
  return reply
}

/** The child that has been at its task longest; an idle one when none is busy. */
function busiest(tree: WorkerTree): number | null {
  const longest = [...tree.children].sort(
    (left, right) => (left.busySinceMs ?? Infinity) - (right.busySinceMs ?? Infinity),
  )
  return longest[0]?.pid ?? null
}

function refused(problem: Problem): Reply<null> {
  return { ok: false, problem }
}

function workerIsOff(worker: string): Problem {
  return {
    code: 'worker-not-running',
    what: `${worker} is not running, so there is nothing to kill.`,
    meaning: 'Nothing was changed; messages wait in the queue.',
    next: `Start ${worker}, then try again.`,
  }
}

function noSuchChild(worker: string, pid: number | null): Problem {
  return {
    code: 'no-such-child',
    what: pid === null ? `${worker} has no pool process right now.` : `${worker} has no pool process with pid ${pid}.`,
    meaning: 'Nothing was killed. A pool process that died is replaced within a second or two.',
    next: 'Choose one that is on the stage now.',
  }
}

function couldNotFlush(detail: string): Problem {
  return {
    code: 'results-not-flushed',
    what: 'Redis did not empty the result store.',
    meaning: 'The result records are as they were.',
    next: 'Try again when Redis answers; the broker chip says whether it does.',
    detail,
  }
}

function couldNotKill(worker: string, pids: readonly number[]): Problem {
  return {
    code: 'could-not-kill',
    what: `The operating system did not end ${pids.map((pid) => `pid ${pid}`).join(', ')} of ${worker}.`,
    meaning: 'That process may still finish its task.',
    next: 'End it with your system’s own process viewer, then restart the worker.',
  }
}
