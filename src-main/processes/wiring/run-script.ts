/**
 * A script beside the learner's tasks, run as `python script.py` or `node script.js` would be: it is a producer, and what
 * it prints is plain text. Answers the exit code.
 */
import type { CodeError } from '../../engine/trace/task-runner.js'
import { createNodeRunner } from '../../node-host/node-runner.js'
import { codeFingerprint, readCodeFiles, type CodeFile } from '../../record/code-fingerprint.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { codeHostOf } from './code-host.js'
import { loadWithStandIns } from './load-with-stand-ins.js'
import { nodeCode } from './node-code.js'
import { startProducingPython } from './producing-python.js'
import type { StandardStreams } from './stream-sink.js'

export interface ScriptOrder {
  readonly environment: LearnerEnvironment
  /** Loaded first: its settings are those of what is sent. */
  readonly appModule: string
  readonly script: string
  readonly write: StandardStreams
  readonly onRunning: (fingerprint: string) => Promise<unknown>
}

export async function runScript(order: ScriptOrder): Promise<number> {
  const files = await readCodeFiles(order.environment.workdir)
  const host = codeHostOf(
    order.script,
    files.map(({ name }) => name),
  )
  switch (host.kind) {
    case 'python':
      return runPython(order, files)
    case 'node':
      return runNode(order, files)
    case 'unclear':
      return endOf(host.error, order)
  }
}

async function runPython(order: ScriptOrder, files: readonly CodeFile[]): Promise<number> {
  const { environment, appModule, script, write, onRunning } = order
  const { host, app, configure } = await startProducingPython({
    environment,
    processName: 'shell',
    program: `${script}.py`,
    write,
    onPythonExit: (code) => process.exit(code),
  })
  try {
    const loaded = await loadWithStandIns(host, { environment, modules: [appModule], wanted: 'celery', files }, write)
    if (loaded.kind === 'refused') return await endOf(loaded.error, order)
    await configure(loaded.conf, loaded.tasks)
    await onRunning(loaded.fingerprint)
    const ran = await loadWithStandIns(host, { environment, modules: [script], wanted: null, files }, write)
    return ran.kind === 'refused' ? await endOf(ran.error, order) : 0
  } finally {
    await host.close()
    await app.close()
  }
}

/** The script imports its tasks by itself, and its app connects by itself; it may await outside of functions. */
async function runNode(order: ScriptOrder, files: readonly CodeFile[]): Promise<number> {
  const { environment, script, write, onRunning } = order
  const runner = createNodeRunner({
    ...nodeCode(environment, files),
    modules: [script],
    wantsApp: false,
    sends: true,
    printsAreRecords: false,
    onLog: ({ message }) => write.stderr(`${message}\n`),
    onOutput: (stream, text) => write[stream](text),
    onExit: (code) => process.exit(code),
  })
  try {
    await onRunning(codeFingerprint(files))
    const ran = await runner.load()
    return ran.kind === 'refused' ? await endOf(ran.error, order) : 0
  } finally {
    await runner.close()
  }
}

/** As Python and Node end: an exit with its code and without a word, anything else with its traceback and 1. */
async function endOf(error: CodeError, { write }: ScriptOrder): Promise<number> {
  const exit = /^(?:process\.exit\()?(\d*)(?:$|\))|^None$/.exec(error.message) // as each host words it
  if (error.type === 'SystemExit' && exit !== null) return Number(exit[1] ?? 0)
  await write.stderr(error.traceback)
  return 1
}
