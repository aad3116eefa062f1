/** The outside world as one thing: mail server, API and the ledger both write to. Runs in a process of its own (processes/world.ts). */
import type { ApiSettings, MailSettings } from '../contract/topology.js'
import { HeldMails } from './held-mails.js'
import { Ledger, type LedgerRow } from './ledger.js'
import { MailSink } from './mail-sink.js'
import type { DoorPorts } from './two-doors.js'
import { UnreliableApi } from './unreliable-api.js'

export interface WorldOptions {
  readonly mail: MailSettings
  readonly api: ApiSettings
  readonly seed: number
  /** `held`: the mail's client waits until `held.release` of that number. */
  readonly onRow: (row: LedgerRow, held?: number) => void
  /** One line for the world's terminal. */
  readonly log: (line: string) => void
}

export interface WorldPorts {
  readonly mail: DoorPorts
  readonly api: DoorPorts
}

export class World {
  readonly held = new HeldMails()
  readonly #ledger: Ledger
  readonly #mail: MailSink
  readonly #api: UnreliableApi

  constructor(options: WorldOptions) {
    this.#ledger = new Ledger(options.onRow)
    const { log, seed } = options
    this.#mail = new MailSink({ ledger: this.#ledger, held: this.held, settings: options.mail, log })
    this.#api = new UnreliableApi({ ledger: this.#ledger, settings: options.api, seed, log })
  }

  get settings(): { readonly mail: MailSettings; readonly api: ApiSettings } {
    return { mail: this.#mail.settings, api: this.#api.settings }
  }

  /** `ports` brings a world that died back to where learners' code expects it. */
  async start(ports?: WorldPorts): Promise<WorldPorts> {
    return { mail: await this.#mail.start(ports?.mail), api: await this.#api.start(ports?.api) }
  }

  async set(wanted: { readonly mail?: Partial<MailSettings>; readonly api?: Partial<ApiSettings> }): Promise<void> {
    if (wanted.mail !== undefined) await this.#mail.set(wanted.mail)
    if (wanted.api !== undefined) await this.#api.set(wanted.api)
  }

  clearLedger(): void {
    this.#ledger.clear()
  }

  async close(): Promise<void> {
    this.held.hold(false)
    await Promise.all([this.#mail.close(), this.#api.close()])
  }
}
