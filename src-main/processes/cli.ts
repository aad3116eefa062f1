/** Entry of the `celery` command: `npm run celery -- -A tasks worker`. What it does is in engine/cli. */
import { cpus, hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { runCli } from '../engine/cli/program.js'
import { openCliApp, ownCommands } from './wiring/cli-app.js'
import { runCliBeat } from './wiring/cli-beat.js'
import { runCliWorker } from './wiring/cli-worker.js'
import { flushed } from './wiring/stream-sink.js'

/** One line of stdin; null at its end. */
async function readLine(): Promise<string | null> {
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) {
    lines.close()
    return line
  }
  return null
}

async function main(): Promise<void> {
  const exitCode = await runCli(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    hostname: hostname(),
    cpus: cpus().length,
    runWorker: runCliWorker,
    runBeat: runCliBeat,
    ownCommands,
    openApp: openCliApp,
    readLine,
    untilInterrupted: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
      }),
  })
  await flushed(process.stdout)
  await flushed(process.stderr)
  process.exit(exitCode)
}

void main()
