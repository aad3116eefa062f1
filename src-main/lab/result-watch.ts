/**
 * Facts about the result store: who asked for a result, which records are gone, how many there are. Records that expire are told by
 * Redis' keyspace notifications; what was lost while Redis was away is found by asking for it. Knows nothing of messages.
 */
import type { Redis } from 'ioredis'
import type { Fact, FactOf, WireFact } from '../contract/feed.js'
import { META_PREFIX, type ResultRecords } from '../record/result-records.js'

export interface ResultWatchOptions {
  readonly records: ResultRecords
  readonly tell: (fact: Fact) => void
  readonly nowMs: () => number
}

export const EXPIRED_PATTERN = '__keyevent@*__:expired'

const TELL_COUNT_AFTER_MS = 250
/** A page that asks in a loop without a pause must not fill the record. */
const ASKED_AT_MOST_EVERY_MS = 200
const ASKERS_REMEMBERED = 500
/** Workers read a task's record before they store it; that is not somebody who wants to know. */
const WORKER = /^worker@/

export class ResultWatch {
  readonly #options: ResultWatchOptions
  readonly #lastAskedMs = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null
  #lastCount = ''

  constructor(options: ResultWatchOptions) {
    this.#options = options
  }

  /** Facts of the result store are told here and answered true; others are not its own. */
  hear(fact: WireFact): boolean {
    switch (fact.kind) {
      case 'result-asked':
        if (this.#isNews(fact)) this.#options.tell(fact)
        return true
      case 'result-stored':
      case 'result-removed':
        this.#options.tell(fact)
        this.#changed()
        return true
      default:
        return false
    }
  }

  expired(key: string): void {
    for (const fact of this.#options.records.expired(key)) this.hear(fact)
  }

  /** The connection is there, or there again: a Redis that was started anew may hold less than before. */
  async askWhatIsKept(redis: Redis | null): Promise<void> {
    const { taskIds } = this.#options.records
    if (redis === null || taskIds.length === 0) return
    const asks = taskIds.reduce((pipeline, id) => pipeline.exists(`${META_PREFIX}${id}`), redis.pipeline())
    const answers = await asks.exec().catch(() => null) // away again: asked when it is back
    const gone = taskIds.filter((_id, index) => answers?.[index]?.[1] === 0)
    for (const fact of this.#options.records.notKept(gone)) this.hear(fact)
  }

  tellCount(): void {
    const { count: records, bytes } = this.#options.records
    const text = `${records} ${bytes}`
    if (text === this.#lastCount) return
    this.#lastCount = text
    this.#options.tell({ kind: 'result-count', records, bytes })
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.tellCount()
    }, TELL_COUNT_AFTER_MS)
  }

  #isNews({ by, taskId }: FactOf<'result-asked'>): boolean {
    if (WORKER.test(by)) return false
    const key = `${by} ${taskId}`
    const nowMs = this.#options.nowMs()
    if (nowMs - (this.#lastAskedMs.get(key) ?? -Infinity) < ASKED_AT_MOST_EVERY_MS) return false
    this.#lastAskedMs.delete(key)
    this.#lastAskedMs.set(key, nowMs)
    const oldest = this.#lastAskedMs.keys().next()
    if (this.#lastAskedMs.size > ASKERS_REMEMBERED && oldest.done !== true) this.#lastAskedMs.delete(oldest.value)
    return true
  }
}
