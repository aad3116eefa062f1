/**
 * The signals of `celery worker`: TERM, INT and QUIT stop it, HUP restarts it, USR1 shows what it does.
 * Celery: celery/apps/worker.py (install_platform_tweaks); PROTOCOL.md 14
 */
import { inBackground } from '../../engine/ports/in-background.js'
import { StopBySignals } from './stop-by-signals.js'
import type { WorkerProgram } from './worker-program.js'

export class WorkerSignals {
  /** HUP was the reason to stop. */
  restart = false
  private readonly program: WorkerProgram
  private readonly handlers: (readonly [NodeJS.Signals, () => void])[] = []

  constructor(program: WorkerProgram) {
    this.program = program
  }

  install(): void {
    const { worker, log } = this.program
    const stops = new StopBySignals(this.program, () => {
      worker.killChildren()
      process.exit(1)
    })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) {
      this.on(signal, () => inBackground(`the stop by ${signal}`, stops.on(signal), log))
    }
    // As Celery: only where no terminal is attached, so that closing a window does not start it again.
    if (!process.stdout.isTTY) this.on('SIGHUP', () => this.onHangup())
    // Node would open its debugger; a listener of ours takes the place of that.
    this.on('SIGUSR1', () => log.plain(`\n${worker.cry()}\n`))
  }

  remove(): void {
    for (const [signal, handler] of this.handlers.splice(0)) process.off(signal, handler)
  }

  private onHangup(): void {
    const { worker, log, say } = this.program
    this.restart = true
    say(`Restarting celery worker (${process.argv.slice(1).join(' ')})`)
    inBackground('the restart', worker.stop('warm'), log)
  }

  private on(signal: NodeJS.Signals, handler: () => void): void {
    if (process.platform === 'win32' && ['SIGUSR1', 'SIGQUIT'].includes(signal)) return // there is no such signal there
    this.handlers.push([signal, handler])
    process.on(signal, handler)
  }
}
