/** What crosses between the lab and the world process: SMTP sink, unreliable HTTP API, database, ledger. */
import type { WorldChange, WorldSettings } from '../../contract/topology.js'
import type { DatabaseFact, FactOf } from '../../contract/feed.js'
import type { LabService } from './learner-environment.js'

export type LabToWorld =
  /** `services` empty: any free ports. Else those of a world that died, so that learners' code finds it where it was. */
  | {
      readonly kind: 'start'
      readonly settings: WorldSettings
      readonly services: readonly LabService[]
    }
  /** From now on a mail's client waits for its answer until the lab has let it go: the moment between an effect and what follows it. */
  | { readonly kind: 'hold-mails'; readonly hold: boolean }
  | { readonly kind: 'release'; readonly held: number }
  | { readonly kind: 'set'; readonly wanted: WorldChange }
  /** Forgets the ledger's rows and the database's (a step's start state). */
  | { readonly kind: 'clear' }
  | { readonly kind: 'stop' }

export type WorldToLab =
  | { readonly kind: 'ready'; readonly services: readonly LabService[] }
  /** `held`: its client waits until the lab releases that number. */
  | { readonly kind: 'ledger-row'; readonly row: Omit<FactOf<'ledger-row'>, 'kind'>; readonly held?: number }
  | { readonly kind: 'db-fact'; readonly fact: DatabaseFact }
  | { readonly kind: 'changed'; readonly settings: WorldSettings }
  | { readonly kind: 'failed'; readonly message: string }
