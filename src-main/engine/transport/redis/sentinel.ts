/**
 * Asks the sentinels one after the other where the master is: SENTINEL MASTERS, and of the answer the one with our name,
 * when it is up and known by enough other sentinels. Asked anew for each connection, so that a failover is followed.
 * Celery: redis-py's Sentinel.discover_master; kombu/transport/redis.py SentinelChannel
 */
import type { Redis } from 'ioredis'
import { ImproperlyConfigured, OperationalError } from '../../errors.js'
import { reprString } from '../../serialization/python-repr.js'
import type { RedisAddress } from './address.js'
import type { ConnectOptions, ConnectRedis } from './connect.js'

/** By the names of broker_transport_options and result_backend_transport_options. */
export interface SentinelOptions {
  readonly master_name?: string
  readonly min_other_sentinels?: number
  /** For the connections to the sentinels themselves. */
  readonly sentinel_kwargs?: { readonly username?: string; readonly password?: string } | null
}

/** Wraps how a connection is made: an address of sentinels becomes that of their master first. */
export function viaSentinel(connect: ConnectRedis, options: SentinelOptions): ConnectRedis {
  return async (address, connectOptions) => {
    if (address.sentinels === null) return connect(address, connectOptions)
    const { master_name: name } = options
    if (name === undefined) throw new ImproperlyConfigured("'master_name' transport option must be specified.")
    const master = await masterOf(address, { ...options, master_name: name }, connect, connectOptions)
    return connect({ ...address, ...master, sentinels: null }, connectOptions)
  }
}

async function masterOf(
  address: RedisAddress,
  options: SentinelOptions & { readonly master_name: string },
  connect: ConnectRedis,
  connectOptions: ConnectOptions | undefined,
): Promise<{ readonly host: string; readonly port: number }> {
  const { username = null, password = null } = options.sentinel_kwargs ?? {}
  const errors: string[] = []
  for (const where of address.sentinels ?? []) {
    try {
      const asked = { ...address, ...where, db: 0, username, password, sentinels: null }
      const sentinel = await connect(asked, connectOptions)
      try {
        const master = await knownMaster(sentinel, options)
        if (master) return master
      } finally {
        sentinel.disconnect()
      }
    } catch (error) {
      errors.push(`${where.host}:${where.port} - ${String(error)}`)
    }
  }
  const why = errors.length > 0 ? ` : ${errors.join(', ')}` : ''
  throw new OperationalError(`No master found for ${reprString(options.master_name)}${why}`)
}

async function knownMaster(
  sentinel: Redis,
  { master_name: name, min_other_sentinels: least = 0 }: SentinelOptions,
): Promise<{ readonly host: string; readonly port: number } | null> {
  const answer = await sentinel.call('SENTINEL', 'MASTERS')
  const masters = Array.isArray(answer) ? answer.map(fieldsOf) : []
  const master = masters.find((fields) => fields.get('name') === name)
  const flags = master?.get('flags')?.split(',') ?? []
  const isUp = flags.includes('master') && !flags.includes('s_down') && !flags.includes('o_down')
  if (!master || !isUp || Number(master.get('num-other-sentinels')) < least) return null
  return { host: master.get('ip') ?? '', port: Number(master.get('port')) }
}

/** Name, value, name, value … */
function fieldsOf(flat: unknown): ReadonlyMap<string, string> {
  const texts = Array.isArray(flat) ? flat.map(String) : []
  return new Map(texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1] ?? ''] as const] : [])))
}
