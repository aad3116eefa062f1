/**
 * One Redis connection, made the way this engine needs it: no hidden retries, no queueing while away, no commands of its
 * own but AUTH and SELECT, so that what learners see in Redis' command stream is what Celery would send.
 * Celery: kombu/transport/redis.py (_connparams); redis-py's words for what goes wrong
 */
import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import { Redis, type ChainableCommander, type RedisOptions } from 'ioredis'
import { ImproperlyConfigured, OperationalError } from '../../errors.js'
import type { RedisAddress } from './address.js'
import type { TlsOptions } from './tls-options.js'

export type ConnectRedis = (address: RedisAddress, options?: ConnectOptions) => Promise<Redis>

export interface ConnectOptions {
  /** broker_connection_timeout */
  readonly connectTimeoutSeconds?: number
}

/** Answers a connection that has already answered PING; rejects with OperationalError. */
export const connectRedis: ConnectRedis = async (address, options = {}) => {
  const client = new Redis({ ...clientOptions(address, options), ...(await tlsPart(address.tls)) })
  let firstError: Error | null = null
  client.on('error', (error: Error) => (firstError ??= error)) // an unheard 'error' would be printed by ioredis
  try {
    await client.connect()
    await client.ping()
    return client
  } catch (error) {
    client.disconnect()
    throw operationalError(firstError ?? error, address)
  }
}

function clientOptions(address: RedisAddress, options: ConnectOptions): RedisOptions {
  return {
    ...(address.socketPath === null ? { host: address.host, port: address.port } : { path: address.socketPath }),
    ...(address.username === null ? {} : { username: address.username }),
    ...(address.password === null ? {} : { password: address.password }),
    db: address.db,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: (options.connectTimeoutSeconds ?? 4) * 1000, // ioredis' own socketTimeout leaves its timer behind
  }
}

async function tlsPart(tls: TlsOptions | null): Promise<{ readonly tls?: ConnectionOptions }> {
  if (tls === null) return {}
  const [ca, cert, key] = await Promise.all([fileFor(tls.caFile), fileFor(tls.certFile), fileFor(tls.keyFile)])
  return {
    tls: {
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      rejectUnauthorized: tls.verify,
      ...(tls.checkHostname ? {} : { checkServerIdentity: () => undefined }),
    },
  }
}

/** Read for each connection: a certificate that was renewed is used at the next one. */
async function fileFor(path: string | null): Promise<Buffer | null> {
  if (path === null) return null
  try {
    return await readFile(path)
  } catch (error) {
    throw new ImproperlyConfigured(`a file for TLS cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

/** Any failure of a connection as kombu's OperationalError, in redis-py's words. */
export function operationalError(error: unknown, address: RedisAddress): OperationalError {
  if (error instanceof OperationalError) return error
  const where = address.socketPath ?? `${address.host}:${address.port}`
  const { code, message } = error as { readonly code?: string; readonly message?: string }
  return new OperationalError(wordsFor(code, message ?? String(error), where), { cause: error })
}

function wordsFor(code: string | undefined, message: string, where: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `Error 111 connecting to ${where}. Connection refused.`
    case 'EHOSTUNREACH':
      return `Error 113 connecting to ${where}. No route to host.`
    case 'ENOTFOUND':
      return `Error -2 connecting to ${where}. Name or service not known.`
    case 'ENOENT':
      return `Error 2 connecting to unix socket: ${where}. No such file or directory.`
    case 'ETIMEDOUT':
      return `Timeout connecting to server`
    case 'ECONNRESET':
      return `Error while reading from ${where} : (104, 'Connection reset by peer')`
    case 'EACCES':
      return `Error 13 connecting to unix socket: ${where}. Permission denied.`
    case 'EPIPE':
      return `Error 32 while writing to socket. Broken pipe.`
    default:
      if (/CERT|SIGNATURE/.test(code ?? ''))
        return `Error 1 connecting to ${where}. [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ${message}.`
      return /connection is closed|stream isn't writeable/i.test(message) ? 'Connection closed by server.' : message
  }
}

/** Runs a transaction; null when a watched key was touched. One refused command refuses all. */
export async function execAll(transaction: ChainableCommander): Promise<readonly unknown[] | null> {
  const replies = await transaction.exec()
  const refused = replies?.find(([error]) => error !== null)
  if (refused?.[0]) throw refused[0]
  return replies?.map(([, value]) => value) ?? null
}

/** A reply such as WRONGTYPE or OOM: Redis is there and refused, so reconnecting would not help. */
export function isRedisReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}
