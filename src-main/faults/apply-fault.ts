/**
 * Carries out one fault order and records when it began and ended. Real means only: SIGKILL, the world's own settings, and a Redis
 * that is stopped and started.
 * What it may touch comes in as `targets`; nothing in the engine knows that a fault was ordered.
 */
import type { FaultOrder } from '../contract/fault-orders.js'
import type { FactOf } from '../contract/feed.js'
import type { Problem, Reply } from '../contract/problem.js'
import type { ApiSettings, DatabaseSettings, MailSettings } from '../contract/topology.js'
import {
  beatIsOff,
  couldNotFlush,
  couldNotKill,
  monitorNotDeaf,
  noSuchChild,
  redisIsDown,
  redisIsUp,
  webIsOff,
  workerIsOff,
} from './fault-problems.js'
import { killPid, killTree, survivors } from './process-killer.js'

/** A worker's processes as they are now. */
export interface WorkerTree {
  readonly pid: number
  readonly children: readonly { readonly pid: number; readonly label: string; readonly busySinceMs: number | null }[]
}

export interface BeatTargets {
  /** Null: it does not run. */
  pid(): number | null
  startSecond(): Promise<Reply<null>>
  stopSecond(): Promise<Reply<null>>
}

export interface FaultTargets {
  /** Null: no such worker, or it does not run. */
  worker(name: string): WorkerTree | null
  /** Null: it does not run. */
  webPid(): number | null
  setMail(wanted: Partial<MailSettings>): Promise<Reply<null>>
  /** Rejects while Redis does not answer. */
  flushResults(): Promise<void>
  setApi(wanted: Partial<ApiSettings>): Promise<Reply<null>>
  /** Every mail that a process of the lab sends waits for `look` before its sender hears that it was taken; null ends that. */
  holdMails(look: ((pid: number | null) => Promise<void>) | null): void
  setDatabase(wanted: Partial<DatabaseSettings>): Promise<Reply<null>>
  /** The monitor's ears; `over` is told when it hears again. Rejects while Redis does not answer. */
  deafenMonitor(forMs: number, over: () => void): Promise<void>
  readonly redis: RedisTarget
  readonly beat: BeatTargets
  tell(fact: FactOf<'fault'>): void
}

/** `stop` and `bounce` are only asked for while no outage is under way. */
export interface RedisTarget {
  /** It is down, or on its way back, because somebody ordered that. */
  readonly underWay: boolean
  /** Answers when it is down; `back` is told when it is there again, or why it is not. */
  stop(
    order: { readonly forMs: number; readonly keepData: boolean },
    back: (problem: Problem | null) => void,
  ): Promise<Reply<null>>
  /** Answers when it is there again. */
  end(): Promise<Reply<null>>
  /** Answers when it is there for the last time. */
  bounce(times: number): Promise<Reply<null>>
}

const GONE_WITHIN_MS = 3_000

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
      if (order.at === 'after-effect') {
        began()
        killAfterMail(order, targets, ended)
        return DONE
      }
      const pid = order.pid ?? busiest(tree)
      if (pid === null || !tree.children.some((child) => child.pid === pid))
        return refused(noSuchChild(order.worker, pid))
      began()
      return tellWhenDone(killOne(pid, order.worker), ended)
    }
    case 'kill-web': {
      const pid = targets.webPid()
      if (pid === null) return refused(webIsOff())
      began()
      return tellWhenDone(killOne(pid, 'the web app'), ended)
    }
    case 'slow-mail':
      return tellWhenDone(targets.setMail({ delayMs: Math.max(0, order.delayMs) }), order.delayMs > 0 ? began : ended)
    case 'stop-mail':
      return tellWhenDone(targets.setMail({ running: false }), began)
    case 'start-mail':
      return tellWhenDone(targets.setMail({ running: true }), ended)
    case 'flush-results': {
      began()
      const failure = await failureOf(targets.flushResults())
      if (failure !== null) return refused(couldNotFlush(failure))
      ended()
      return DONE
    }
    case 'slow-api':
      return tellWhenDone(targets.setApi({ latencyMs: order.latencyMs }), order.latencyMs > 0 ? began : ended)
    case 'flaky-api':
      return tellWhenDone(targets.setApi({ failureRate: order.failureRate }), order.failureRate > 0 ? began : ended)
    case 'limit-api':
      return tellWhenDone(targets.setApi({ limitPerSecond: order.perSecond }), order.perSecond > 0 ? began : ended)
    case 'stop-api':
      return tellWhenDone(targets.setApi({ running: false }), began)
    case 'start-api':
      return tellWhenDone(targets.setApi({ running: true }), ended)
    case 'slow-commit':
      return tellWhenDone(
        targets.setDatabase({ commitDelayMs: Math.max(0, order.delayMs) }),
        order.delayMs > 0 ? began : ended,
      )
    case 'stop-redis': {
      if (targets.redis.underWay) return refused(redisIsDown())
      began()
      return targets.redis.stop(order, (problem) => {
        if (problem === null) ended()
        else targets.tell({ kind: 'fault', order, phase: 'failed', problem })
      })
    }
    case 'start-redis': {
      if (!targets.redis.underWay) return refused(redisIsUp())
      const reply = await targets.redis.end()
      if (reply.ok) ended()
      return reply
    }
    case 'bounce-redis': {
      if (targets.redis.underWay) return refused(redisIsDown())
      began()
      const reply = await targets.redis.bounce(order.times)
      if (reply.ok) ended()
      return reply
    }
    case 'deaf-monitor': {
      const failure = await failureOf(targets.deafenMonitor(order.forMs, ended))
      if (failure !== null) return refused(monitorNotDeaf(failure))
      began()
      return DONE
    }
    case 'kill-beat': {
      const pid = targets.beat.pid()
      if (pid === null) return refused(beatIsOff())
      began()
      return tellWhenDone(killOne(pid, 'beat'), ended)
    }
    case 'duplicate-beat':
      return tellWhenDone(targets.beat.startSecond(), began)
    case 'end-duplicate-beat':
      return tellWhenDone(targets.beat.stopSecond(), ended)
  }
}

const DONE: Reply<null> = { ok: true, value: null }

async function tellWhenDone(change: Promise<Reply<null>>, tell: () => void): Promise<Reply<null>> {
  const reply = await change
  if (reply.ok) tell()
  return reply
}

async function killOne(pid: number, name: string): Promise<Reply<null>> {
  killPid(pid)
  const left = await survivors([pid], GONE_WITHIN_MS)
  return left.length > 0 ? refused(couldNotKill(name, left)) : DONE
}

/** What it rejected with, in words; null when it did not. */
function failureOf(work: Promise<void>): Promise<string | null> {
  return work.then(
    () => null,
    (error: unknown) => String(error),
  )
}

/** Armed until one child of the worker has died of it. A mail of anybody else goes on as if nothing were. */
function killAfterMail(
  { worker, pid }: Extract<FaultOrder, { kind: 'kill-child' }>,
  targets: FaultTargets,
  ended: () => void,
): void {
  let struck = false
  targets.holdMails(async (sender) => {
    const children = targets.worker(worker)?.children ?? []
    if (struck || sender === null || !children.some((child) => child.pid === sender) || (pid ?? sender) !== sender)
      return
    struck = true // the mail of another child may come while this one dies
    killPid(sender)
    await survivors([sender], GONE_WITHIN_MS)
    targets.holdMails(null)
    ended()
  })
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
