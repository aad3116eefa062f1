/** `celery worker` in a terminal: a worker that signals stop, with Celery's words and exit codes. Celery: celery/apps/worker.py */
import { dirname } from 'node:path'
import type { WorkerCommand } from '../../engine/cli/ports.js'
import { cliEnvironment } from './cli-app.js'
import { codeRefused } from './code-refused.js'
import { cannotCreate, takePidfile } from './pidfile.js'
import { flushed } from './stream-sink.js'
import { workerProgram, type WorkerProgram } from './worker-program.js'
import { WorkerSignals } from './worker-signals.js'

export async function runCliWorker(command: WorkerCommand): Promise<number> {
  const { pidfile } = command
  const lock = pidfile === null ? null : takePidfile(pidfile, (text) => void process.stderr.write(text))
  if (pidfile !== null && lock === null) return cannotCreate
  try {
    for (;;) {
      const ended = await runOnce(command)
      if (!ended.restart) return ended.exitCode
    }
  } finally {
    lock?.release()
    await flushed(process.stderr)
    await flushed(process.stdout)
  }
}

/** One life of the worker. HUP ends it for a next one in the same process, with the code as it is on the disk then. */
async function runOnce(command: WorkerCommand): Promise<{ readonly exitCode: number; readonly restart: boolean }> {
  const { appModule, loglevel, options, beat } = command
  const environment = cliEnvironment(command.global, dirname(process.argv[1] ?? '.'))
  const program = await workerProgram({ environment, appModule, loglevel, options, beat }, () => {})
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
    case 'refused':
      return codeRefused(started.refused.error, appModule, (text) => log.plain(text))
    case 'failed':
      log.critical(`Unrecoverable error: ${started.message}`)
      return 1
  }
}
