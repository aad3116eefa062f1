/** `celery worker` in a terminal: a worker that signals stop, with Celery's words and exit codes. Celery: celery/apps/worker.py */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { WorkerCommand } from '../../engine/cli/ports.js'
import { cliEnvironment } from './cli-app.js'
import { announceStop, workerProgram, type WorkerProgram } from './worker-program.js'
import { flushed } from './stream-sink.js'

const cannotCreate = 73

export async function runCliWorker(command: WorkerCommand): Promise<number> {
  const taken = command.pidfile === null ? null : pidOfRunning(command.pidfile)
  if (taken !== null) {
    process.stderr.write(
      `ERROR: Pidfile (${command.pidfile}) already exists.\nSeems we're already running? (pid: ${taken})\n`,
    )
    return cannotCreate
  }
  const { appModule, loglevel, options } = command
  const environment = cliEnvironment(command.global, dirname(process.argv[1] ?? '.'))
  const program = await workerProgram({ environment, appModule, loglevel, options }, () => {})
  if (command.pidfile !== null) writeFileSync(command.pidfile, `${process.pid}\n`)
  try {
    stopBySignals(program)
    return await untilStopped(program, appModule)
  } finally {
    program.worker.killChildren()
    if (command.pidfile !== null) rmSync(command.pidfile, { force: true })
    await flushed(process.stderr)
    await flushed(process.stdout)
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

/** TERM: warm, exit 0. INT: warm, exit 1, the second one cold. QUIT: cold. PROTOCOL.md 14 */
function stopBySignals({ worker, log }: WorkerProgram): void {
  let interrupts = 0
  const warm = (exitCode: number): void => {
    announceStop(log, 'warm')
    void worker.stop('warm', exitCode)
  }
  process.on('SIGTERM', () => warm(0))
  process.on('SIGINT', () => {
    interrupts += 1
    if (interrupts === 1) {
      log.plain('\nworker: Hitting Ctrl+C again will initiate cold shutdown, terminating all running tasks!\n')
      warm(1)
      return
    }
    log.plain('\nworker: Hitting Ctrl+C again will terminate all running tasks!\n')
    void worker.stop('cold')
  })
  process.on('SIGQUIT', () => {
    log.plain('\nworker: Hitting Ctrl+C again will terminate all running tasks!\n')
    announceStop(log, 'cold')
    void worker.stop('cold')
  })
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
