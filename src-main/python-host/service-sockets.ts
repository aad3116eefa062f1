/**
 * Python's TCP connections, held by the main thread. Only the services of the lab can be reached, at their attributed
 * port, with one line of JSON first that says who is asking (processes/messages/learner-environment.ts).
 */
import { connect, type Socket } from 'node:net'
import type { LabService } from '../processes/messages/learner-environment.js'
import type { HostCallError, HostCalls } from './host-calls.js'

/** A host call that ends in an error which Python shows by an errno or a class of its own. */
export class HostCallFailure extends Error {
  readonly failure: HostCallError
  constructor(failure: HostCallError) {
    super(failure.message)
    this.failure = failure
  }
}

interface OpenSocket {
  readonly socket: Socket
  /** What has arrived and was not read yet. */
  readonly arrived: Buffer[]
  ended: boolean
  error: NodeJS.ErrnoException | null
  /** Called once when something of this changes. */
  wake: (() => void) | null
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '::1', 'ip6-localhost', ''])

export class ServiceSockets {
  readonly #open = new Map<number, OpenSocket>()
  #services: readonly LabService[] = []
  #last = 0

  allow(services: readonly LabService[]): void {
    this.#services = services
  }

  async connect(ask: HostCalls['connect']['ask']): Promise<HostCalls['connect']['answer']> {
    const service = this.#serviceAt(ask.host, ask.port)
    const open: OpenSocket = {
      socket: connect(service.attributedPort, '127.0.0.1'),
      arrived: [],
      ended: false,
      error: null,
      wake: null,
    }
    const { socket } = open
    const connected = new Promise<void>((resolve) => {
      socket.once('connect', resolve)
      open.wake = resolve
    })
    const changed = (): void => {
      const { wake } = open
      open.wake = null
      wake?.()
    }
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      open.arrived.push(bytes)
      changed()
    })
    socket.on('end', () => {
      open.ended = true
      changed()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      open.error = error
      changed()
    })
    socket.on('close', () => {
      open.ended = true
      changed()
    })
    try {
      await within(ask.timeoutMs, connected)
      if (open.error !== null) throw asFailure(open.error)
    } catch (error) {
      socket.destroy()
      throw error
    }
    const who = { pid: process.pid, taskId: ask.task?.id ?? null, attempt: ask.task?.attempt ?? null }
    socket.write(`${JSON.stringify(who)}\n`)
    const handle = ++this.#last
    this.#open.set(handle, open)
    return { socket: handle, localPort: socket.localPort ?? 0 }
  }

  async send(handle: number, bytes: Uint8Array, timeoutMs: number | null): Promise<void> {
    const open = this.#of(handle)
    if (open.error !== null) throw asFailure(open.error)
    const written = new Promise<void>((resolve, reject) => {
      open.socket.write(bytes, (error) => {
        if (error) reject(asFailure(error))
        else resolve()
      })
    })
    await within(timeoutMs, written)
  }

  /** At most `maxBytes` of what has arrived; nothing means the end of the stream. */
  async receive(handle: number, maxBytes: number, timeoutMs: number | null): Promise<Uint8Array> {
    const open = this.#of(handle)
    const deadline = timeoutMs === null ? null : performance.now() + timeoutMs
    for (;;) {
      const first = open.arrived.shift()
      if (first !== undefined) {
        if (first.byteLength > maxBytes) open.arrived.unshift(first.subarray(maxBytes))
        return new Uint8Array(first.subarray(0, maxBytes))
      }
      if (open.error !== null) throw asFailure(open.error)
      if (open.ended) return new Uint8Array(0)
      const change = new Promise<void>((resolve) => (open.wake = resolve))
      await within(deadline === null ? null : Math.max(0, deadline - performance.now()), change)
    }
  }

  shutdown(handle: number): void {
    this.#of(handle).socket.end()
  }

  close(handle: number): void {
    this.#open.get(handle)?.socket.destroy()
    this.#open.delete(handle)
  }

  closeAll(): void {
    for (const handle of [...this.#open.keys()]) this.close(handle)
  }

  #of(handle: number): OpenSocket {
    const open = this.#open.get(handle)
    if (open === undefined) {
      throw new HostCallFailure({ name: 'OSError', message: 'the socket is closed', code: 'ENOTCONN' })
    }
    return open
  }

  #serviceAt(host: string, port: number): LabService {
    const found = this.#services.find(
      (service) =>
        service.port === port &&
        (service.host === host || (loopbackNames.has(host) && loopbackNames.has(service.host))),
    )
    if (found !== undefined) return found
    const allowed = this.#services.map((service) => `${service.name} at ${service.host}:${service.port}`).join(', ')
    throw new HostCallFailure({
      name: 'AddressRefused',
      message: `${host}:${port} is outside the lab: Python here may reach ${allowed || 'no address at all'}`,
    })
  }
}

function asFailure(error: NodeJS.ErrnoException): HostCallFailure {
  return new HostCallFailure({
    name: 'OSError',
    message: error.message,
    ...(error.code === undefined ? {} : { code: error.code }),
  })
}

async function within(timeoutMs: number | null, done: Promise<void>): Promise<void> {
  if (timeoutMs === null) return done
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HostCallFailure({ name: 'timeout', message: 'timed out' })), timeoutMs)
  })
  try {
    await Promise.race([done, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
