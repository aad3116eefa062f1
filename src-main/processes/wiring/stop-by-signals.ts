/**
 * Carries out what a signal asks of a worker (engine/worker/stop-signals.ts decides), with Celery's words on stdout.
 * The lab's orders to stop count as the signals they stand for. Celery: celery/apps/worker.py
 */
import { StopSignals, type StopSignal } from '../../engine/worker/stop-signals.js'
import type { WorkerProgram } from './worker-program.js'

export class StopBySignals {
  private readonly program: WorkerProgram
  private readonly exitAtOnce: () => void
  private readonly signals = new StopSignals({ remapped: process.env.REMAP_SIGTERM === 'SIGQUIT' })

  constructor(program: WorkerProgram, exitAtOnce: () => void) {
    this.program = program
    this.exitAtOnce = exitAtOnce
  }

  async on(signal: StopSignal): Promise<void> {
    const { worker } = this.program
    const answer = this.signals.on(signal)
    this.say(answer.hint)
    switch (answer.kind) {
      case 'warm':
        this.say(answer.notice)
        return worker.stop('warm', answer.exitCode)
      case 'cold':
        await worker.softShutdown()
        this.say(answer.notice)
        return worker.stop('cold')
      case 'cancel':
        worker.cancelRunning()
        this.say(answer.notice)
        return
      case 'hard':
        this.exitAtOnce()
    }
  }

  private say(text: string | null): void {
    if (text !== null) this.program.say(text)
  }
}
