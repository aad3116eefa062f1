/**
 * Brings the learner's files into Python and has them imported: the same for a pool process, the web process and the
 * code check. A module that is asked for in a file that cannot be used is refused here, before Python sees it, in words of the
 * same shape; such a file beside it is in nobody's way until it is imported.
 */
import { codeFingerprint, readCodeFiles, type CodeFile } from '../record/code-fingerprint.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { PythonHost } from './python-host.js'
import { pythonFiles } from './python-files.js'
import { redisAddresses } from './service-sockets.js'
import type { PythonLoadAnswer, PythonRequest } from './thread-messages.js'

export type LoadedWorkspace = PythonLoadAnswer & { readonly fingerprint: string }

export interface WorkspaceToLoad {
  readonly environment: LearnerEnvironment
  readonly modules: readonly string[]
  readonly wanted: Extract<PythonRequest, { kind: 'load' }>['wanted']
  /** Of the worker whose process this is; absent or null: it is none of a worker. */
  readonly nodename?: string | null
  /** Absent: what the working folder holds now. */
  readonly files?: readonly CodeFile[]
  /** For modules of another language: given to Python, and no files of the folder. */
  readonly standIns?: readonly CodeFile[]
}

export async function loadWorkspace(host: PythonHost, ask: WorkspaceToLoad): Promise<LoadedWorkspace> {
  const { environment, modules, wanted, nodename = null, standIns = [] } = ask
  const files = ask.files ?? (await readCodeFiles(environment.workdir))
  const fingerprint = codeFingerprint(files)
  const { usable, unusable } = pythonFiles(files)
  const asked = new Set(modules.map((module) => module.split(':', 1)[0]))
  const refused = unusable.find(({ module }) => asked.has(module))
  if (refused !== undefined) return { kind: 'refused', error: refused.error, fingerprint }
  const { services, brokerUrl, resultBackend, trustsCode = false } = environment
  host.sockets.allow(services, redisAddresses([brokerUrl, resultBackend]))
  const environ = {
    ...environment.environ,
    CELERY_BROKER_URL: brokerUrl,
    ...(resultBackend === '' ? {} : { CELERY_RESULT_BACKEND: resultBackend }),
  }
  const { answer } = await host.request(
    { kind: 'load', modules, wanted, nodename, environ, services, hostname: host.hostname, unusable },
    { files: [...usable, ...standIns] },
  )
  if (trustsCode && answer.kind === 'loaded') {
    const { broker_url: ofCode, result_backend: resultsOfCode } = answer.conf
    host.sockets.allow(services, redisAddresses([brokerUrl || ofCode, resultBackend || resultsOfCode]))
  }
  return { ...answer, fingerprint }
}
