/** `celery beat` in a terminal: signals stop it and the schedule is saved. Celery: celery/apps/beat.py */
import { createWriteStream } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { BeatCommand } from '../../engine/cli/ports.js'
import { withTraceback } from '../../engine/ports/log.js'
import { beatProgram, type BeatProgram } from './beat-program.js'
import { cliEnvironment } from './cli-app.js'
import { codeRefused } from './code-refused.js'
import { cannotCreate, takePidfile } from './pidfile.js'
import { flushed, streamSink } from './stream-sink.js'

export async function runCliBeat(command: BeatCommand): Promise<number> {
  const { appModule, pidfile, logfile } = command
  const say = (text: string): void => void process.stderr.write(text)
  const environment = cliEnvironment(command.global, dirname(process.argv[1] ?? '.'))
  const file = logfile === null ? null : createWriteStream(resolve(environment.workdir, logfile), { flags: 'a' })
  file?.on('error', (error) => say(`The log file cannot be written: ${error.message}\n`))
  const lock = pidfile === null ? null : takePidfile(pidfile, say)
  if (pidfile !== null && lock === null) return cannotCreate
  try {
    const log = file === null || logfile === null ? null : { path: logfile, sink: streamSink(file) }
    const program = await beatProgram({ ...command, environment, logfile: log }, () => {})
    if (program.kind === 'refused') return codeRefused(program.error, appModule, say)
    return await untilStopped(program)
  } finally {
    lock?.release()
    if (file !== null) await flushed(file)
  }
}

/** TERM and INT: exit 0, as Celery; the second one does not wait for what is on its way. */
async function untilStopped({ beat, log, close }: Extract<BeatProgram, { kind: 'loaded' }>): Promise<number> {
  let signals = 0
  const stop = (): void => {
    signals += 1
    if (signals > 1) process.exit(1)
    void beat.stop().catch(() => {}) // told below
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  try {
    await beat.start()
    return 0
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    log.critical(withTraceback(`beat raised exception ${said}`, error))
    return 1
  } finally {
    await close()
  }
}
