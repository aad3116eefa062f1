/**
 * Broker and backend URLs: where Redis is, or who knows where it is. `redis://[user][:password]@host:port/db`, `rediss://`,
 * `redis+socket:///path?virtual_host=db`, `sentinel://host:port;sentinel://host:port`; several brokers with `;` between them.
 * Celery: kombu/utils/url.py, kombu/connection.py (as_uri), kombu/transport/redis.py (_connparams)
 */
import { ImproperlyConfigured } from '../../errors.js'
import { brokerTls, type TlsGiven, type TlsOptions } from './tls-options.js'

export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly db: number
  readonly username: string | null
  readonly password: string | null
  readonly tls: TlsOptions | null
  /** `redis+socket:///path/to/socket?virtual_host=0` */
  readonly socketPath: string | null
  /** Asked in turn who the master is; null: host and port say it. */
  readonly sentinels: readonly { readonly host: string; readonly port: number }[] | null
}

/** What a URL that does not say it means: `redis_host`, `redis_port`, `redis_username`, `redis_password`. */
export type AddressDefaults = Partial<Pick<RedisAddress, 'host' | 'port' | 'username' | 'password'>>

export interface UrlContext {
  readonly defaults?: AddressDefaults
  /** What a broker's URL means unless said otherwise. */
  readonly tls?: (given: TlsGiven) => TlsOptions | null
  readonly tlsSetting?: unknown
  readonly warn?: (text: string) => void
}

const schemes = ['redis', 'rediss', 'redis+socket', 'socket', 'sentinel']
const expected = 'expected redis://:password@host:port/db'

/** One address for each broker to try, or one for all sentinels. */
export function parseRedisUrls(urls: string, context: UrlContext = {}): readonly RedisAddress[] {
  const addresses = urls
    .split(';')
    .filter((url) => url !== '')
    .map((url) => parseRedisUrl(url, context))
  const [first] = addresses
  if (first === undefined) throw new ImproperlyConfigured(`a broker or backend URL is empty, ${expected}`)
  if (first.sentinels === null) return addresses
  return [{ ...first, sentinels: addresses.flatMap((address) => address.sentinels ?? []) }]
}

export function parseRedisUrl(url: string, context: UrlContext = {}): RedisAddress {
  const { scheme, username, password, host, port, path, query } = partsOf(url)
  const isSocket = scheme.endsWith('socket')
  const isSentinel = scheme === 'sentinel'
  const { defaults = {} } = context
  const where = {
    host: host === '' ? (defaults.host ?? 'localhost') : host,
    port: port ?? defaults.port ?? (isSentinel ? 26379 : 6379),
  }
  const fromUrl = Object.fromEntries([...query].filter(([name]) => name.startsWith('ssl_')))
  const warn = context.warn ?? (() => {})
  return {
    ...where,
    db: dbNumber(isSocket ? (query.get('virtual_host') ?? '0') : path.slice(1)),
    username: username ?? defaults.username ?? null,
    password: password ?? query.get('password') ?? defaults.password ?? null,
    tls: (context.tls ?? brokerTls)({ scheme, fromUrl, setting: context.tlsSetting, warn }),
    socketPath: isSocket ? decodeURIComponent(path) : null,
    sentinels: isSentinel ? [where] : null,
  }
}

/** As Celery shows it in banners and logs: the password is `**`. */
export function maskedUrl(address: RedisAddress): string {
  if (address.socketPath !== null) return `redis+socket://${address.socketPath}`
  const user = address.password === null ? '' : `${address.username ?? ''}:**@`
  const scheme = address.sentinels ? 'sentinel' : address.tls ? 'rediss' : 'redis'
  return `${scheme}://${user}${address.host}:${address.port}/${address.db}`
}

interface UrlParts {
  readonly scheme: string
  readonly username: string | null
  readonly password: string | null
  readonly host: string
  readonly port: number | null
  readonly path: string
  readonly query: URLSearchParams
}

/** As kombu, which reads them all like http: the class URL refuses a password without a host, as a socket has it. */
function partsOf(url: string): UrlParts {
  const found = /^([a-z][a-z+]*):\/\/(?:([^@/?]*)@)?(\[[^\]]*\]|[^:/?]*)(?::(\d*))?(\/[^?]*)?(?:\?(.*))?$/i.exec(url)
  if (!found) throw new ImproperlyConfigured(`a broker or backend URL is not readable, ${expected}`)
  const [, scheme = '', user = '', host = '', port = '', path = '', query = ''] = found
  if (!schemes.includes(scheme))
    throw new ImproperlyConfigured(`the URL's scheme is ${scheme}, expected redis, rediss, redis+socket or sentinel`)
  const [username = '', ...password] = user.split(':')
  return {
    scheme,
    username: username === '' ? null : decodeURIComponent(username),
    password: password.length === 0 || password.join(':') === '' ? null : decodeURIComponent(password.join(':')),
    host: host.replace(/^\[(.*)\]$/, '$1'), // an IPv6 address without its brackets
    port: port === '' ? null : Number(port),
    path,
    query: new URLSearchParams(query),
  }
}

function dbNumber(text: string): number {
  const db = Number(text.replace(/^\//, '') || '0')
  if (!Number.isInteger(db) || db < 0)
    throw new ImproperlyConfigured(`the Redis database is '${text}', expected a number`)
  return db
}
