/** The outside world as one thing: mail server, API, database, and the ledger that the first two write to. Runs in a process of its own (processes/world.ts). */
import type { DatabaseFact } from '../contract/feed.js'
import { QUICK_DATABASE, type WorldChange, type WorldSettings } from '../contract/topology.js'
import { Database } from './database.js'
import { HeldMails } from './held-mails.js'
import { Ledger, type LedgerRow } from './ledger.js'
import { MailSink } from './mail-sink.js'
import type { DoorPorts } from './two-doors.js'
import { UnreliableApi } from './unreliable-api.js'

export interface WorldOptions {
  readonly settings: Omit<WorldSettings, 'db'> & Partial<WorldSettings>
  readonly seed: number
  /** `held`: the mail's client waits until `held.release` of that number. */
  readonly onRow: (row: LedgerRow, held?: number) => void
  readonly onDatabase?: (fact: DatabaseFact) => void
  /** One line for the world's terminal. */
  readonly log: (line: string) => void
}

export interface WorldPorts {
  readonly mail: DoorPorts
  readonly api: DoorPorts
  readonly db: DoorPorts
}

export class World {
  readonly held = new HeldMails()
  readonly #ledger: Ledger
  readonly #mail: MailSink
  readonly #api: UnreliableApi
  readonly #db: Database

  constructor(options: WorldOptions) {
    this.#ledger = new Ledger(options.onRow)
    const { log, seed } = options
    const { mail, api, db = QUICK_DATABASE } = options.settings
    this.#mail = new MailSink({ ledger: this.#ledger, held: this.held, settings: mail, log })
    this.#api = new UnreliableApi({ ledger: this.#ledger, settings: api, seed, log })
    const tell = (fact: DatabaseFact): void => options.onDatabase?.(fact)
    this.#db = new Database({ settings: db, tell, log })
  }

  get settings(): WorldSettings {
    return { mail: this.#mail.settings, api: this.#api.settings, db: this.#db.settings }
  }

  /** `ports` brings a world that died back to where learners' code expects it. */
  async start(ports?: WorldPorts): Promise<WorldPorts> {
    return {
      mail: await this.#mail.start(ports?.mail),
      api: await this.#api.start(ports?.api),
      db: await this.#db.start(ports?.db),
    }
  }

  async set(wanted: WorldChange): Promise<void> {
    if (wanted.mail !== undefined) await this.#mail.set(wanted.mail)
    if (wanted.api !== undefined) await this.#api.set(wanted.api)
    if (wanted.db !== undefined) this.#db.set(wanted.db)
  }

  clear(): void {
    this.#ledger.clear()
    this.#db.clear()
  }

  async close(): Promise<void> {
    this.held.hold(false)
    await Promise.all([this.#mail.close(), this.#api.close(), this.#db.close()])
  }
}
