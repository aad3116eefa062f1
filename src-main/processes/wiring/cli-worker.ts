/** `celery worker` in a terminal: a worker that signals stop, with Celery's words and exit codes. Celery: celery/apps/worker.py */
import { resolve } from 'node:path'
import type { WorkerCommand } from '../../engine/cli/ports.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { cliEnvironment } from './cli-app.js'
import { codeRefused } from './code-refused.js'
import { cannotCreate, takePidfile } from './pidfile.js'
import { flushed } from './stream-sink.js'
import { workerProgram, type WorkerProgram } from './worker-program.js'
import { WorkerSignals } from './worker-signals.js'

export async function runCliWorker(around: LearnerEnvironment, command: WorkerCommand): Promise<number> {
  const environment = cliEnvironment(command.global, around)
  const pidfile = command.pidfile === null ? null : resolve(environment.workdir, command.pidfile)
  const lock = pidfile === null ? null : takePidfile(pidfile, (text) => void process.stderr.write(text))
  if (pidfile !== null && lock === null) return cannotCreate
  try {
    for (;;) {
      const ended = await runOnce(command, environment)
      if (!ended.restart) return ended.exitCode
    }
  } finally {
    lock?.release()
    await flushed(process.stderr)
    await flushed(process.stdout)
  }
}

/** One life of the worker. HUP ends it for a next one in the same process, with the code as it is on the disk then. */
async function runOnce(
  command: WorkerCommand,
  environment: LearnerEnvironment,
): Promise<{ readonly exitCode: number; readonly restart: boolean }> {
  const { appModule, include, loglevel, options, beat } = command
  const logfile = command.logfile === null ? null : resolve(environment.workdir, command.logfile)
  const order = { environment, appModule, include, loglevel, logfile, options, beat }
  const program = await workerProgram(order, () => {})
  const signals = new WorkerSignals(program)
  signals.install()
  try {
    const exitCode = await untilStopped(program, appModule)
    return { exitCode, restart: signals.restart && exitCode === 0 }
  } finally {
    signals.remove()
    program.worker.killChildren()
    await flushed(program.logTo)
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
