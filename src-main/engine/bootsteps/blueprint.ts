/**
 * Starts the parts of a component in order and stops them in reverse; a part that fails to start stops those before it.
 * Celery: celery/bootsteps.py. Ours takes the order as given instead of sorting a graph of requirements.
 */
import type { Log } from '../ports/log.js'
import { withTraceback } from '../ports/log.js'

export interface Bootstep {
  /** As Celery names it in its debug log: `Pool`, `Mingle`, `Tasks`. */
  readonly name: string
  start(): Promise<void>
  stop?(): Promise<void>
}

export class Blueprint {
  private readonly name: string
  private readonly steps: readonly Bootstep[]
  private readonly log: Log
  private started: Bootstep[] = []
  private stopped = false

  constructor(name: string, steps: readonly Bootstep[], log: Log) {
    this.name = name
    this.steps = steps
    this.log = log
  }

  /** A stop that comes while it starts wins: no further step is started. */
  async start(): Promise<void> {
    this.log.debug(`| ${this.name}: New boot order: {${this.steps.map((step) => step.name).join(', ')}}`)
    for (const step of this.steps) {
      if (this.stopped) return
      this.log.debug(`| ${this.name}: Starting ${step.name}`)
      this.started.push(step)
      await step.start()
      this.log.debug('^-- substep ok')
    }
  }

  /** Every started step gets its stop, also when one before it fails. */
  async stop(): Promise<void> {
    this.stopped = true
    const steps = this.started.reverse()
    this.started = []
    for (const step of steps) {
      if (!step.stop) continue
      this.log.debug(`| ${this.name}: Stopping ${step.name}...`)
      try {
        await step.stop()
      } catch (error) {
        this.log.error(withTraceback(`Error on stopping ${step.name}: ${String(error)}`, error))
      }
    }
  }
}
