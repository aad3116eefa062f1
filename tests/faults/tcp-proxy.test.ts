import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectionOwners } from '../../src-main/faults/connection-owners.js'
import { TcpProxy } from '../../src-main/faults/tcp-proxy.js'
import { waitFor } from '../support/wait-for.js'

const owners = connectionOwners()
const accepted: Socket[] = []
const clients: Socket[] = []
let server: Server
let proxy: TcpProxy
/** What the server does with a connection. */
let behave: (socket: Socket) => void = (socket) => void socket.pipe(socket)

beforeEach(async () => {
  behave = (socket) => void socket.pipe(socket)
  server = createServer((socket) => {
    accepted.push(socket)
    socket.on('error', () => undefined)
    behave(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy = new TcpProxy({
    owner: 'worker@1',
    owners,
    target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
  })
  await proxy.start()
})
afterEach(async () => {
  await proxy.stop()
  for (const socket of [...accepted.splice(0), ...clients.splice(0)]) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

function open(): Socket & { got: string; gone: boolean } {
  const socket = Object.assign(connect({ host: '127.0.0.1', port: proxy.port }), { got: '', gone: false })
  socket.on('data', (chunk: Buffer) => void (socket.got += chunk.toString()))
  socket.on('close', () => void (socket.gone = true))
  socket.on('error', () => undefined)
  clients.push(socket)
  return socket
}

test('bytes go both ways, and the connection’s port names its owner', async () => {
  const client = open()
  client.write('hello')
  await waitFor('the echo', () => client.got === 'hello')
  expect(owners.ownerOf(accepted[0]!.remotePort!)).toBe('worker@1')
})

test('stopped, its port refuses; started again, it is the same port', async () => {
  const { port } = proxy
  await proxy.stop()
  const refused = open()
  const reason = new Promise<unknown>((resolve) => refused.once('error', resolve))
  expect(await reason).toMatchObject({ code: 'ECONNREFUSED' })
  expect(await Promise.all([proxy.start(), proxy.start()])).toEqual([port, port])
  const client = open()
  client.write('hello')
  await waitFor('the echo', () => client.got === 'hello')
})

test('either side closing closes the other', async () => {
  const first = open()
  first.write('x')
  await waitFor('the first echo', () => first.got === 'x')
  first.destroy()
  await waitFor('the server’s end to close', () => accepted[0]!.destroyed)
  const second = open()
  second.write('x')
  await waitFor('the second echo', () => second.got === 'x')
  accepted[1]!.destroy()
  await waitFor('the client’s end to close', () => second.gone)
  expect(proxy.openLinks).toBe(0)
})

test('cut drops what is open, refuses what is new until it is mended', async () => {
  const client = open()
  client.write('x')
  await waitFor('the echo', () => client.got === 'x')
  proxy.cut({ refuse: true })
  await waitFor('the cut', () => client.gone)
  const refused = open()
  await waitFor('the refusal', () => refused.gone)
  proxy.mend()
  const again = open()
  again.write('back')
  await waitFor('the echo after mending', () => again.got === 'back')
})

test('latency delays every chunk', async () => {
  proxy.setLatency(80)
  const client = open()
  const started = performance.now()
  client.write('slow')
  await waitFor('the echo', () => client.got === 'slow')
  expect(performance.now() - started).toBeGreaterThanOrEqual(155) // there and back
})

test('a reader that stalls stalls its writer: nothing piles up in between', async () => {
  behave = (socket) => void socket.pause()
  const client = open()
  const block = Buffer.alloc(1024 * 1024)
  let written = 0
  const write = (): void => {
    while (written < 256 && client.write(block)) written += 1
  }
  client.on('drain', write)
  client.once('connect', write)
  const before = process.memoryUsage().arrayBuffers
  await waitFor('the writer to be held', () => client.writableNeedDrain && client.writableLength > 0)
  // A moment for a proxy without back-pressure to swallow the rest.
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(written).toBeLessThan(64)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
})

test('a server that is not there closes the client’s connection', async () => {
  proxy.retarget({ host: '127.0.0.1', port: 1 })
  const client = open()
  await waitFor('the close', () => client.gone)
})
