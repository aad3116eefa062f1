/**
 * What the learner looks at: a process that is opened, and whether the picture is paused. Each look is also told to main, because some
 * steps are about looking; what "Show me" looks at comes back from there, and the window follows.
 */
import type { FactOf, FeedItem } from '../../src-main/contract/feed.js'
import type { MessageView } from '../../src-main/contract/views.js'
import type { Ask } from '../bridge/bridge.js'
import type { StageState } from '../stage/stage-state.js'

export interface OpenProcess {
  readonly worker: string
  /** Null: the worker itself. */
  readonly pid: number | null
}

export class LookingState {
  process = $state.raw<OpenProcess | null>(null)
  /** The picture as it was when it was paused; null while it is live. */
  frozen = $state.raw<StageState | null>(null)
  readonly #ask: Ask
  readonly #stage: () => StageState

  constructor(ask: Ask, stage: () => StageState) {
    this.#ask = ask
    this.#stage = stage
  }

  /** For `messageOf` as a component's property: one function for good. */
  readonly openMessage = (deliveryTag: string): Promise<MessageView | null> => this.#messageOf(deliveryTag)

  look(what: FactOf<'looked-at'>['what'], id: string, part?: string): void {
    void this.#ask('lab.looked-at', { what, id, ...(part === undefined ? {} : { part }) })
  }

  openProcess(worker: string, pid: number | null): void {
    this.process = { worker, pid }
    if (pid === null) this.look('worker', worker)
    else this.look('pool-process', String(pid))
  }

  pause(paused: boolean): void {
    this.frozen = paused ? this.#stage() : null
    this.look('pause', paused ? 'on' : 'off')
  }

  /** A new step begins: nothing is open, and the picture is live. */
  clear(): void {
    this.process = null
    this.frozen = null
  }

  async #messageOf(deliveryTag: string): Promise<MessageView | null> {
    const reply = await this.#ask('record.message', { deliveryTag })
    return reply.ok ? reply.value.message : null
  }

  /** Answers the task that "Show me" opened a message of, or null. */
  follow(items: readonly FeedItem[]): string | null {
    let task: string | null = null
    for (const { fact } of items) {
      if (fact.kind !== 'looked-at' || fact.by !== 'show-me') continue
      if (fact.what === 'pause') this.frozen = fact.id === 'on' ? this.#stage() : null
      if (fact.what === 'worker') this.process = { worker: fact.id, pid: null }
      if (fact.what === 'pool-process') {
        const worker = workerOfPid(this.#stage(), Number(fact.id))
        if (worker !== null) this.process = { worker, pid: Number(fact.id) }
      }
      if (fact.what === 'message') task = this.#stage().tiles.get(fact.id)?.taskId ?? task
    }
    return task
  }
}

function workerOfPid(stage: StageState, pid: number): string | null {
  const workers = [...stage.workers.values()]
  return workers.find((worker) => worker.children.some((child) => child.pid === pid))?.name ?? null
}

/** The pieces of one message that were pointed at, the latest last. */
export function partsPointedAt(items: readonly FeedItem[], deliveryTag: string): readonly string[] {
  return items.flatMap(({ fact }) =>
    fact.kind === 'looked-at' && fact.what === 'message' && fact.id === deliveryTag && fact.part !== undefined
      ? [fact.part]
      : [],
  )
}
