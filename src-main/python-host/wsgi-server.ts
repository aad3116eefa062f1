/**
 * The learner's web.py behind a real HTTP port: Node's server takes the requests, and one Python answers them, one at a
 * time, in the order they came. That is the single-threaded development server of Phase 1: the fifth request waits for
 * the four before it.
 */
import { STATUS_CODES, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorDetail } from '../contract/error-text.js'
import { pageText } from './page-text.js'
import type { PythonHost } from './python-host.js'

/** As nginx writes it. */
const clientWentAway = 499

export const largestBodyBytes = 1024 * 1024

export interface WsgiServerOptions {
  readonly host: PythonHost
  /** The module that was loaded; its `app` is called. */
  readonly module: string
  readonly port: number
  /** When a request's head has arrived, and when its response has gone: status 499 when the client went away before. */
  readonly onRequest: (request: { readonly requestId: string; readonly method: string; readonly path: string }) => void
  readonly onResponse: (response: {
    readonly requestId: string
    readonly method: string
    readonly path: string
    readonly status: number
    readonly durationMs: number
    readonly text?: string
  }) => void
  /** Access lines and tracebacks. */
  readonly log: (text: string) => void
}

interface Waiting {
  readonly requestId: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Uint8Array
  /** What the page says, once it is known. */
  readonly page: { text?: string }
}

export class WsgiServer {
  readonly #options: WsgiServerOptions
  readonly #server: Server
  readonly #queue: Waiting[] = []
  #busy = false
  #count = 0

  constructor(options: WsgiServerOptions) {
    this.#options = options
    this.#server = createServer((request, response) => this.#arrived(request, response))
  }

  /** Answers the port; rejects with EADDRINUSE when it is taken. */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.on('error', reject) // once it listens: an accept that failed, which its client sees
      this.#server.listen(this.#options.port, '127.0.0.1', resolve)
    })
    return this.#port
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port // listening on TCP
  }

  #arrived(request: IncomingMessage, response: ServerResponse): void {
    const arrivedAt = performance.now()
    const requestId = `${process.pid}-${++this.#count}`
    const named = { requestId, method: request.method ?? 'GET', path: (request.url ?? '/').split('?')[0] ?? '/' }
    this.#options.onRequest(named)
    const page: Waiting['page'] = {}
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : clientWentAway
      this.#options.log(accessLine(request, status))
      this.#options.onResponse({ ...named, status, durationMs: performance.now() - arrivedAt, ...page })
    })
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= largestBodyBytes) chunks.push(chunk)
    })
    request.on('end', () => {
      if (size > largestBodyBytes) {
        plainPage(response, 413, `The body has ${size} bytes; this server takes ${largestBodyBytes}.`)
        return
      }
      this.#queue.push({ requestId, request, response, body: new Uint8Array(Buffer.concat(chunks)), page })
      void this.#serveNext()
    })
  }

  async #serveNext(): Promise<void> {
    if (this.#busy) return
    const next = this.#queue.shift()
    if (next === undefined) return
    this.#busy = true
    try {
      // A client that went away while it waited gets no answer, and its request is not run.
      const closes = !next.response.destroyed && (await this.#serve(next))
      if (closes) await this.#closeAfter(next.response)
    } catch (error) {
      this.#options.log(`${errorDetail(error)}\n`)
      plainPage(next.response, 500, 'Python could not answer: see the log of the web process.')
    } finally {
      this.#busy = false
      void this.#serveNext()
    }
  }

  /**
   * The app's close() comes when the client has the whole page (PEP 3333), and before the next request: it is the same thread.
   * Only an app that has something to close makes the next request wait for a client that reads slowly.
   */
  async #closeAfter(response: ServerResponse): Promise<void> {
    if (!response.writableFinished && !response.destroyed) {
      await new Promise<void>((resolve) => {
        response.once('finish', resolve)
        response.once('close', resolve)
      })
    }
    const failed = await this.#options.host.request({ kind: 'wsgi-close' })
    if (failed.answer !== null) this.#options.log(failed.answer.error)
  }

  /** Answers whether the app's close() is to follow. */
  async #serve({ request, response, body, page }: Waiting): Promise<boolean> {
    const { answer, bytes } = await this.#options.host.request(
      {
        kind: 'wsgi',
        module: this.#options.module,
        method: request.method ?? 'GET',
        target: request.url ?? '/',
        headers: headersOf(request),
        port: this.#port,
        remoteAddress: request.socket.remoteAddress ?? '127.0.0.1',
      },
      { body },
    )
    if ('error' in answer) {
      this.#options.log(answer.error)
      plainPage(response, 500, 'The web app raised an error: see the log of the web process.')
      return answer.closes
    }
    const content = bytes ?? new Uint8Array(0)
    const text = pageText(answer.headers, content)
    if (text !== null) page.text = text
    for (const [name, value] of answer.headers) {
      if (!hopByHop.has(name.toLowerCase())) appendHeader(response, name, value)
    }
    response.setHeader('Content-Length', content.byteLength)
    response.writeHead(answer.status, answer.reason)
    response.end(content)
    return answer.closes
  }
}

/** The server's own business, not the app's (PEP 3333). */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length'])

function appendHeader(response: ServerResponse, name: string, value: string): void {
  const before = response.getHeader(name)
  if (before === undefined) response.setHeader(name, value)
  else response.setHeader(name, [...(Array.isArray(before) ? before : [String(before)]), value])
}

function headersOf(request: IncomingMessage): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    pairs.push([request.rawHeaders[at] ?? '', request.rawHeaders[at + 1] ?? ''])
  }
  return pairs
}

function plainPage(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return
  // What the app had set before it failed is not this page's: not its Content-Length, nor a reason that may not be sent.
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  response.writeHead(status, STATUS_CODES[status] ?? '', { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** As Python's development servers write it: `127.0.0.1 - - [22/Nov/2026 11:37:19] "POST /buy HTTP/1.1" 200 -` */
export function accessLine(
  request: Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'socket'>,
  status: number,
  now: Date = new Date(),
): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${two(now.getDate())}/${months[now.getMonth()] ?? ''}/${now.getFullYear()}`
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(':')
  const line = `${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/${request.httpVersion}`
  return `${request.socket.remoteAddress ?? '-'} - - [${day} ${time}] "${line}" ${status} -\n`
}
