/** The learner's folder as Python finds it in a process that sends tasks: with stand-ins for modules of TypeScript. */
import { loadWorkspace, type LoadedWorkspace, type WorkspaceToLoad } from '../../python-host/load-workspace.js'
import type { PythonHost } from '../../python-host/python-host.js'
import { codeFingerprint, readCodeFiles } from '../../record/code-fingerprint.js'
import { makeStandIns } from './stand-ins.js'
import type { StandardStreams } from './stream-sink.js'

export async function loadWithStandIns(
  host: PythonHost,
  ask: WorkspaceToLoad,
  /** Null: the code is only looked at, and none of it is called. */
  write: StandardStreams | null,
): Promise<LoadedWorkspace> {
  const files = ask.files ?? (await readCodeFiles(ask.environment.workdir))
  const standIns = await makeStandIns(ask.environment, files, write)
  if (standIns.kind === 'refused') return { ...standIns, fingerprint: codeFingerprint(files) }
  if (standIns.code !== null) await host.standBeside(standIns.code)
  return loadWorkspace(host, { ...ask, files, standIns: standIns.files })
}
