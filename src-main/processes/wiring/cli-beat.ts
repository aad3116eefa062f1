/** `celery beat` in a terminal: signals stop it and the schedule is saved. Celery: celery/apps/beat.py */
import { resolve } from 'node:path'
import type { BeatCommand } from '../../engine/cli/ports.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { beatProgram, type BeatProgram } from './beat-program.js'
import { cliEnvironment } from './cli-app.js'
import { codeRefused } from './code-refused.js'
import { cannotCreate, takePidfile } from './pidfile.js'
import { flushed, logStream, streamSink } from './stream-sink.js'

export async function runCliBeat(around: LearnerEnvironment, command: BeatCommand): Promise<number> {
  const { appModule, pidfile, logfile } = command
  const say = (text: string): void => void process.stderr.write(text)
  const environment = cliEnvironment(command.global, around)
  const logTo = logStream(logfile === null ? null : resolve(environment.workdir, logfile))
  const lock = pidfile === null ? null : takePidfile(pidfile, say)
  if (pidfile !== null && lock === null) return cannotCreate
  try {
    const log = logfile === null ? null : { path: logfile, sink: streamSink(logTo) }
    const program = await beatProgram({ ...command, environment, logfile: log }, () => {})
    if (program.kind === 'refused') return codeRefused(program.error, appModule, say)
    stopBySignals(program)
    return await program.run()
  } finally {
    lock?.release()
    await flushed(logTo)
  }
}

/** TERM and INT: exit 0, as Celery; the second one does not wait for what is on its way. */
function stopBySignals({ beat }: Extract<BeatProgram, { kind: 'loaded' }>): void {
  let signals = 0
  const stop = (): void => {
    signals += 1
    if (signals > 1) process.exit(1)
    void beat.stop().catch(() => {}) // told where it runs
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
