/**
 * What Python calls of the modules of TypeScript in the same folder: `send_mail(1)`, not `send_mail.delay(1)`. They are loaded in this
 * process as well, beside whatever else it has to do first.
 */
import type { LogSink } from '../../engine/ports/log.js'
import type { BodyAnswer, BodyCall } from '../../node-host/call-body.js'
import { createNodeRunner, type NodeTaskRunner } from '../../node-host/node-runner.js'
import type { CodeFile } from '../../record/code-fingerprint.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { nodeCode } from './node-code.js'
import { modulesWithoutPython } from './stand-ins.js'

/** Where what the functions print and log goes. */
export type SaidHere = Readonly<Record<'stdout' | 'stderr', LogSink>>

export function bodiesBeside(
  environment: LearnerEnvironment,
  files: readonly CodeFile[],
  said: SaidHere,
): (call: BodyCall) => Promise<BodyAnswer> {
  const loading = load(environment, files, said)
  loading.catch(() => {}) // the first call is told
  return async (call) => (await loading).callBody(call)
}

async function load(
  environment: LearnerEnvironment,
  files: readonly CodeFile[],
  said: SaidHere,
): Promise<NodeTaskRunner> {
  const runner = createNodeRunner({
    ...nodeCode(environment, files),
    modules: modulesWithoutPython(files.map(({ name }) => name)).map(({ module }) => module),
    wantsApp: false,
    sends: 'once-loaded', // what it sends while it is loaded is left to the worker that loads it
    printsAreRecords: false,
    onLog: ({ message }) => said.stderr(`${message}\n`),
    onOutput: (stream, text) => said[stream](text),
    onExit: (code) => process.exit(code), // process.exit() in a function, or an error that nobody caught
  })
  const loaded = await runner.load()
  if (loaded.kind === 'refused') throw new Error(loaded.error.traceback) // it had loaded for the stand-ins, a moment ago
  return runner
}
