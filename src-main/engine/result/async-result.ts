/** A task that was sent, and what became of it. Celery: celery/result.py AsyncResult */
import type { ResultBackend, ResultMeta } from '../result-backend/result-meta.js'
import type { WireValue } from '../serialization/wire-value.js'
import { propagateStates, readyStates, SUCCESS } from '../states.js'
import { errorOfMeta } from './remote-error.js'

export interface GetOptions {
  /** Rejects with Celery's TimeoutError after so long; without it, `get` waits for as long as it takes. */
  readonly timeoutSeconds?: number
  /** false: a failure is answered as an Error instead of thrown. */
  readonly propagate?: boolean
  readonly signal?: AbortSignal
}

export class AsyncResult {
  readonly id: string
  private readonly backend: ResultBackend

  constructor(id: string, backend: ResultBackend) {
    this.id = id
    this.backend = backend
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

  /** The value the task returned; throws what it raised, under its Python name. */
  async get(options: GetOptions = {}): Promise<WireValue> {
    const meta = await this.backend.waitFor(this.id, {
      timeoutSeconds: options.timeoutSeconds ?? null,
      ...(options.signal ? { signal: options.signal } : {}),
    })
    if (propagateStates.has(meta.status) && (options.propagate ?? true)) throw errorOfMeta(meta)
    return meta.result
  }

  /** What was raised, when something was. */
  async error(): Promise<Error | null> {
    const meta = await this.meta()
    return propagateStates.has(meta.status) ? errorOfMeta(meta) : null
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
}
