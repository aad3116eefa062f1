/**
 * Every command that Redis runs, as it runs it: MONITOR on a connection of our own. Read straight from the socket,
 * because client libraries decode MONITOR's lines as UTF-8 text with JSON's escapes and lose bytes such as \x06\x16.
 * When the connection ends it is opened again; what ran in between was not seen, and the listener is told so.
 */
import { connect, type Socket } from 'node:net'
import { readMonitorLine, type MonitorCommand } from './monitor-line.js'

export interface CommandStreamOptions {
  readonly target: () => { readonly host: string; readonly port: number; readonly password: string }
  readonly onCommand: (command: MonitorCommand) => void
  /** Commands may have been missed: after a reconnect, or a line over `longestLineBytes`. */
  readonly onGap: (why: string) => void
}

/** A 5 MB message with an awkward body is 20 MB of escapes. Longer lines are skipped, not kept. */
const LONGEST_LINE_BYTES = 64 * 1024 * 1024
const RECONNECT_AFTER_MS = 200
const NEWLINE = 0x0a

export class RedisCommandStream {
  readonly #options: CommandStreamOptions
  #socket: Socket | null = null
  #retry: NodeJS.Timeout | null = null
  #stopped = false
  /** Pieces of a line whose end has not come yet. */
  #pieces: Buffer[] = []
  #pieceBytes = 0
  #skipping = false
  #on = false
  #whenOn: (() => void)[] = []

  constructor(options: CommandStreamOptions) {
    this.#options = options
  }

  /** Resolves when Redis has said that monitoring is on: every command after that is seen. Rejects when it is stopped before. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.#open(resolve, reject))
  }

  /** Resolves once every command is seen (again); at once when that is so now. */
  whenOn(): Promise<void> {
    return this.#on ? Promise.resolve() : new Promise((resolve) => this.#whenOn.push(resolve))
  }

  stop(): void {
    this.#stopped = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#socket?.destroy()
  }

  #open(onReady: () => void, onFailed: (error: Error) => void): void {
    const { host, port, password } = this.#options.target()
    const socket = connect({ host, port, noDelay: true })
    this.#socket = socket
    this.#forgetLine()
    let confirmed = 0
    let failure: Error | null = null
    // AUTH and MONITOR are never shown to monitors, so the password stays between us and Redis.
    socket.on('connect', () => socket.write(`${request('AUTH', password)}${request('MONITOR')}`))
    socket.on('data', (chunk: Buffer) =>
      this.#take(chunk, (line) => {
        if (confirmed === 2) return this.#readLine(line)
        const text = line.toString('latin1')
        if (text.startsWith('+OK')) {
          confirmed += 1
          if (confirmed === 2) {
            this.#on = true
            onReady()
            for (const resolve of this.#whenOn.splice(0)) resolve()
          }
        } else {
          failure ??= new Error(`Redis refused to show its commands: ${text.trim()}`)
          socket.destroy()
        }
      }),
    )
    socket.on('error', (error) => (failure ??= error))
    socket.on('close', () => {
      this.#on = false
      if (confirmed < 2) return onFailed(failure ?? new Error('Redis closed the connection before MONITOR was on'))
      this.#openAgain()
    })
  }

  #openAgain(): void {
    if (this.#stopped) return
    this.#retry = setTimeout(() => {
      if (this.#stopped) return
      this.#open(
        () => this.#options.onGap('the connection to Redis was opened again'),
        () => this.#openAgain(),
      )
    }, RECONNECT_AFTER_MS)
  }

  /** Cuts the stream into lines; a line in many chunks is joined once, at its end. */
  #take(chunk: Buffer, onLine: (line: Buffer) => void): void {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const piece = chunk.subarray(from, end)
      if (this.#skipping) this.#options.onGap('one command was too long to keep')
      else onLine(this.#pieces.length === 0 ? piece : Buffer.concat([...this.#pieces, piece]))
      this.#forgetLine()
      from = end + 1
    }
    const rest = chunk.subarray(from)
    if (rest.length === 0 || this.#skipping) return
    this.#pieces.push(rest)
    this.#pieceBytes += rest.length
    if (this.#pieceBytes > LONGEST_LINE_BYTES) {
      this.#forgetLine()
      this.#skipping = true
    }
  }

  #forgetLine(): void {
    this.#pieces = []
    this.#pieceBytes = 0
    this.#skipping = false
  }

  #readLine(line: Buffer): void {
    const command = readMonitorLine(line.subarray(1)) // a RESP simple string: `+…\r\n`
    if (command !== null) this.#options.onCommand(command)
  }
}

/** A command as Redis' protocol wants it. */
function request(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}
