/**
 * The result store as its commands show it: which records there are, how long, and what became of them. Command in, facts out, no I/O.
 * Two things no command shows are told to it: records whose time to live is over, and records that Redis came back without.
 * Celery: celery/backends/redis.py; PROTOCOL.md 6
 */
import type { FactOf, WireFact } from '../contract/feed.js'
import { resultDocument } from './message-summary.js'

export const META_PREFIX = 'celery-task-meta-'

type Removed = FactOf<'result-removed'>

/** What it needs of a command: wire-facts.ts has read it from MONITOR's line. */
interface Command {
  readonly db: number
  readonly name: string
  readonly args: readonly string[]
  readonly by: string
}

interface Known {
  readonly db: number
  readonly bytes: number
}

export class ResultRecords {
  /** Task id → its record. */
  readonly #known = new Map<string, Known>()

  get count(): number {
    return this.#known.size
  }

  /** The length of all documents together. Redis needs some more for each key. */
  get bytes(): number {
    let bytes = 0
    for (const record of this.#known.values()) bytes += record.bytes
    return bytes
  }

  get taskIds(): readonly string[] {
    return [...this.#known.keys()]
  }

  /** A step's start state: the store was emptied by the lab. */
  forget(): void {
    this.#known.clear()
  }

  read(command: Command): readonly WireFact[] {
    switch (command.name) {
      case 'SETEX':
      case 'PSETEX':
      case 'SET':
        return this.#stored(command)
      case 'GET':
        return asked(command)
      case 'DEL':
      case 'UNLINK':
        return this.#gone(command.args.flatMap(taskIdOf), 'forgotten', command.by)
      case 'FLUSHDB':
      case 'FLUSHALL': {
        const isMeant = (record: Known): boolean => command.name === 'FLUSHALL' || record.db === command.db
        const ids = [...this.#known].filter(([, record]) => isMeant(record)).map(([id]) => id)
        return this.#gone(ids, 'flushed', command.by)
      }
      default:
        return []
    }
  }

  /** Redis' notification: the time to live of this key is over. */
  expired(key: string): readonly Removed[] {
    return this.#gone(taskIdOf(key), 'expired', null)
  }

  /** Redis was asked, and does not have them. */
  notKept(taskIds: readonly string[]): readonly Removed[] {
    return this.#gone(taskIds, 'not-kept', null)
  }

  /** SETEX key ttl document · PSETEX key ms document · SET key document [EX s | PX ms] */
  #stored({ db, name, args, by }: Command): readonly WireFact[] {
    const [key = '', second = '', third = '', fourth = ''] = args
    const [taskId] = taskIdOf(key)
    if (taskId === undefined) return []
    const text = name === 'SET' ? second : third
    const document = resultDocument(text)
    if (document === null) return []
    this.#known.set(taskId, { db, bytes: Buffer.byteLength(text) })
    const ttlSeconds = ttlOf(name, name === 'SET' ? [third, fourth] : ['', second])
    return [{ kind: 'result-stored', by, taskId, ...document, ttlSeconds }]
  }

  #gone(taskIds: readonly string[], why: Removed['why'], by: Removed['by']): readonly Removed[] {
    const removed = taskIds.filter((taskId) => this.#known.delete(taskId))
    return removed.length === 0 ? [] : [{ kind: 'result-removed', why, by, taskIds: removed }]
  }
}

function asked({ args, by }: Command): readonly WireFact[] {
  return taskIdOf(args[0] ?? '').map((taskId) => ({ kind: 'result-asked', by, taskId }))
}

/** None when it is no result record's key. */
function taskIdOf(key: string): readonly string[] {
  return key.startsWith(META_PREFIX) ? [key.slice(META_PREFIX.length)] : []
}

function ttlOf(name: string, [option = '', value = '']: readonly string[]): number | null {
  if (name === 'SETEX') return Number(value)
  if (name === 'PSETEX') return Number(value) / 1000
  if (option.toUpperCase() === 'EX') return Number(value)
  if (option.toUpperCase() === 'PX') return Number(value) / 1000
  return null
}
