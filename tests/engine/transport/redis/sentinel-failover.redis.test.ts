/** A master dies, real sentinels make its replica the master: worker, client and results go on with that one. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery } from '../../../../src-main/engine/index.js'
import { freePort, startRedisServer, type RedisServer } from '../../../support/redis-server.js'
import { waitFor } from '../../../support/wait-for.js'

const sentinels: { readonly child: ChildProcess; readonly port: number; said: string }[] = []
let folder = ''
let master: RedisServer
let replica: RedisServer
/** Looks into the replica, which has the password of its master. */
let behind: Redis

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sentinels-'))
  master = await startRedisServer()
  const { password, port } = master
  replica = await startRedisServer([
    ...[`requirepass ${password}`, `masterauth ${password}`, `replicaof 127.0.0.1 ${port}`],
  ])
  behind = new Redis(master.url(0, replica.port))
  await waitFor('the replica follows', async () => (await behind.info('replication')).includes('master_link_status:up'))
  for (let count = 0; count < 3; count++) await startSentinel()
  await waitFor('the sentinels know each other', () =>
    sentinels.every(({ said }) => (said.match(/\+sentinel sentinel/g) ?? []).length >= 2 && said.includes('+slave')),
  )
}, 60_000)
afterAll(async () => {
  for (const { child } of sentinels) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  behind?.disconnect()
  await replica?.stop()
  await master?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function startSentinel(): Promise<void> {
  const port = await freePort()
  const file = join(folder, `${port}.conf`)
  const lines = [
    ...[`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`],
    `sentinel monitor mymaster 127.0.0.1 ${master.port} 2`,
    `sentinel auth-pass mymaster ${master.password}`,
    'sentinel down-after-milliseconds mymaster 500',
    'sentinel failover-timeout mymaster 5000',
  ]
  await writeFile(file, lines.join('\n'))
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const sentinel = { child, port, said: '' }
  child.stdout.on('data', (chunk: Buffer) => (sentinel.said += chunk.toString()))
  sentinels.push(sentinel)
}

test('after a failover the worker runs what is sent to the new master, and its result is read there', async () => {
  const url = sentinels.map(({ port }) => `sentinel://:${master.password}@127.0.0.1:${port}/0`).join(';')
  const options = { master_name: 'mymaster' }
  const app = new Celery(
    'tasks',
    { broker: url, backend: url, broker_transport_options: options, result_backend_transport_options: options },
    { log: { error: () => {}, warning: () => {} } },
  )
  const add = app.task('tasks.add', (x: number, y: number) => x + y)
  let log = ''
  const worker = app.worker({ mingle: false, loglevel: 'INFO', log: (text) => Promise.resolve(void (log += text)) })
  const patience = { timeoutSeconds: 60, describe: () => `${sentinels.map(({ said }) => said).join('\n')}\n${log}` }
  try {
    await worker.start()
    const before = await add.delay(2, 3)
    expect(await before.get({ timeoutSeconds: 60 })).toBe(5)
    await waitFor('the result is with the replica', async () =>
      Boolean(await behind.exists(`celery-task-meta-${before.id}`)),
    )
    process.kill(master.pid, 'SIGKILL')
    await waitFor('the loss is noticed', () => log.includes('Connection to broker lost'), patience)
    await waitFor(
      'all sentinels name the new master',
      () => sentinels.every(({ said }) => said.includes('+switch-master')),
      patience,
    )
    expect(await (await add.delay(3, 4)).get({ timeoutSeconds: 60 })).toBe(7)
    expect((await app.backend.get(before.id)).result).toBe(5)
    expect(await behind.exists('_kombu.binding.celery')).toBe(1)
    expect(await app.control.ping({ limit: 1, timeoutSeconds: 60 })).toHaveLength(1)
  } finally {
    await worker.stop('cold')
    await app.close()
  }
}, 150_000)
