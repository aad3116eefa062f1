/** The learner's folder as Python finds it in a process that sends tasks: with stand-ins for modules of TypeScript, whose functions run beside it. */
import { loadWorkspace, type LoadedWorkspace, type WorkspaceToLoad } from '../../python-host/load-workspace.js'
import type { PythonHost } from '../../python-host/python-host.js'
import { codeFingerprint, readCodeFiles } from '../../record/code-fingerprint.js'
import { bodiesBeside, type SaidHere } from './bodies-beside.js'
import { makeStandIns } from './stand-ins.js'

export async function loadWithStandIns(
  host: PythonHost,
  ask: WorkspaceToLoad,
  /** Null: the code is only looked at, and none of it is called. */
  said: SaidHere | null,
): Promise<LoadedWorkspace> {
  const files = ask.files ?? (await readCodeFiles(ask.environment.workdir))
  const standIns = await makeStandIns(ask.environment, files)
  if (standIns.kind === 'refused') return { ...standIns, fingerprint: codeFingerprint(files) }
  if (standIns.files.length > 0 && said !== null) host.callBody = bodiesBeside(ask.environment, files, said)
  return loadWorkspace(host, { ...ask, files, standIns: standIns.files })
}
