/** How many messages one producer publishes a second: our app's sendTask beside LPUSHes of the same bytes, and beside Celery's delay. */
import { Celery } from '../../src-main/engine/app/celery.js'
import { runRealClient } from '../support/real-celery.js'
import type { RedisServer } from '../support/redis-server.js'
import { middleOf, row } from './rows.js'
import type { Row } from './rows.js'

const messages = 4_000
/** Sent together, as a web process under load does. */
const atOnce = 50
const runs = 3

async function perSecond(send: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  for (let sent = 0; sent < messages; sent += atOnce) await Promise.all(Array.from({ length: atOnce }, send))
  return (messages / (performance.now() - begun)) * 1000
}

const celeryScript = `
import time
from tasks import add
add.delay(0, 0)
begun = time.perf_counter()
for n in range(${messages / 4}):
    add.delay(2, 3)
print(${messages / 4} / (time.perf_counter() - begun))
`

export async function publishRow(redis: RedisServer, withCelery: boolean): Promise<Row> {
  const client = redis.client()
  const app = new Celery('bench', { broker: redis.url(), backend: redis.url() })
  try {
    const clear = (): Promise<unknown> => client.del('celery')
    await app.sendTask('tasks.add', [2, 3])
    const message = await client.rpop('celery')
    if (message === null) throw new Error('sendTask left nothing in the list `celery`')

    const rate = (send: () => Promise<unknown>) => async (): Promise<number> => {
      await clear()
      return perSecond(send)
    }
    const ours = await middleOf(
      runs,
      rate(() => app.sendTask('tasks.add', [2, 3])),
    )
    const raw = await middleOf(
      runs,
      rate(() => client.lpush('celery', message)),
    )
    const peers: Record<string, number> = { 'ioredis LPUSH of the same bytes': raw }
    if (withCelery) {
      peers['Celery 5.2.6 delay'] = Number(await runRealClient({ brokerUrl: redis.url() }, celeryScript))
    }
    await clear()
    return row({ metric: 'messages published a second by one producer', ours, peers, target: 0.2 })
  } finally {
    await app.close()
  }
}
