/** The outside world as one of the lab's processes. When it dies it is started again with the same settings, on the same ports. */
import type { Problem, Reply } from '../contract/problem.js'
import type { FactOf } from '../contract/feed.js'
import { QUICK_DATABASE, type WorldChange, type WorldSettings } from '../contract/topology.js'
import type { LabService } from '../processes/messages/learner-environment.js'
import type { LabToWorld, WorldToLab } from '../processes/messages/world-messages.js'
import type { ChildHandle, Exit } from './child-handle.js'
import { DONE, exitText, refuse, worldNotStarted } from './problems.js'
import { exitFact, forkEntry, stopChild, type Surroundings } from './surroundings.js'

export interface WorldProcessOptions {
  readonly surroundings: Surroundings
  readonly onDied: (exit: Exit) => void
  readonly onSettings: () => void
}

/** Looks at a mail whose client still waits; it goes on when the promise settles. */
export type HeldMailListener = (row: FactOf<'ledger-row'>) => Promise<void>

const STARTED_WITHIN_MS = 15_000
const ANSWERS_WITHIN_MS = 5_000
const STOPPED_WITHIN_MS = 1_000

type World = ChildHandle<LabToWorld, WorldToLab>

export class WorldProcess {
  readonly #options: WorldProcessOptions
  #child: World | null = null
  #settings: WorldSettings = {
    mail: { running: true, delayMs: 0 },
    api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
    db: QUICK_DATABASE,
  }
  #services: readonly LabService[] = []
  #expecting = false
  /** Before that an end is a start that failed, which start() answers. */
  #isUp = false
  #onHeldMail: HeldMailListener | null = null

  constructor(options: WorldProcessOptions) {
    this.#options = options
  }

  get settings(): WorldSettings {
    return this.#settings
  }

  /** Where learners' code finds mail server, API and database. */
  get services(): readonly LabService[] {
    return this.#services
  }

  /** As learners' code reads it from os.environ. */
  get environ(): Readonly<Record<string, string>> {
    const [mail, api, db] = [this.#service('mail'), this.#service('api'), this.#service('db')]
    return {
      MAIL_HOST: mail.host,
      MAIL_PORT: String(mail.port),
      API_URL: `http://${api.host}:${api.port}`,
      DB_URL: `http://${db.host}:${db.port}`,
    }
  }

  async start(): Promise<Reply<null>> {
    const { surroundings } = this.#options
    const { book } = surroundings
    this.#expecting = false
    this.#isUp = false
    book.declare('world', 'world', null)
    const child: World = forkEntry('world', 'world', surroundings)
    this.#child = child
    book.started('world', child.pid)
    child.onMessage((message) => this.#hear(message))
    child.onExit((exit) => this.#ended(child, exit))
    child.send({ kind: 'start', settings: this.#settings, services: this.#services })
    const answer = await child.next(isStartAnswer, { timeoutMs: STARTED_WITHIN_MS })
    if (answer.kind === 'message' && answer.message.kind === 'ready') {
      this.#services = answer.message.services
      this.#isUp = true
      if (this.#onHeldMail !== null) child.send({ kind: 'hold-mails', hold: true })
      book.ready('world', null)
      return DONE
    }
    this.#expecting = true
    child.kill()
    const reason =
      answer.kind === 'exited'
        ? exitText(answer.exit)
        : answer.kind === 'message'
          ? failure(answer.message)
          : 'no answer in time'
    return refuse(worldNotStarted(reason))
  }

  /** Answers when the world has changed. */
  async set(wanted: WorldChange): Promise<Reply<null>> {
    const child = this.#child
    const before = this.#settings
    // What was asked for holds for a world that is being started again, too.
    this.#settings = {
      mail: { ...before.mail, ...wanted.mail },
      api: { ...before.api, ...wanted.api },
      db: { ...before.db, ...wanted.db },
    }
    this.#options.onSettings()
    const changed = child?.next(isChangeAnswer, { timeoutMs: ANSWERS_WITHIN_MS })
    if (child === null || changed === undefined || !child.send({ kind: 'set', wanted })) return DONE
    const answer = await changed
    if (answer.kind !== 'message' || answer.message.kind !== 'failed') return DONE
    this.#settings = before
    this.#options.onSettings()
    return refuse(worldNotChanged(answer.message.message))
  }

  /** From now on every mail of the learner's processes waits for `listener` before its sender hears that it was taken; null ends that. */
  holdMails(listener: HeldMailListener | null): void {
    this.#onHeldMail = listener
    this.#child?.send({ kind: 'hold-mails', hold: listener !== null })
  }

  /** Empties ledger and database. */
  clear(): void {
    this.#child?.send({ kind: 'clear' })
  }

  async stop(): Promise<void> {
    this.#expecting = true
    if (this.#child !== null) await stopChild(this.#child, { kind: 'stop' }, STOPPED_WITHIN_MS)
  }

  #service(name: LabService['name']): LabService {
    const service = this.#services.find((one) => one.name === name)
    if (service === undefined) throw new Error(`The outside world offers no ${name} yet`)
    return service
  }

  #hear(message: WorldToLab): void {
    const { tell, terminals } = this.#options.surroundings
    if (message.kind === 'ledger-row') {
      const row = { kind: 'ledger-row', ...message.row } as const
      tell(row)
      if (message.held !== undefined) void this.#look(row, message.held)
    }
    if (message.kind === 'db-fact') tell(message.fact)
    if (message.kind === 'changed') {
      this.#settings = message.settings
      tell({ kind: 'world-changed', ...this.#settings })
      this.#options.onSettings()
    }
    if (message.kind === 'failed') terminals.note('world', message.message)
  }

  async #look(row: FactOf<'ledger-row'>, held: number): Promise<void> {
    try {
      await this.#onHeldMail?.(row)
    } finally {
      this.#child?.send({ kind: 'release', held })
    }
  }

  #ended(child: World, exit: Exit): void {
    if (this.#child === child) this.#child = null
    this.#options.surroundings.book.exited('world', exitFact(exit, this.#expecting))
    if (this.#isUp && !this.#expecting) this.#options.onDied(exit)
    this.#isUp = false
  }
}

/** `reason`: Node's own words, `listen EADDRINUSE: address already in use 127.0.0.1:41873`. */
function worldNotChanged(reason: string): Problem {
  const port = /EADDRINUSE.*:(\d+)/.exec(reason)?.[1]
  return {
    code: port === undefined ? 'world-not-changed' : 'port-taken',
    what:
      port === undefined
        ? 'The outside world could not be changed.'
        : `The server could not start again: another program has taken its port ${port} meanwhile.`,
    meaning: 'It is as it was before. The rest of the lab goes on, and no message is lost by this.',
    next:
      port === undefined
        ? 'Try again.'
        : `End the program that listens on port ${port}, then press it again; or start the app again, which takes other ports.`,
    detail: reason,
  }
}

type StartAnswer = Extract<WorldToLab, { kind: 'ready' | 'failed' }>
type ChangeAnswer = Extract<WorldToLab, { kind: 'changed' | 'failed' }>

function isStartAnswer(message: WorldToLab): message is StartAnswer {
  return message.kind === 'ready' || message.kind === 'failed'
}

function isChangeAnswer(message: WorldToLab): message is ChangeAnswer {
  return message.kind === 'changed' || message.kind === 'failed'
}

function failure(message: StartAnswer): string {
  return message.kind === 'failed' ? message.message : ''
}
