/**
 * What a TLS connection to Redis checks and shows, from a URL's `ssl_…` parameters and from `broker_use_ssl` or
 * `redis_backend_use_ssl`, in the forms Python knows: names and numbers of ssl.CERT_*, paths of files.
 * Celery: kombu/connection.py (_init_params), celery/backends/redis.py (E_REDIS_SSL_CERT_REQS_MISSING_INVALID)
 */
import { ImproperlyConfigured } from '../../errors.js'
import { pythonRepr } from '../../serialization/python-repr.js'
import type { WireValue } from '../../serialization/wire-value.js'

export interface TlsOptions {
  /** False: anybody may answer. */
  readonly verify: boolean
  readonly checkHostname: boolean
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
}

/** The names that redis-py takes; those of Python's own ssl module mean the same. */
type Given = Readonly<Record<string, unknown>>

const missing =
  'A rediss:// URL must have parameter ssl_cert_reqs and this must be set to CERT_REQUIRED, CERT_OPTIONAL, or CERT_NONE'
const mismatch =
  'SSL connection parameters have been provided but the specified URL scheme is redis://. ' +
  'A Redis SSL connection URL should use the scheme rediss://.'
const insecure = 'Secure redis scheme specified (rediss) with no ssl options, defaulting to insecure SSL behaviour.'
const unverified =
  'Setting ssl_cert_reqs=CERT_NONE when connecting to redis means that celery will not validate the identity of the ' +
  'redis broker when connecting. This leaves you vulnerable to man in the middle attacks.'

export interface TlsGiven {
  readonly scheme: string
  readonly fromUrl: Given
  /** `broker_use_ssl`, `redis_backend_use_ssl`: false, true or a dict. */
  readonly setting: unknown
  readonly warn: (text: string) => void
}

/** As Celery: a broker's rediss:// without options is not verified, and the log says so. */
export function brokerTls(given: TlsGiven): TlsOptions | null {
  const options = merged(given)
  if (options === null) return null
  if (Object.keys(options).length > 0) return tlsOptions(options, verifies(options) ?? true)
  given.warn(insecure)
  return tlsOptions(options, false)
}

/** As Celery: a backend's rediss:// has to say what it verifies. */
export function backendTls(given: TlsGiven): TlsOptions | null {
  if (given.scheme === 'redis' && Object.keys(given.fromUrl).length > 0) throw new ImproperlyConfigured(mismatch)
  const options = merged(given)
  if (options === null) return null
  const verify = verifies(options)
  if (verify === null) throw new ImproperlyConfigured(missing)
  if (!verify) given.warn(unverified)
  return tlsOptions(options, verify)
}

/** null: no TLS. */
function merged({ scheme, fromUrl, setting }: TlsGiven): Given | null {
  const isDict = typeof setting === 'object' && setting !== null
  if (scheme !== 'rediss' && Object.keys(fromUrl).length === 0 && !isDict && setting !== true) return null
  return { ...(isDict ? (setting as Given) : {}), ...fromUrl } // each value is looked at where it is used
}

function tlsOptions(options: Given, verify: boolean): TlsOptions {
  return {
    verify,
    checkHostname: !['false', 'False', '0', false].includes(options['ssl_check_hostname'] as string | boolean),
    caFile: fileOf(options, 'ssl_ca_certs', 'ca_certs'),
    certFile: fileOf(options, 'ssl_certfile', 'certfile'),
    keyFile: fileOf(options, 'ssl_keyfile', 'keyfile'),
  }
}

const required = ['CERT_REQUIRED', 'CERT_OPTIONAL', 'required', 'optional', 1, 2] // a client asks for a certificate in both

function verifies(options: Given): boolean | null {
  const given = options['ssl_cert_reqs'] ?? options['cert_reqs']
  if (given === undefined || given === null) return null
  if (required.includes(given as string | number)) return true
  if (['CERT_NONE', 'none', 0].includes(given as string | number)) return false
  throw new ImproperlyConfigured(`${missing}; it is ${pythonRepr(given as WireValue)}`)
}

function fileOf(options: Given, ...names: readonly string[]): string | null {
  const given = names.map((name) => options[name]).find((value) => value !== undefined && value !== null)
  if (given === undefined) return null
  if (typeof given === 'string') return given
  throw new ImproperlyConfigured(`${names[0]} is ${pythonRepr(given as WireValue)}, expected the path of a file`)
}
