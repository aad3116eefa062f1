/**
 * What the record tells of each task, put together by its id: who sent it, when a child ran it, which records were stored, which are gone.
 * For checks that look at more than one fact of a task; built from facts alone, fed by the check that owns it.
 */
import type { FactOf, FeedItem } from '../../contract/feed.js'

export interface StoredState {
  readonly state: string
  readonly resultText: string
}

export interface TaskStory {
  readonly id: string
  name: string
  /** As its message shows them to people. */
  argsrepr: string
  parentId: string | null
  groupId: string | null
  publishedAtMs: number | null
  /** In a child, for the first time. */
  startedAtMs: number | null
  /** Out of the child again: done, or its process is gone. */
  leftAtMs: number | null
  /** Celery's event said that it succeeded or failed. */
  endedAtMs: number | null
  /** Each record that was stored, the latest last. */
  readonly records: StoredState[]
  /** Null while its last record is there, or before the first. */
  removed: FactOf<'result-removed'>['why'] | null
}

/** The states in which a record says that its task is over. */
export const READY_STATES: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED'])
/** States that Celery sets by itself. Any other is a state of the task's own, such as PROGRESS. */
const CELERYS_STATES: ReadonlySet<string> = new Set([
  ...READY_STATES,
  ...['PENDING', 'RECEIVED', 'STARTED', 'RETRY', 'REJECTED', 'IGNORED'],
])

export function isOwnState({ state }: StoredState): boolean {
  return !CELERYS_STATES.has(state)
}

/** Its last record says that the task is over. */
export function isReady(story: TaskStory | null): boolean {
  return READY_STATES.has(story?.records.at(-1)?.state ?? '')
}

export class TaskStories {
  readonly #stories = new Map<string, TaskStory>()
  readonly #slots = new Map<number, string>()

  get all(): readonly TaskStory[] {
    return [...this.#stories.values()]
  }

  get(id: string): TaskStory | null {
    return this.#stories.get(id) ?? null
  }

  see({ fact, atMs }: FeedItem): void {
    switch (fact.kind) {
      case 'message-published': {
        const story = this.#of(fact.taskId)
        story.name = fact.taskName
        story.argsrepr = fact.argsrepr
        story.parentId = fact.parentId ?? null
        story.groupId = fact.groupId ?? null
        story.publishedAtMs ??= atMs
        return
      }
      case 'slot': {
        this.#leave(fact.pid, atMs)
        if (fact.taskId === null) return
        this.#slots.set(fact.pid, fact.taskId)
        this.#of(fact.taskId).startedAtMs ??= atMs
        return
      }
      case 'process-exited':
        return this.#leave(fact.pid, atMs)
      case 'task-event':
        if (fact.type === 'task-started') this.#of(fact.taskId).startedAtMs ??= atMs
        if (fact.type === 'task-succeeded' || fact.type === 'task-failed') this.#of(fact.taskId).endedAtMs ??= atMs
        return
      case 'result-stored': {
        const story = this.#of(fact.taskId)
        story.records.push({ state: fact.state, resultText: fact.resultText })
        story.removed = null
        return
      }
      case 'result-removed':
        for (const id of fact.taskIds) this.#of(id).removed = fact.why
        return
      default:
        return
    }
  }

  #leave(pid: number, atMs: number): void {
    const taskId = this.#slots.get(pid)
    this.#slots.delete(pid)
    if (taskId !== undefined) this.#of(taskId).leftAtMs = atMs
  }

  #of(id: string): TaskStory {
    const known = this.#stories.get(id)
    if (known !== undefined) return known
    const story: TaskStory = {
      id,
      name: '',
      argsrepr: '',
      parentId: null,
      groupId: null,
      publishedAtMs: null,
      startedAtMs: null,
      leftAtMs: null,
      endedAtMs: null,
      records: [],
      removed: null,
    }
    this.#stories.set(id, story)
    return story
  }
}

export function lastState(story: TaskStory): string | null {
  return story.records.at(-1)?.state ?? null
}

/** What a record's `resultText` says; undefined when it was cut, or is no JSON. */
export function resultValue(resultText: string): unknown {
  try {
    return JSON.parse(resultText) as unknown
  } catch {
    return undefined
  }
}
