/**
 * One of Celery's signals as the app's own code connects to it: each receiver is called with one object of what goes with
 * the signal, in the order of connecting, and may be async. What a receiver throws is logged and harms nothing.
 * Celery: celery/utils/dispatch/signal.py
 */
import { withTraceback, type Log } from '../ports/log.js'
import { asError, raisedError } from './raised-error.js'

export interface ConnectOptions<Sender> {
  /** Only what this one sends. A task is known by its name as well. */
  readonly sender?: Sender | string
}

export type SignalReceiver<Sender, Fields> = (told: Told<Sender, Fields>) => unknown

export type Told<Sender, Fields> = Fields & {
  readonly signal: CodeSignal<Sender, Fields>
  readonly sender: Sender
}

interface Connected<Sender, Fields> {
  readonly receiver: SignalReceiver<Sender, Fields>
  /** undefined: every sender. */
  readonly sender: unknown
}

export class CodeSignal<Sender, Fields> {
  /** Celery's: `task_prerun`. */
  readonly name: string
  private readonly log: Pick<Log, 'error'>
  private connected: readonly Connected<Sender, Fields>[] = []

  constructor(name: string, log: Pick<Log, 'error'>) {
    this.name = name
    this.log = log
  }

  get hasReceivers(): boolean {
    return this.connected.length > 0
  }

  /** Answers the receiver, for `disconnect`. Connected twice for the same sender, it is called once. */
  connect<R extends SignalReceiver<Sender, Fields>>(receiver: R, options: ConnectOptions<Sender> = {}): R {
    if (typeof receiver !== 'function')
      throw new TypeError(`a receiver of ${this.name} is ${typeof receiver}, expected a function; it was not connected`)
    const sender = this.senderIn(options)
    if (!this.connected.some((one) => one.receiver === receiver && isSame(one.sender, sender)))
      this.connected = [...this.connected, { receiver, sender }]
    return receiver
  }

  /** True when it was connected, for that sender. */
  disconnect(receiver: SignalReceiver<Sender, Fields>, options: ConnectOptions<Sender> = {}): boolean {
    const sender = this.senderIn(options)
    const left = this.connected.filter((one) => one.receiver !== receiver || !isSame(one.sender, sender))
    const found = left.length < this.connected.length
    this.connected = left
    return found
  }

  /** Settles when all receivers have been called, one after another. */
  async send(sender: Sender, fields: Fields): Promise<void> {
    for (const one of this.connected) {
      if (one.sender !== undefined && !isSame(one.sender, sender)) continue
      try {
        await one.receiver({ ...fields, sender, signal: this })
      } catch (thrown) {
        const error = asError(thrown)
        this.log.error(withTraceback(`Signal handler of ${this.name} raised: ${raisedError(error, '').repr}`, error))
      }
    }
  }

  /** JavaScript does not look at types: a misspelt option would connect to every sender. */
  private senderIn(options: ConnectOptions<Sender>): unknown {
    const [unknown] = Object.keys(options).filter((key) => key !== 'sender')
    if (unknown === undefined) return options.sender
    throw new TypeError(`${this.name} was given an option ${unknown}, expected sender alone; nothing was connected`)
  }
}

/** A task stands for its name, for some signals have the one as their sender and some the other. */
function isSame(one: unknown, other: unknown): boolean {
  return nameOf(one) === nameOf(other)
}

function nameOf(sender: unknown): unknown {
  const isTask = typeof sender === 'object' && sender !== null && 'applyAsync' in sender && 'name' in sender
  return isTask ? sender.name : sender
}
