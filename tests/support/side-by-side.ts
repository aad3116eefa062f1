/** One program on a worker of ours and on one of real Celery, each with a database of its own: what one does, the other is held against. */
import { startOurWorker, type OurWorker } from './our-worker.js'
import { startRealWorker, type RealWorker } from './real-celery.js'
import { startRedisServer, type RedisServer } from './redis-server.js'

export class SideBySide {
  readonly oursUrl: string
  readonly realUrl: string
  readonly ours: OurWorker
  private readonly redis: RedisServer
  private readonly real: RealWorker

  private constructor(redis: RedisServer, ours: OurWorker, real: RealWorker) {
    this.redis = redis
    this.ours = ours
    this.real = real
    this.oursUrl = redis.url(0)
    this.realUrl = redis.url(1)
  }

  static async start(tasksPy: string, concurrency: number): Promise<SideBySide> {
    const redis = await startRedisServer()
    const ours = await startOurWorker({ brokerUrl: redis.url(0), tasksPy, concurrency })
    const real = await startRealWorker({ brokerUrl: redis.url(1), tasksPy }, ['-c', String(concurrency)])
    return new SideBySide(redis, ours, real)
  }

  async stop(): Promise<void> {
    await this.real.stop()
    await this.ours.stop()
    await this.redis.stop()
  }
}
