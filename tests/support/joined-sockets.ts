/** A server on loopback whose connections are each joined to one further on: what a proxy of the tests is made of. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export class JoinedSockets {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()

  /** `join` decides what passes between the two; an end of one is an end of both. */
  constructor(targetPort: number, join: (near: Socket, far: Socket) => void, refuses: () => boolean = () => false) {
    this.server = createServer((near) => {
      if (refuses()) return void near.destroy()
      const far = connect(targetPort, '127.0.0.1')
      this.endTogether(near, far)
      this.endTogether(far, near)
      join(near, far)
    })
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return this.port
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port // listening on TCP
  }

  get all(): readonly Socket[] {
    return [...this.sockets]
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private endTogether(one: Socket, other: Socket): void {
    this.sockets.add(one)
    one.on('error', () => {}) // a cut is what a proxy is for; `close` follows
    one.on('close', () => {
      this.sockets.delete(one)
      other.destroy()
    })
  }
}
