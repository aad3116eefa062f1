/**
 * The outside world's third-party API over real HTTP: `GET /seats/<event>` answers a seat map as JSON, after a latency that can be set,
 * and a share of the requests with 503. It may take only so many requests a second, and answers more with 429. Chance comes from a seed, so that a lesson is the same for everybody.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ApiSettings } from '../contract/topology.js'
import { UNKNOWN_CAUSE, type Cause, type Ledger } from './ledger.js'
import { percentDecoded } from './percent.js'
import { seededRandom } from './seeded-random.js'
import { TwoDoors, type DoorPorts } from './two-doors.js'

export interface UnreliableApiOptions {
  readonly ledger: Ledger
  readonly settings: ApiSettings
  readonly seed: number
  readonly log: (line: string) => void
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const ROWS = ['A', 'B', 'C', 'D']
const SEATS_A_ROW = 8

export class UnreliableApi {
  readonly #options: UnreliableApiOptions
  readonly #doors: TwoDoors
  readonly #http: Server
  readonly #causes = new WeakMap<Socket, Cause>()
  readonly #random: () => number
  #settings: ApiSettings
  /** When the requests of the last second were taken. */
  #takenAtMs: number[] = []

  constructor(options: UnreliableApiOptions) {
    this.#options = options
    this.#settings = options.settings
    this.#random = seededRandom(options.seed)
    this.#http = createServer((request, response) => this.#answerLater(request, response))
    this.#doors = new TwoDoors((socket, cause) => {
      this.#causes.set(socket, cause)
      this.#http.emit('connection', socket)
      socket.resume()
    })
  }

  get settings(): ApiSettings {
    return this.#settings
  }

  async start(ports?: DoorPorts): Promise<DoorPorts> {
    const opened = await this.#doors.open(ports)
    if (!this.#settings.running) await this.#doors.close()
    return opened
  }

  async set(wanted: Partial<ApiSettings>): Promise<void> {
    const before = this.#settings
    // First, because it may fail: another program can have taken the port. Then nothing has changed.
    if (!before.running && wanted.running === true) await this.#doors.open()
    this.#settings = { ...before, ...wanted }
    if (before.running && !this.#settings.running) await this.#doors.close()
  }

  close(): Promise<void> {
    return this.#doors.close()
  }

  #answerLater(request: IncomingMessage, response: ServerResponse): void {
    request.resume() // a body, if there is one, is not looked at
    const timer = setTimeout(() => this.#answer(request, response), this.#settings.latencyMs)
    response.once('close', () => {
      clearTimeout(timer)
      if (!response.writableFinished) this.#write(request, 'no answer: the client went away', true)
    })
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { status, body, headers } = this.#decide(request)
    const text = JSON.stringify(body)
    response.once('finish', () => this.#write(request, String(status), false, status))
    response.writeHead(status, {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      connection: 'close', // the next call may be another task's, and a connection says once who is asking
    })
    response.end(text)
  }

  #decide(request: IncomingMessage): Answer {
    const event = /^\/seats\/([^/?]+)/.exec(request.url ?? '')?.[1]
    if (event === undefined) return { status: 404, body: { error: 'not found', paths: ['/seats/<event>'] } }
    if (request.method !== 'GET')
      return { status: 405, body: { error: `${request.method ?? ''} is not allowed here, GET is` } }
    const name = percentDecoded(event)
    if (name === null) return { status: 400, body: { error: `${event} is not UTF-8 in percent signs` } }
    if (!this.#take()) return { status: 429, body: { error: 'too many requests' }, headers: { 'retry-after': '1' } }
    if (this.#random() < this.#settings.failureRate) return { status: 503, body: { error: 'try again later' } }
    return { status: 200, body: seatMap(name) }
  }

  /** False when the last second is full. */
  #take(): boolean {
    const { limitPerSecond } = this.#settings
    const nowMs = performance.now()
    this.#takenAtMs = this.#takenAtMs.filter((atMs) => nowMs - atMs < 1_000)
    if (limitPerSecond > 0 && this.#takenAtMs.length >= limitPerSecond) return false
    this.#takenAtMs.push(nowMs)
    return true
  }

  #write(request: IncomingMessage, outcome: string, refused: boolean, status?: number): void {
    const cause = this.#causes.get(request.socket) ?? UNKNOWN_CAUSE
    const call = `${request.method ?? 'GET'} ${request.url ?? '/'}`
    this.#options.ledger.write({
      effect: 'api',
      key: call,
      summary: `${call} → ${outcome}`,
      to: null,
      ...cause,
      ...(status === undefined ? {} : { status }),
      refused,
    })
    this.#options.log(`api ${call}: ${outcome}`)
  }
}

/** The same event always has the same free seats. */
function seatMap(event: string): unknown {
  const random = seededRandom([...event].reduce((hash, char) => (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0, 7))
  const seats = ROWS.flatMap((row) => Array.from({ length: SEATS_A_ROW }, (_, index) => `${row}${index + 1}`))
  return { event, seats: seats.length, free: seats.filter(() => random() < 0.6) }
}
