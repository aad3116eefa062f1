/** `celery …` in the console: the command line in a process of its own, with Ctrl+C as its SIGINT and its questions answered here. */
import { fork, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { CommandToConsole, ConsoleToCommand } from '../messages/command-messages.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { besideEntry } from './entry-folder.js'

export interface CeleryCommandParts {
  readonly environment: LearnerEnvironment
  readonly write: (text: string) => Promise<void>
  readonly readLine: (question: string) => Promise<string | null>
}

export interface CeleryCommand {
  /** Settles when it has ended and everything it said was shown. */
  readonly over: Promise<void>
  interrupt(): void
  kill(): void
}

export function startCelery(words: readonly string[], parts: CeleryCommandParts): CeleryCommand {
  const { environment, write, readLine } = parts
  const child = fork(besideEntry('cli.cjs'), [...words], {
    execPath: process.execPath,
    execArgv: [],
    cwd: environment.workdir,
    // What it needs to know goes by IPC: an environment can be read by others.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const send = (message: ConsoleToCommand): void => {
    if (child.connected) child.send(message, () => undefined) // it is going away: its exit tells
  }
  showAll(child.stdout, write)
  showAll(child.stderr, write)
  send({ kind: 'start', environment })
  child.on('message', (message) => {
    const { question } = message as CommandToConsole // our own entry
    void readLine(question).then((line) => send({ kind: 'line', line }))
  })
  return {
    over: endOf(child, write),
    interrupt: () => void child.kill('SIGINT'),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** A reader that is behind makes the command wait. */
function showAll(stream: Readable | null, write: (text: string) => Promise<void>): void {
  stream?.setEncoding('utf8')
  stream?.on('data', (text: string) => {
    stream.pause()
    void write(text).finally(() => stream.resume())
  })
}

function endOf(child: ChildProcess, write: (text: string) => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) void write(`celery could not be started: ${error.message}\n`).then(resolve)
    })
    child.once('close', (_code, signal) => {
      // As a shell says it; Ctrl+C needs no words.
      const words = signal === null || signal === 'SIGINT' ? '' : `celery was ended by ${signal}\n`
      void (words === '' ? Promise.resolve() : write(words)).then(resolve)
    })
  })
}
