/** `celery worker` in a terminal: a worker that signals stop, with Celery's words and exit codes. Celery: celery/apps/worker.py */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { WorkerCommand } from '../../engine/cli/ports.js'
import { cliEnvironment } from './cli-app.js'
import { flushed } from './stream-sink.js'
import { workerProgram, type WorkerProgram } from './worker-program.js'
import { WorkerSignals } from './worker-signals.js'

const cannotCreate = 73

export async function runCliWorker(command: WorkerCommand): Promise<number> {
  const taken = command.pidfile === null ? null : pidOfRunning(command.pidfile)
  if (taken !== null) {
    process.stderr.write(
      `ERROR: Pidfile (${command.pidfile}) already exists.\nSeems we're already running? (pid: ${taken})\n`,
    )
    return cannotCreate
  }
  if (command.pidfile !== null) writeFileSync(command.pidfile, `${process.pid}\n`)
  try {
    for (;;) {
      const ended = await runOnce(command)
      if (!ended.restart) return ended.exitCode
    }
  } finally {
    if (command.pidfile !== null) rmSync(command.pidfile, { force: true })
    await flushed(process.stderr)
    await flushed(process.stdout)
  }
}

/** One life of the worker. HUP ends it for a next one in the same process, with the code as it is on the disk then. */
async function runOnce(command: WorkerCommand): Promise<{ readonly exitCode: number; readonly restart: boolean }> {
  const { appModule, loglevel, options } = command
  const environment = cliEnvironment(command.global, dirname(process.argv[1] ?? '.'))
  const program = await workerProgram({ environment, appModule, loglevel, options }, () => {})
  const signals = new WorkerSignals(program)
  signals.install()
  try {
    const exitCode = await untilStopped(program, appModule)
    return { exitCode, restart: signals.restart && exitCode === 0 }
  } finally {
    signals.remove()
    program.worker.killChildren()
  }
}

async function untilStopped({ worker, log }: WorkerProgram, appModule: string): Promise<number> {
  const started = await worker.start()
  switch (started.kind) {
    case 'ready':
    case 'stopped':
      return worker.stopped
    case 'refused': {
      const { error } = started.refused
      if (error.type === 'ModuleNotFoundError' && error.message.includes(`'${appModule.split(':')[0]}'`)) {
        log.plain(
          "Usage: celery [OPTIONS] COMMAND [ARGS]...\nTry 'celery --help' for help.\n\n" +
            `Error: Invalid value for '-A' / '--app': \nUnable to load celery application.\nThe module ${appModule} was not found.\n`,
        )
        return 2
      }
      log.plain(error.traceback)
      return 1
    }
    case 'failed':
      log.critical(`Unrecoverable error: ${started.message}`)
      return 1
  }
}

/** The pid in the file when that process lives; a file left by one that was killed does not count. */
function pidOfRunning(pidfile: string): number | null {
  try {
    const pid = Number(readFileSync(pidfile, 'utf8'))
    process.kill(pid, 0)
    return pid
  } catch {
    return null // no file, no number in it, or no such process
  }
}
