/**
 * A private redis-server for one test file: Debian's binary, a random loopback port, a random password
 * (given on stdin, so that it shows in no process list), nothing written to disk. Stopped by `stop()`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { waitFor } from './wait-for.js'

const attempts = 5

export class RedisServer {
  readonly port: number
  readonly password: string
  private readonly clients = new Set<Redis>()
  private child: ChildProcess | null = null
  private readonly atExit = (): void => void this.child?.kill('SIGKILL')

  constructor(port: number, password: string) {
    this.port = port
    this.password = password
  }

  get pid(): number {
    const pid = this.child?.pid
    if (pid === undefined) throw new Error('redis-server is not running')
    return pid
  }

  /** `redis://:password@127.0.0.1:port/db`; `port` may be that of a proxy in between. */
  url(db = 0, port = this.port): string {
    return `redis://:${this.password}@127.0.0.1:${port}/${db}`
  }

  /** A client for looking into the server; closed by `stop()`. */
  client(db = 0): Redis {
    const client = new Redis(this.url(db), { lazyConnect: false, maxRetriesPerRequest: 1 })
    client.on('error', () => {}) // the test's own commands fail loudly; a closing server is not news
    this.clients.add(client)
    return client
  }

  /** `config`: further lines of redis.conf, such as a TLS port or a Unix socket. */
  async start(config: readonly string[] = []): Promise<void> {
    const child = spawn('redis-server', ['-'], { stdio: ['pipe', 'pipe', 'pipe'] })
    const log: string[] = []
    child.stdout.on('data', (chunk: Buffer) => log.push(chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()))
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}:\n${log.join('')}`)))
    })
    failed.catch(() => {}) // after the start the exit is expected
    child.stdin.on('error', () => {})
    child.stdin.end(
      `port ${this.port}\nbind 127.0.0.1\nprotected-mode yes\nrequirepass ${this.password}\nsave ""\nappendonly no\ndir /tmp\n${config.join('\n')}\n`,
    )
    this.child = child
    process.once('exit', this.atExit)
    await Promise.race([
      failed,
      waitFor('redis-server accepts connections', () => log.join('').includes('Ready to accept')),
    ])
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect()
    this.clients.clear()
    const child = this.child
    this.child = null
    process.off('exit', this.atExit)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await exited
  }
}

export async function startRedisServer(config: readonly string[] = []): Promise<RedisServer> {
  for (let attempt = 1; ; attempt++) {
    const server = new RedisServer(await freePort(), randomBytes(12).toString('hex'))
    try {
      await server.start(config)
      return server
    } catch (error) {
      await server.stop()
      if (attempt === attempts) throw error // most likely somebody else took the port in between
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo // listening on TCP, so an AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
