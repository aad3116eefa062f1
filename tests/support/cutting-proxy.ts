/** A TCP proxy for tests that can cut every connection, refuse new ones, and let them through again. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export class CuttingProxy {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  private refusing = false

  constructor(target: { readonly port: number }) {
    this.server = createServer((near) => {
      if (this.refusing) return void near.destroy()
      const far = connect(target.port, '127.0.0.1')
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(one)
        one.on('error', () => {}) // a cut is what this proxy is for
        one.on('close', () => {
          this.sockets.delete(one)
          other.destroy()
        })
      }
      near.pipe(far)
      far.pipe(near)
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port // listening on TCP
  }

  /** Resets what is connected; `andRefuse` also what comes, until `heal()`. */
  cut(options: { readonly andRefuse?: boolean } = {}): void {
    this.refusing = options.andRefuse ?? false
    for (const socket of [...this.sockets]) socket.resetAndDestroy()
  }

  /** Connections stay open, and nothing passes any more: a half-open link. */
  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause()
  }

  heal(): void {
    this.refusing = false
  }

  async stop(): Promise<void> {
    this.cut({ andRefuse: true })
    await new Promise((resolve) => this.server.close(resolve))
  }
}
