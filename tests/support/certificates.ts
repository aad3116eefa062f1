/** Certificates for one test: an authority, a server on 127.0.0.1 and a client that it has signed. Made by the openssl program. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']

export interface Certificates {
  readonly folder: string
  readonly ca: string
  readonly otherCa: string
  readonly server: { readonly cert: string; readonly key: string }
  readonly client: { readonly cert: string; readonly key: string }
  remove(): Promise<void>
}

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'certificates-'))
  const at = (name: string): string => join(folder, name)
  const openssl = (...args: readonly string[]): Promise<unknown> => run('openssl', ['req', '-x509', ...newKey, ...args])
  const pair = (name: string): readonly string[] => ['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)]
  const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key')]
  await openssl(...pair('ca'), '-subj', '/CN=authority')
  await openssl(...pair('other'), '-subj', '/CN=somebody else')
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE']
  await openssl(...pair('server'), ...signed, '-subj', '/CN=redis', ...names)
  await openssl(...pair('client'), ...signed, '-subj', '/CN=worker', '-addext', 'basicConstraints=critical,CA:FALSE')
  const both = (name: string) => ({ cert: at(`${name}.crt`), key: at(`${name}.key`) })
  return {
    folder,
    ca: at('ca.crt'),
    otherCa: at('other.crt'),
    server: both('server'),
    client: both('client'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
