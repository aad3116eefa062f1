/**
 * Python's TCP connections, held by the main thread. Only the services of the lab can be reached, at their attributed
 * port, with one line of JSON first that says who is asking (processes/messages/learner-environment.ts), and the Redis
 * of the app's own broker and result store.
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

/** The Redis of broker and result store, where these are on this machine and speak plainly; no other address of theirs. */
export function redisAddresses(urls: readonly unknown[]): readonly ServiceAddress[] {
  return urls
    .filter((url) => typeof url === 'string')
    .flatMap((url) => url.split(';'))
    .map((url) => /^redis:\/\/(?:.*@)?(\[[^\]]*\]|[^:/?]*)(?::(\d+))?/.exec(url))
    .filter((one) => one !== null)
    .map(([, host, port]) => ({ host: host || 'localhost', port: Number(port ?? 6379) }))
    .filter(({ host }) => isLoopback(host))
    .filter(({ port }, at, all) => all.findIndex((other) => other.port === port) === at)
}

export interface ServiceAddress {
  readonly host: string
  readonly port: number
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '::1', '[::1]', 'ip6-localhost', ''])
const isLoopback = (host: string): boolean => loopbackNames.has(host)

export class ServiceSockets {
  readonly #open = new Map<number, OpenSocket>()
  #services: readonly LabService[] = []
  #redis: readonly ServiceAddress[] = []
  #last = 0

  /** `redis`: where the app's own Redis is. It is not told who is asking: Redis would not understand it. */
  allow(services: readonly LabService[], redis: readonly ServiceAddress[]): void {
    this.#services = services
    this.#redis = redis
  }

  async connect(ask: HostCalls['connect']['ask']): Promise<HostCalls['connect']['answer']> {
    const { port, isToldWho } = this.#allowed(ask)
    const open: OpenSocket = {
      socket: connect(port, '127.0.0.1'),
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
    if (isToldWho) socket.write(`${JSON.stringify(who)}\n`)
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

  #allowed({ host, port }: ServiceAddress): { readonly port: number; readonly isToldWho: boolean } {
    const isAsked = (one: ServiceAddress): boolean =>
      one.port === port && (one.host === host || (isLoopback(host) && isLoopback(one.host)))
    const service = this.#services.find(isAsked)
    if (service !== undefined) return { port: service.attributedPort, isToldWho: true }
    if (this.#redis.some(isAsked)) return { port, isToldWho: false }
    const named = [...this.#services, ...this.#redis.map((one) => ({ ...one, name: 'redis' }))]
    const allowed = named.map((one) => `${one.name} at ${one.host}:${one.port}`).join(', ')
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
