/** The results of a group, with its id. Celery: celery/result.py GroupResult */
import type { ChordHeader } from '../result-backend/result-meta.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { GetOptions, Result } from './async-result.js'

export class GroupResult implements Result {
  readonly id: string
  readonly results: readonly Result[]
  readonly parent: Result | null
  private readonly groups: () => ChordHeader

  constructor(id: string, results: readonly Result[], parent: Result | null, groups: () => ChordHeader) {
    this.id = id
    this.results = results
    this.parent = parent
    this.groups = groups
  }

  async ready(): Promise<boolean> {
    return (await this.each((result) => result.ready())).every(Boolean)
  }

  async successful(): Promise<boolean> {
    return (await this.each((result) => result.successful())).every(Boolean)
  }

  async failed(): Promise<boolean> {
    return (await this.each((result) => result.failed())).some(Boolean)
  }

  /** As Celery: how many have succeeded. */
  async completedCount(): Promise<number> {
    return (await this.each((result) => result.successful())).filter(Boolean).length
  }

  /** The values in the group's order; rejects with the first error that is heard of, unless told otherwise. */
  get(options?: GetOptions): Promise<readonly unknown[]> {
    return this.each((result) => result.get(options))
  }

  async forget(): Promise<void> {
    await this.each((result) => result.forget())
  }

  /** Kept in the result backend, for `app.restoreGroup`. */
  save(): Promise<void> {
    return this.groups().saveGroup(this.id, this.asTuple())
  }

  /** What was saved is forgotten; the results stay. */
  delete(): Promise<void> {
    return this.groups().deleteGroup(this.id)
  }

  asTuple(): WireValue {
    return [[this.id, this.parent?.asTuple() ?? null], this.results.map((result) => result.asTuple())]
  }

  private each<V>(ask: (result: Result) => Promise<V>): Promise<readonly V[]> {
    return Promise.all(this.results.map(ask))
  }
}
