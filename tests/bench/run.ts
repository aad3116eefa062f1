/** All rows, one after the other, each with a fresh Redis. `scripts/bench.mjs` prints them and writes the JSON. */
import { execFileSync } from 'node:child_process'
import { startRedisServer } from '../support/redis-server.js'
import type { RedisServer } from '../support/redis-server.js'
import { publishRow } from './publish.js'
import { pythonStartRow } from './python-start.js'
import type { Row } from './rows.js'
import { workerRow } from './worker.js'

const benches = [publishRow, workerRow, pythonStartRow]

export async function runBenches(tell: (row: Row) => void): Promise<readonly Row[]> {
  const withCelery = realCeleryIsThere()
  const rows: Row[] = []
  for (const bench of benches) {
    const redis: RedisServer = await startRedisServer()
    try {
      const measured = await bench(redis, withCelery)
      rows.push(measured)
      tell(measured)
    } finally {
      await redis.stop()
    }
  }
  return rows
}

function realCeleryIsThere(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import celery, redis'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
