/** A task that was sent, and what became of it. Celery: celery/result.py AsyncResult */
import type { ResultBackend, ResultMeta } from '../result-backend/result-meta.js'
import type { WireValue } from '../serialization/wire-value.js'
import { FAILURE, propagateStates, readyStates, SUCCESS } from '../states.js'
import { errorOfMeta } from './remote-error.js'

export interface GetOptions {
  /** Rejects with Celery's TimeoutError after so long; without it, `get` waits for as long as it takes. */
  readonly timeoutSeconds?: number
  /** false: a failure is answered as an Error instead of thrown. */
  readonly propagate?: boolean
  readonly signal?: AbortSignal
  /** false: a task may wait for another one, and perhaps for ever. */
  readonly disableSyncSubtasks?: boolean
}

export interface ResultReading<T> {
  /** Default: the value as it is on the wire. */
  readonly read?: (value: WireValue) => T
  /** false while a task runs. */
  readonly mayWait?: () => boolean
}

/** Of one task, or of a group. */
export interface Result {
  readonly id: string
  /** What ran before it: the step before, in a chain; the header, of a chord's body. Known to who has sent it. */
  readonly parent: Result | null
  ready(): Promise<boolean>
  successful(): Promise<boolean>
  failed(): Promise<boolean>
  get(options?: GetOptions): Promise<unknown>
  forget(): Promise<void>
  /** `[[id, parent], null]` of one task, `[[id, parent], [...]]` of a group. */
  asTuple(): WireValue
}

/** `T` is what the task returns, where that is known. */
export class AsyncResult<T = WireValue> implements Result {
  readonly id: string
  readonly parent: Result | null
  private readonly backend: ResultBackend
  private readonly reading: ResultReading<T>

  constructor(id: string, backend: ResultBackend, reading: ResultReading<T> = {}, parent: Result | null = null) {
    this.id = id
    this.parent = parent
    this.backend = backend
    this.reading = reading
  }

  /** PENDING also for a task that nobody ever sent. */
  async state(): Promise<string> {
    return (await this.meta()).status
  }

  async ready(): Promise<boolean> {
    return readyStates.has(await this.state())
  }

  async successful(): Promise<boolean> {
    return (await this.state()) === SUCCESS
  }

  async failed(): Promise<boolean> {
    return (await this.state()) === FAILURE
  }

  /** The value the task returned; throws what it raised, under its Python name. */
  async get(options: GetOptions & { readonly propagate: false }): Promise<T | Error>
  async get(options?: GetOptions): Promise<T>
  async get(options: GetOptions = {}): Promise<T | Error> {
    const { timeoutSeconds = null, propagate = true, signal, disableSyncSubtasks = true } = options
    if (this.reading.mayWait?.() === false && disableSyncSubtasks) throw new Error(neverInATask)
    const meta = await this.backend.waitFor(this.id, { timeoutSeconds, ...(signal ? { signal } : {}) })
    if (!propagateStates.has(meta.status)) return this.valueIn(meta)
    const error = errorOfMeta(meta)
    if (propagate) throw error
    return error
  }

  /** What was raised, when something was. */
  async error(): Promise<Error | null> {
    const meta = await this.meta()
    return propagateStates.has(meta.status) ? errorOfMeta(meta) : null
  }

  /** A value, an error, or the meta of a state of the task's own. */
  async info(): Promise<unknown> {
    const meta = await this.meta()
    return propagateStates.has(meta.status) ? errorOfMeta(meta) : this.valueIn(meta)
  }

  async traceback(): Promise<string | null> {
    return (await this.meta()).traceback
  }

  meta(): Promise<ResultMeta> {
    return this.backend.get(this.id)
  }

  forget(): Promise<void> {
    return this.backend.forget(this.id)
  }

  asTuple(): WireValue {
    return [[this.id, this.parent?.asTuple() ?? null], null]
  }

  private valueIn(meta: ResultMeta): T {
    const { read } = this.reading
    return read ? read(meta.result) : (meta.result as T) // without a reader, T is WireValue
  }
}

const neverInATask =
  'Never call result.get() within a task!\n' +
  'See https://docs.celeryq.dev/en/latest/userguide/tasks.html#avoid-launching-synchronous-subtasks'
