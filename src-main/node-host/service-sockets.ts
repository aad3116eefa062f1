/**
 * Connections of the learner's modules to the lab's services: whatever opens them (fetch, node:http, nodemailer), they go
 * to the service's attributed port, and their first line says who is asking, as a socket of Python's does
 * (processes/messages/learner-environment.ts). Everything else is connected as it was asked for.
 */
import { Socket, type NetConnectOpts } from 'node:net'

export interface Service {
  readonly host: string
  readonly port: number
  readonly attributedPort: number
}

/** What runs while a connection is made. */
export interface Asking {
  readonly taskId: string | null
  readonly attempt: number | null
}

type Connect = (this: Socket, ...args: unknown[]) => Socket

const loopbackNames = new Set(['localhost', '127.0.0.1', '::1', 'ip6-localhost', ''])

/** In a thread of its own: its sockets are no other thread's. Answers what undoes it. */
export function attributeSockets(services: readonly Service[], asking: () => Asking): () => void {
  const connect = Socket.prototype.connect as Connect
  const attributed: Connect = function (...args) {
    const service = serviceMeant(args, services)
    if (service === null) return connect.apply(this, args)
    const [first] = args
    // node:net's own callers give a list that is marked as read already; the mark has to stay.
    if (Array.isArray(first)) first[0] = there(first[0], service)
    else if (typeof first === 'object') args[0] = there(first, service)
    else args.splice(0, typeof args[1] === 'string' ? 2 : 1, there({}, service))
    const connecting = connect.apply(this, args)
    connecting.write(`${JSON.stringify({ pid: process.pid, ...asking() })}\n`) // first of all that is written
    return connecting
  }
  Socket.prototype.connect = attributed as typeof Socket.prototype.connect
  return () => {
    Socket.prototype.connect = connect as typeof Socket.prototype.connect
  }
}

function serviceMeant(args: readonly unknown[], services: readonly Service[]): Service | null {
  const [first, second] = args
  const options: unknown = Array.isArray(first) ? first[0] : first
  const { host, port } =
    typeof options === 'object' && options !== null
      ? (options as { readonly host?: unknown; readonly port?: unknown }) // looked at below
      : { host: second, port: options }
  const name = typeof host === 'string' ? host : ''
  const found = services.find(
    (service) =>
      service.port === Number(port) &&
      (service.host === name || (loopbackNames.has(name) && loopbackNames.has(service.host))),
  )
  return found ?? null
}

function there(options: unknown, { attributedPort }: Service): NetConnectOpts {
  return { ...(options as object), host: '127.0.0.1', port: attributedPort } // whatever else was asked for stays
}
