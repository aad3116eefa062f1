/**
 * One redis-server, started and stopped through redis-memory-server. Lives in its own Node process (processes/redis-host.ts):
 * redis-memory-server starts its watchdog with process.argv[0], which in Electron's main process would open the app again.
 * The watchdog ends redis-server when its host is killed; the host ends it when its own parent goes away.
 */
import { mkdir } from 'node:fs/promises'
import { RedisMemoryServer } from 'redis-memory-server'
import { redisEnvironment } from './find-redis-binary.js'
import { writeRedisSettings } from './redis-settings-file.js'

export interface RedisOrder {
  /** Path of redis-server; empty: redis-memory-server compiles its own under `buildFolder`. */
  readonly binary: string
  readonly libraryFolder: string | null
  readonly buildFolder: string
  readonly password: string
  readonly dataFolder: string
  readonly port: number
  readonly appendOnly: boolean
}

export interface RunningRedis {
  readonly port: number
  readonly pid: number
  /** Called once when redis-server ends by itself. */
  onExit(listener: () => void): void
  stop(): Promise<void>
}

const MAX_MEMORY_MEGABYTES = 512

export async function startRedis(order: RedisOrder): Promise<RunningRedis> {
  await mkdir(order.dataFolder, { recursive: true })
  const settings = await writeRedisSettings({
    password: order.password,
    dataFolder: order.dataFolder,
    maxMemoryMegabytes: MAX_MEMORY_MEGABYTES,
    appendOnly: order.appendOnly,
  })
  try {
    const server = new RedisMemoryServer({
      // `--include FILE` after redis-memory-server's own arguments: the list of processes shows a path, never the password.
      instance: { ip: '127.0.0.1', port: order.port, args: ['--include', settings.path] },
      binary: order.binary === '' ? { downloadDir: order.buildFolder } : { systemBinary: order.binary },
      spawn: { cwd: order.dataFolder, env: redisEnvironment(order.libraryFolder), stdio: 'pipe' },
    })
    await server.start()
    const info = server.getInstanceInfo()
    const pid = info === false ? undefined : info.childProcess?.pid
    if (info === false || pid === undefined)
      throw new Error('redis-memory-server said it had started, and named no process')
    return {
      port: info.port,
      pid,
      // The instance keeps the real ChildProcess; `info.childProcess` is a copy of its fields.
      onExit: (listener) => void info.instance.childProcess?.once('exit', listener),
      stop: async () => void (await server.stop()),
    }
  } finally {
    await settings.remove()
  }
}
