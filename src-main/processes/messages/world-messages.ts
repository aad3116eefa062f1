/** What crosses between the lab and the world process: SMTP sink, unreliable HTTP API, ledger. */
import type { ApiSettings, MailSettings } from '../../contract/topology.js'
import type { FactOf } from '../../contract/feed.js'
import type { LabService } from './learner-environment.js'

export type LabToWorld =
  /** `services` empty: any free ports. Else those of a world that died, so that learners' code finds it where it was. */
  | {
      readonly kind: 'start'
      readonly mail: MailSettings
      readonly api: ApiSettings
      readonly services: readonly LabService[]
    }
  | { readonly kind: 'set'; readonly mail?: Partial<MailSettings>; readonly api?: Partial<ApiSettings> }
  /** From now on a mail's client waits for its answer until the lab has let it go: the moment between an effect and what follows it. */
  | { readonly kind: 'hold-mails'; readonly hold: boolean }
  | { readonly kind: 'release'; readonly held: number }
  /** Forgets the ledger's rows (a step's start state). */
  | { readonly kind: 'clear-ledger' }
  | { readonly kind: 'stop' }

export type WorldToLab =
  | { readonly kind: 'ready'; readonly services: readonly LabService[] }
  /** `held`: its client waits until the lab releases that number. */
  | { readonly kind: 'ledger-row'; readonly row: Omit<FactOf<'ledger-row'>, 'kind'>; readonly held?: number }
  | { readonly kind: 'changed'; readonly mail: MailSettings; readonly api: ApiSettings }
  | { readonly kind: 'failed'; readonly message: string }
