/**
 * One TCP proxy a process, between it and Redis, on loopback, in the lab's own process. It tells who a Redis connection
 * belongs to (the local port of the upstream socket is the client address that MONITOR prints), and it is where one
 * process's link can be slowed or cut without touching the others.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Transform, pipeline } from 'node:stream'
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

export class TcpProxy {
  readonly #owner: string
  readonly #owners: ConnectionOwners
  readonly #links = new Set<Link>()
  #target: { readonly host: string; readonly port: number }
  #server: Server | null = null
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

  async start(): Promise<number> {
    const server = createServer({ noDelay: true }, (client) => this.#join(client))
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject) // once it listens: an accept that failed, which its client sees
      server.listen({ host: '127.0.0.1', port: 0 }, resolve)
    })
    this.#server = server
    this.#port = (server.address() as AddressInfo).port // listening on TCP: never a pipe's name
    return this.#port
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

  async stop(): Promise<void> {
    this.cut({ refuse: true })
    const server = this.#server
    this.#server = null
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
