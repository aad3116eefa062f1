/** Connects a worker to its broker. The backend here is the least that works; engine/result-backend takes its place. */
import { Redis } from 'ioredis'
import type { Broker } from '../../engine/worker/worker.js'
import { RedisChannel } from '../../engine/transport/redis/redis-channel.js'
import { acceptedTypes } from '../../engine/serialization/registry.js'
import { stringifyJson, parseJson } from '../../engine/serialization/json.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
export function devBackend(url: string): any {
  const r = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null })
  r.on('error', () => {})
  return {
    async store(meta: any) { const k = 'celery-task-meta-' + meta.task_id; const t = stringifyJson(meta); await r.multi().setex(k, 86400, t).publish(k, t).exec() },
    async get(id: string) { const t = await r.get('celery-task-meta-' + id); return t ? parseJson(t) : { status: 'PENDING', result: null } },
    async close() { r.disconnect() },
  }
}
export function connectBroker(environment: LearnerEnvironment, _conf: any): Broker {
  const url = environment.brokerUrl
  return { channel: new RedisChannel({ url, log: { error: console.error, warning: console.error } as any }), backend: devBackend(environment.resultBackend), transportUrl: url, resultsUrl: url, acceptContent: acceptedTypes(['json']) }
}
