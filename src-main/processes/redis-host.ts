/**
 * Entry of the process that hosts redis-server. Orders come from the lab over IPC; the password comes that way too.
 * When the channel closes, because the app ended in whatever way, Redis is stopped and this process ends.
 */
import { errorText } from '../contract/error-text.js'
import { startRedis, type RunningRedis } from '../embedded-redis/redis-instance.js'
import type { LabToRedisHost, RedisHostToLab } from './messages/redis-host-messages.js'
import { tellParent } from './parent.js'

/** redis-server answers SIGINT at once; after this long it is killed. */
const STOP_LIMIT_MS = 2_000

let starting: Promise<RunningRedis> | null = null
let ending = false

function tell(message: RedisHostToLab): void {
  tellParent(message)
}

async function start(order: Extract<LabToRedisHost, { kind: 'start' }>): Promise<void> {
  try {
    starting = startRedis(order)
    const redis = await starting
    redis.onExit(() => {
      if (!ending) process.exit(1) // the lab sees this process go and says so
    })
    tell({ kind: 'ready', port: redis.port, pid: redis.pid })
  } catch (error) {
    tell({ kind: 'failed', message: errorText(error) })
    // Let the message leave before the process does.
    setImmediate(() => process.exit(1))
  }
}

async function stop(): Promise<void> {
  if (ending) return
  ending = true
  const redis = await starting?.catch(() => null)
  if (redis != null) {
    const limit = setTimeout(() => kill(redis.pid), STOP_LIMIT_MS)
    await redis.stop().catch(() => kill(redis.pid))
    clearTimeout(limit)
  }
  process.exit(0)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // already gone, which is what was wanted
  }
}

process.on('message', (message: LabToRedisHost) => {
  if (message.kind === 'start') void start(message)
  else void stop()
})
process.on('disconnect', () => void stop())
// A terminal's Ctrl+C reaches the whole group; the lab decides when Redis stops.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => void stop())
