/**
 * What `import { Celery } from 'celery-from-zero'` gives to a module: the engine's typed library, whose app connects to
 * where its process is told to. As Celery: the environment's addresses win over those of the code.
 */
import { Celery } from '../engine/app/celery.js'
import type { CodeSignals } from '../engine/app/code-signals.js'
import type { CeleryOptions, CeleryPorts } from '../engine/app/celery-options.js'
import * as engine from '../engine/index.js'
import { systemIds } from '../engine/ports/system.js'
import { disabledBackend } from '../engine/result-backend/disabled-backend.js'
import type { ChordHeader, ResultBackend } from '../engine/result-backend/result-meta.js'

export interface LibraryParts {
  /** Empty: what the code says. */
  readonly brokerUrl: string
  readonly resultBackend: string
  /** False, for now: the code is only looked at, and nothing leaves this process. */
  readonly sends: () => boolean
  /** Told of each message on its way. */
  readonly onSending: (sending: Promise<unknown>) => void
  readonly log: NonNullable<CeleryPorts['log']>
  /** Of every app of these modules, and what they import as `signals`. */
  readonly signals: CodeSignals
}

export function libraryFor({ brokerUrl, resultBackend, sends, onSending, log, signals }: LibraryParts): object {
  const addresses = {
    ...(brokerUrl === '' ? {} : { broker_url: brokerUrl }),
    ...(resultBackend === '' ? {} : { result_backend: resultBackend }),
  }
  class ModuleCelery extends Celery {
    constructor(name: string, options: CeleryOptions = {}, ports: CeleryPorts = {}) {
      super(name, options, { log, signals, ...ports })
      this.configure({})
    }

    override configure(changes: Readonly<Record<string, unknown>>): void {
      super.configure({ ...changes, ...addresses })
    }

    override get backend(): ResultBackend {
      return sends() ? super.backend : keptNowhere
    }

    override publish(...given: Parameters<Celery['publish']>): Promise<string> {
      if (!sends()) return Promise.resolve(given[0].options.task_id ?? systemIds.uuid())
      const sending = super.publish(...given)
      onSending(sending)
      return sending
    }
  }
  Object.defineProperty(ModuleCelery, 'name', { value: 'Celery' })
  return { ...engine, Celery: ModuleCelery, signals, __esModule: true }
}

const nothing = (): Promise<void> => Promise.resolve()
const countedNowhere: ChordHeader = {
  setSize: nothing,
  add: () => Promise.resolve({ complete: false }),
  enlarge: nothing,
  saveGroup: nothing,
  saved: () => Promise.resolve(null),
  deleteGroup: nothing,
  collect: () => Promise.resolve([]),
  clear: nothing,
}
/** Of an app whose code is only looked at. */
const keptNowhere: ResultBackend = { ...disabledBackend, chords: countedNowhere }
