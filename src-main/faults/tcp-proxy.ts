/**
 * One TCP proxy a process, between it and Redis, on loopback, in the lab's own process. It tells who a Redis connection
 * belongs to (the local port of the upstream socket is the client address that MONITOR prints), and it is where one
 * process's link can be slowed or cut without touching the others.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Transform, pipeline } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOwners } from './connection-owners.js'

export interface TcpProxyOptions {
  /** Whose connections these are: `worker@1`, `web`. */
  readonly owner: string
  readonly target: { readonly host: string; readonly port: number }
  readonly owners: ConnectionOwners
}

interface Link {
  readonly client: Socket
  readonly upstream: Socket
}

const LISTEN_ATTEMPTS = 100
const LISTEN_AGAIN_AFTER_MS = 50

export class TcpProxy {
  readonly #owner: string
  readonly #owners: ConnectionOwners
  readonly #links = new Set<Link>()
  #target: { readonly host: string; readonly port: number }
  #server: Server | null = null
  #listening: Promise<number> | null = null
  #port = 0
  #latencyMs = 0
  #refusing = false

  constructor(options: TcpProxyOptions) {
    this.#owner = options.owner
    this.#target = options.target
    this.#owners = options.owners
  }

  get port(): number {
    return this.#port
  }

  /** Connections open now. */
  get openLinks(): number {
    return this.#links.size
  }

  /** On a port that is free; after `stop()` on the same one again, because its address is known by then. */
  start(): Promise<number> {
    this.#refusing = false
    this.#listening ??= this.#listen()
    return this.#listening
  }

  async #listen(): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#server = await listen(this.#port, (client) => this.#join(client))
        this.#port = (this.#server.address() as AddressInfo).port // listening on TCP: never a pipe's name
        return this.#port
      } catch (error) {
        // While we did not listen, somebody's outgoing connection may have been given our port.
        const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        if (!taken || attempt === LISTEN_ATTEMPTS) throw error
        await delay(LISTEN_AGAIN_AFTER_MS)
      }
    }
  }

  /** New connections go there; open ones stay where they are. */
  retarget(target: { readonly host: string; readonly port: number }): void {
    this.#target = target
  }

  /** Every chunk, both ways, is held this long. */
  setLatency(latencyMs: number): void {
    this.#latencyMs = latencyMs
  }

  /** Drops every connection; with `refuse`, new ones too until `mend()`. */
  cut(how: { readonly refuse: boolean } = { refuse: false }): void {
    this.#refusing = how.refuse
    for (const link of [...this.#links]) this.#drop(link)
  }

  mend(): void {
    this.#refusing = false
  }

  /** Nobody listens any more: the operating system refuses whoever connects, as with a server that is down. */
  async stop(): Promise<void> {
    await this.#listening?.catch(() => undefined) // whoever started it hears of that
    this.cut({ refuse: true })
    const server = this.#server
    this.#server = null
    this.#listening = null
    if (server === null) return
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  #join(client: Socket): void {
    if (this.#refusing) {
      client.destroy()
      return
    }
    const upstream = connect({ ...this.#target, noDelay: true })
    const link = { client, upstream }
    this.#links.add(link)
    // The port is known before Redis can have seen a byte, so MONITOR never names a connection we do not.
    upstream.once('connect', () => {
      if (upstream.localPort !== undefined) this.#owners.own(upstream.localPort, this.#owner)
      this.#pipe(link, client, upstream)
      this.#pipe(link, upstream, client)
    })
    // Errors end the link; the process behind it sees its connection close, as from a real network.
    upstream.on('error', () => this.#drop(link))
    client.on('error', () => this.#drop(link))
    client.once('close', () => this.#drop(link))
  }

  /** pipeline() keeps back-pressure: a reader that stalls stalls its writer, and nothing piles up here. */
  #pipe(link: Link, from: Socket, to: Socket): void {
    pipeline(from, this.#delay(), to, () => this.#drop(link))
  }

  #delay(): Transform {
    const latencyMs = (): number => this.#latencyMs
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const wait = latencyMs()
        if (wait === 0) done(null, chunk)
        else setTimeout(() => done(null, chunk), wait)
      },
    })
  }

  #drop(link: Link): void {
    if (!this.#links.delete(link)) return
    link.client.destroy()
    link.upstream.destroy()
  }
}

function listen(port: number, onClient: (client: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, onClient)
  return new Promise((resolve, reject) => {
    server.on('error', reject) // once it listens: an accept that failed, which its client sees
    server.listen({ host: '127.0.0.1', port }, () => resolve(server))
  })
}
