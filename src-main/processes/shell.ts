/**
 * Entry of the shell process: a script beside the learner's tasks, run as `python script.py` or `node script.js` would be.
 * It sends tasks and waits for results by the engine, and what it prints is plain text.
 */
import { errorDetail } from '../contract/error-text.js'
import type { LabToShell, ShellToLab } from './messages/shell-messages.js'
import { parentProcess } from './parent.js'
import { runScript } from './wiring/run-script.js'
import { streamSink } from './wiring/stream-sink.js'

const lab = parentProcess<LabToShell, ShellToLab>()
const write = { stdout: streamSink(process.stdout), stderr: streamSink(process.stderr) }

lab.onMessage((order) => {
  if (order.kind === 'stop') return process.exit(0)
  const onRunning = (fingerprint: string): Promise<unknown> => lab.send({ kind: 'running', fingerprint })
  runScript({ ...order, write, onRunning })
    .then(async (exitCode) => {
      await lab.send({ kind: 'finished', exitCode })
      process.exit(exitCode)
    })
    .catch((error: unknown) => {
      const text = errorDetail(error)
      void write.stderr(`${text}\n`).then(() => process.exit(1))
    })
})
// A terminal's Ctrl+C reaches the whole group; the lab decides when the script ends.
process.on('SIGINT', () => undefined)
