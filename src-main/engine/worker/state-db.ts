/**
 * What a worker remembers over a restart (`--statedb`, `worker_state_db`): revoked ids and stamps, and its clock. A JSON
 * file; Celery's is a Python shelve, and saved only at the exit, so that a kill forgets. Celery: celery/worker/state.py (Persistent)
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { LamportClock } from '../events/lamport-clock.js'
import { isObject } from '../message/shapes.js'
import { withTraceback, type Log } from '../ports/log.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { Revoked } from './revoked.js'

export class StateDb {
  private readonly file: string
  private readonly revoked: Revoked
  private readonly lamport: LamportClock
  private readonly log: Log
  private planned = false

  constructor(file: string, parts: { readonly revoked: Revoked; readonly lamport: LamportClock; readonly log: Log }) {
    this.file = file
    this.revoked = parts.revoked
    this.lamport = parts.lamport
    this.log = parts.log
  }

  /** Takes over what the file holds; from here on every change is saved. */
  open(): void {
    const saved = this.read()
    if (isObject(saved.revoked)) this.revoked.merge(saved.revoked)
    for (const [header, values] of Object.entries(isObject(saved.revoked_stamps) ? saved.revoked_stamps : {})) {
      if (Array.isArray(values)) this.revoked.addStamps(header, values as readonly WireValue[])
    }
    if (typeof saved.clock === 'number') this.lamport.adjust(saved.clock)
    this.revoked.changed(() => this.saveSoon())
  }

  save(): void {
    this.planned = false
    const state = {
      revoked: Object.fromEntries(this.revoked.ids),
      revoked_stamps: Object.fromEntries(this.revoked.stamps),
      clock: this.lamport.forward(),
    }
    try {
      writeFileSync(`${this.file}.new`, stringifyJson(state))
      renameSync(`${this.file}.new`, this.file)
    } catch (error) {
      this.log.error(
        withTraceback(`The state database ${this.file} cannot be written: revocations end with this worker`, error),
      )
    }
  }

  /** A list of ids is one write. */
  private saveSoon(): void {
    if (this.planned) return
    this.planned = true
    setImmediate(() => this.planned && this.save())
  }

  private read(): WireObject {
    try {
      const state = parseJson(readFileSync(this.file, 'utf8'))
      if (isObject(state)) return state
      throw new TypeError('expected a JSON object with `revoked` in it')
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return {} // the first start
      const why = error instanceof Error ? error.message : String(error)
      this.log.error(
        `The state database ${this.file} cannot be read (${why}): this worker starts without it and will write it anew`,
      )
      return {}
    }
  }
}
