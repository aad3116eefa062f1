/**
 * Lets our Python look into a test's Redis: its sockets reach services of the lab only, which begin with one line saying
 * who asks. This is such a service, which reads that line and is a plain pipe to Redis from then on.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export class AttributedRelay {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()

  constructor(targetPort: number) {
    this.server = createServer((near) => {
      const far = connect(targetPort, '127.0.0.1')
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          this.sockets.delete(one)
          other.destroy()
        })
      }
      far.pipe(near)
      let first = Buffer.alloc(0)
      const untilNewline = (chunk: Buffer): void => {
        first = Buffer.concat([first, chunk])
        const end = first.indexOf('\n')
        if (end < 0) return
        near.off('data', untilNewline)
        far.write(first.subarray(end + 1))
        near.pipe(far)
      }
      near.on('data', untilNewline)
    })
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return (this.server.address() as AddressInfo).port // listening on TCP
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
