/**
 * The two ports of a service. At the plain door anyone connects and nobody knows who it was. At the attributed door the
 * app's own Python hosts connect: their first line is JSON, `{"pid", "taskId", "attempt"}`, and the rest is the service's protocol.
 * See processes/messages/learner-environment.ts.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { UNKNOWN_CAUSE, type Cause } from './ledger.js'

const NEWLINE = 0x0a
/** The line is some hundred bytes; whoever sends more without a newline is not one of ours. */
const LONGEST_LINE = 4_096
const LINE_WITHIN_MS = 5_000

export interface DoorPorts {
  readonly port: number
  readonly attributedPort: number
}

export class TwoDoors {
  readonly #serve: (socket: Socket, cause: Cause) => void
  readonly #sockets = new Set<Socket>()
  #servers: readonly Server[] = []
  #ports: DoorPorts | null = null

  /** `serve` gets each connection, ready to be read. */
  constructor(serve: (socket: Socket, cause: Cause) => void) {
    this.#serve = serve
  }

  /** The first time on any free ports (or those asked for), then always on the same ones. */
  async open(wanted?: DoorPorts): Promise<DoorPorts> {
    const ports = this.#ports ?? wanted ?? { port: 0, attributedPort: 0 }
    const plain = await this.#listen(ports.port, (socket) => this.#serve(socket, UNKNOWN_CAUSE))
    this.#servers = [plain]
    const attributed = await this.#listen(ports.attributedPort, (socket) => this.#readCause(socket)).catch(
      async (error: unknown) => {
        await this.close() // one door alone would answer some, and keep its own port taken for the next try
        throw error
      },
    )
    this.#servers = [plain, attributed]
    this.#ports = { port: portOf(plain), attributedPort: portOf(attributed) }
    return this.#ports
  }

  /** Stops listening and drops every connection, so that a client sees what a dead server looks like. */
  async close(): Promise<void> {
    const servers = this.#servers
    this.#servers = []
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }

  #listen(port: number, onSocket: (socket: Socket) => void): Promise<Server> {
    const server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined) // a client that goes away is told by 'close'
      onSocket(socket)
    })
    return new Promise((resolve, reject) => {
      server.on('error', reject) // once it listens: an accept that failed, which its client sees
      server.listen({ host: '127.0.0.1', port }, () => resolve(server))
    })
  }

  #readCause(socket: Socket): void {
    let seen = Buffer.alloc(0)
    const late = setTimeout(() => socket.destroy(), LINE_WITHIN_MS)
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk])
      const end = seen.indexOf(NEWLINE)
      if (end === -1 && seen.length <= LONGEST_LINE) return
      clearTimeout(late)
      socket.off('data', onData)
      socket.pause()
      const cause = end === -1 ? null : readCause(seen.toString('utf8', 0, end))
      if (cause === null) {
        socket.destroy()
        return
      }
      const rest = seen.subarray(end + 1)
      if (rest.length > 0) socket.unshift(rest)
      this.#serve(socket, cause)
    }
    socket.on('data', onData)
    socket.once('close', () => clearTimeout(late))
  }
}

function readCause(line: string): Cause | null {
  try {
    const said: unknown = JSON.parse(line)
    if (typeof said !== 'object' || said === null) return null
    const { pid, taskId, attempt } = said as Readonly<Record<string, unknown>> // each field is looked at below
    return {
      pid: typeof pid === 'number' ? pid : null,
      taskId: typeof taskId === 'string' ? taskId : null,
      attempt: typeof attempt === 'number' ? attempt : null,
    }
  } catch {
    return null
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port // listening on TCP: never a pipe's name
}
