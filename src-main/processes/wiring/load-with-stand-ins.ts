/** The learner's folder as Python finds it in a process that sends tasks: with stand-ins for modules of TypeScript. */
import { loadWorkspace, type LoadedWorkspace, type WorkspaceToLoad } from '../../python-host/load-workspace.js'
import type { PythonHost } from '../../python-host/python-host.js'
import { codeFingerprint, readCodeFiles } from '../../record/code-fingerprint.js'
import { makeStandIns } from './stand-ins.js'

export async function loadWithStandIns(host: PythonHost, ask: WorkspaceToLoad): Promise<LoadedWorkspace> {
  const files = ask.files ?? (await readCodeFiles(ask.environment.workdir))
  const standIns = await makeStandIns(ask.environment, files)
  if (standIns.kind === 'refused') return { ...standIns, fingerprint: codeFingerprint(files) }
  return loadWorkspace(host, { ...ask, files, standIns: standIns.files })
}
