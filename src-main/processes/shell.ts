/**
 * Entry of the shell process: a Python script beside the learner's tasks, run as `python script.py` would be. It is a
 * producer: it sends tasks and waits for results by the engine, and what it prints is plain text.
 */
import type { CodeError } from '../engine/trace/task-runner.js'
import { loadWorkspace } from '../python-host/load-workspace.js'
import type { LabToShell, ShellToLab } from './messages/shell-messages.js'
import { parentProcess } from './parent.js'
import { startProducingPython } from './wiring/producing-python.js'
import { streamSink } from './wiring/stream-sink.js'

const lab = parentProcess<LabToShell, ShellToLab>()
const write = { stdout: streamSink(process.stdout), stderr: streamSink(process.stderr) }

async function run(order: Extract<LabToShell, { kind: 'start' }>): Promise<number> {
  const { environment, appModule, script } = order
  const { host, app } = await startProducingPython({
    environment,
    processName: 'shell',
    program: `${script}.py`,
    write,
    onPythonExit: (code) => process.exit(code),
  })
  try {
    const loaded = await loadWorkspace(host, { environment, modules: [appModule], wanted: 'celery' })
    if (loaded.kind === 'refused') return await endOf(loaded.error)
    await app.configure(loaded.conf, loaded.tasks)
    await lab.send({ kind: 'running', fingerprint: loaded.fingerprint })
    const ran = await loadWorkspace(host, { environment, modules: [script], wanted: null })
    return ran.kind === 'refused' ? await endOf(ran.error) : 0
  } finally {
    await host.close()
    await app.close()
  }
}

/** As Python ends: sys.exit() with its code and without a word, anything else with its traceback and 1. */
async function endOf(error: CodeError): Promise<number> {
  if (error.type === 'SystemExit' && /^\d*$|^None$/.test(error.message)) return Number(error.message) || 0
  await write.stderr(error.traceback)
  return 1
}

lab.onMessage((order) => {
  if (order.kind === 'stop') return process.exit(0)
  run(order)
    .then(async (exitCode) => {
      await lab.send({ kind: 'finished', exitCode })
      process.exit(exitCode)
    })
    .catch((error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      void write.stderr(`${text}\n`).then(() => process.exit(1))
    })
})
// A terminal's Ctrl+C reaches the whole group; the lab decides when the script ends.
process.on('SIGINT', () => undefined)
