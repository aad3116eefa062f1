/** Broker and backend URLs. Celery: kombu/utils/url.py, kombu/connection.py as_uri; redis://[user][:password]@host:port/db */
import { ImproperlyConfigured } from '../../errors.js'

export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly db: number
  readonly username: string | null
  readonly password: string | null
  readonly tls: boolean
  /** `redis+socket:///path/to/socket?virtual_host=0` */
  readonly socketPath: string | null
}

export function parseRedisUrl(url: string): RedisAddress {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new ImproperlyConfigured(`a broker or backend URL is not readable, expected redis://:password@host:port/db`)
  }
  const scheme = parsed.protocol.slice(0, -1)
  if (!['redis', 'rediss', 'redis+socket', 'socket'].includes(scheme)) {
    throw new ImproperlyConfigured(`the URL's scheme is ${scheme}, expected redis, rediss or redis+socket`)
  }
  const isSocket = scheme.endsWith('socket')
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost', // an IPv6 address without its brackets
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    db: dbNumber(isSocket ? (parsed.searchParams.get('virtual_host') ?? '0') : parsed.pathname.slice(1)),
    username: parsed.username === '' ? null : decodeURIComponent(parsed.username),
    password: parsed.password === '' ? null : decodeURIComponent(parsed.password),
    tls: scheme === 'rediss',
    socketPath: isSocket ? decodeURIComponent(parsed.pathname) : null,
  }
}

/** As Celery shows it in banners and logs: the password is `**`. */
export function maskedUrl(address: RedisAddress): string {
  if (address.socketPath !== null) return `redis+socket://${address.socketPath}`
  const user = address.password === null ? '' : `${address.username ?? ''}:**@`
  return `${address.tls ? 'rediss' : 'redis'}://${user}${address.host}:${address.port}/${address.db}`
}

function dbNumber(text: string): number {
  const db = Number(text.replace(/^\//, '') || '0')
  if (!Number.isInteger(db) || db < 0)
    throw new ImproperlyConfigured(`the Redis database is '${text}', expected a number`)
  return db
}
