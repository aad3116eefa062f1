/** A TCP proxy for tests that can cut every connection, refuse new ones, and let them through again. */
import { JoinedSockets } from './joined-sockets.js'

export class CuttingProxy {
  private readonly joined: JoinedSockets
  private refusing = false

  constructor(target: { readonly port: number }) {
    this.joined = new JoinedSockets(
      target.port,
      (near, far) => void near.pipe(far).pipe(near),
      () => this.refusing,
    )
  }

  async start(): Promise<void> {
    await this.joined.start()
  }

  get port(): number {
    return this.joined.port
  }

  /** Resets what is connected; `andRefuse` also what comes, until `heal()`. */
  cut(options: { readonly andRefuse?: boolean } = {}): void {
    this.refusing = options.andRefuse ?? false
    for (const socket of this.joined.all) socket.resetAndDestroy()
  }

  /** Connections stay open, and nothing passes any more: a half-open link. */
  silence(): void {
    for (const socket of this.joined.all) socket.unpipe().pause()
  }

  heal(): void {
    this.refusing = false
  }

  async stop(): Promise<void> {
    this.cut({ andRefuse: true })
    await this.joined.stop()
  }
}
