/**
 * Elects one of the workers to do something once: each stands for it with its clock, all confirm, the earliest wins.
 * As Celery, but for a cluster of one, where Celery's worker dies of an IndexError: here it wins.
 * Celery: celery/worker/consumer/gossip.py (election, on_elect, on_elect_ack), kombu/clocks.py (sort_heap)
 */
import type { EventDispatcher } from '../../events/dispatcher.js'
import { isObject } from '../../message/shapes.js'
import type { Log } from '../../ports/log.js'
import { pythonRepr } from '../../serialization/python-repr.js'
import type { WireObject, WireValue } from '../../serialization/wire-value.js'

export interface ElectionsParts {
  readonly events: Pick<EventDispatcher, 'sendAtOnce'>
  /** `a@host.20463` */
  readonly fullName: string
  /** Of the others. */
  readonly aliveCount: () => number
  /** Sends the task that the election is about. */
  readonly callTask: (signature: WireObject) => Promise<unknown>
  readonly log: Log
}

interface Candidate {
  readonly clock: number
  readonly name: string
  readonly topic: WireValue
  readonly action: WireValue
}

/** Elections that nobody ever confirmed are not kept for ever. */
const keptAtMost = 1000

export class Elections {
  private readonly parts: ElectionsParts
  private readonly candidates = new Map<string, Candidate[]>()
  private readonly replies = new Map<string, number>()

  constructor(parts: ElectionsParts) {
    this.parts = parts
  }

  hold(id: WireValue, topic: WireValue, action: WireValue): void {
    keep(this.replies, keyOf(id), 0)
    this.parts.events.sendAtOnce('worker-elect', { id, topic, action, cver: 1 })
  }

  onElect(event: WireObject): void {
    const missing = ['id', 'clock', 'hostname', 'pid', 'topic', 'action', 'cver'].find((field) => !(field in event))
    if (missing !== undefined) {
      this.parts.log.error(`election request missing field '${missing}'`)
      return
    }
    const { id = null, clock, hostname, pid, topic = null, action = null } = event
    const name = `${String(hostname)}.${String(pid)}`
    const candidate = { clock: typeof clock === 'number' ? clock : 0, name, topic, action }
    keep(this.candidates, keyOf(id), [...(this.candidates.get(keyOf(id)) ?? []), candidate])
    this.parts.events.sendAtOnce('worker-elect-ack', { id })
  }

  onElectAck(event: WireObject): void {
    const { id = null } = event
    const replies = this.replies.get(keyOf(id))
    if (replies === undefined) return // not for us
    this.replies.set(keyOf(id), replies + 1)
    if (replies + 1 < this.parts.aliveCount()) return
    const leader = earliest(this.candidates.get(keyOf(id)) ?? [])
    this.candidates.delete(keyOf(id))
    this.replies.delete(keyOf(id))
    if (leader) this.decided(id, leader)
  }

  private decided(id: WireValue, leader: Candidate): void {
    const { log, fullName, callTask } = this.parts
    if (leader.name !== fullName) {
      log.info(`node ${leader.name} elected for ${pythonRepr(id)}`)
      return
    }
    log.info(`I won the election ${pythonRepr(id)}`)
    if (leader.topic !== 'task') {
      log.error(`Unknown election topic ${pythonRepr(leader.topic)}`)
      return
    }
    const called = isObject(leader.action)
      ? callTask(leader.action)
      : Promise.reject(new TypeError(`${pythonRepr(leader.action)} is no signature`))
    called.catch((error: unknown) => log.error(`Could not call task: ${String(error)}`))
  }
}

function earliest(candidates: readonly Candidate[]): Candidate | null {
  const sorted = [...candidates].sort((a, b) => a.clock - b.clock || (a.name < b.name ? -1 : 1))
  return sorted[0] ?? null
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > keptAtMost && oldest !== undefined) map.delete(oldest)
}

function keyOf(id: WireValue): string {
  return pythonRepr(id)
}
