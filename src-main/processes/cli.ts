/**
 * Entry of the `celery` command: `npm run celery -- -A tasks worker`, or the same in the app's console, which then is its
 * parent and says what is around it. What it does is in engine/cli.
 */
import { cpus, hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { runCli } from '../engine/cli/program.js'
import type { LearnerEnvironment } from './messages/learner-environment.js'
import type { CommandToConsole, ConsoleToCommand } from './messages/command-messages.js'
import { parentProcess, type Parent } from './parent.js'
import { environmentOfTerminal, openCliApp, ownCommands } from './wiring/cli-app.js'
import { runCliBeat } from './wiring/cli-beat.js'
import { runCliWorker } from './wiring/cli-worker.js'
import { flushed } from './wiring/stream-sink.js'

interface Around {
  readonly environment: LearnerEnvironment
  /** One line that somebody types; null at the end of input. */
  readonly readLine: (question: string) => Promise<string | null>
}

const ofTerminal = (): Around => ({
  environment: environmentOfTerminal(),
  readLine: async (question) => {
    process.stdout.write(question)
    const lines = createInterface({ input: process.stdin })
    for await (const line of lines) {
      lines.close()
      return line
    }
    return null
  },
})

/** The parent is the console: its end is the end of the command as well. */
function ofConsole(parent: Parent<ConsoleToCommand, CommandToConsole>): Promise<Around> {
  const waiting: ((line: string | null) => void)[] = []
  const readLine = async (question: string): Promise<string | null> => {
    await flushed(process.stdout)
    const answered = new Promise<string | null>((resolve) => waiting.push(resolve))
    await parent.send({ kind: 'read-line', question })
    return answered
  }
  return new Promise((resolve) =>
    parent.onMessage((message) => {
      if (message.kind === 'start') resolve({ environment: message.environment, readLine })
      else waiting.shift()?.(message.line)
    }),
  )
}

async function main(): Promise<void> {
  const { environment, readLine } = process.send === undefined ? ofTerminal() : await ofConsole(parentProcess())
  const exitCode = await runCli(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    hostname: hostname(),
    cpus: cpus().length,
    runWorker: (command) => runCliWorker(environment, command),
    runBeat: (command) => runCliBeat(environment, command),
    ownCommands: (global) => ownCommands(environment, global),
    openApp: (global, needs) => openCliApp(environment, global, needs),
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
