/**
 * What each signal asks of a worker, given those that came before: warm, cold with its soft part, or out at once.
 * Pure; src-main/processes/wiring/stop-by-signals.ts carries it out. Celery: celery/apps/worker.py (_shutdown_handler,
 * on_SIGINT, on_cold_shutdown, during_soft_shutdown, on_hard_shutdown); PROTOCOL.md 14
 */
export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT'

export type StopAnswer = {
  /** Said before it is carried out. */
  readonly hint: string | null
  /** Said once it is under way: for a cold stop when its soft part is over. */
  readonly notice: string | null
} & (
  | { readonly kind: 'warm'; readonly exitCode: number }
  | { readonly kind: 'cold' }
  /** A cold stop is under way: what runs ends now, not only when the soft part is over. */
  | { readonly kind: 'cancel' }
  /** Nothing helped: the process ends at once. */
  | { readonly kind: 'hard' }
)

type Handler = 'warm' | 'interrupt' | 'cold' | 'silent-cold' | 'during' | 'hard'

const warmNotice = 'worker: Warm shutdown (MainProcess)'
const coldNotice = 'worker: Cold shutdown (MainProcess)'
const beforeCold = 'worker: Hitting Ctrl+C again will initiate cold shutdown, terminating all running tasks!'
const beforeEnd = 'worker: Hitting Ctrl+C again will terminate all running tasks!'
const duringSoft = 'Waiting gracefully for cold shutdown to complete...'

export class StopSignals {
  private readonly remapped: boolean
  private handlers: Record<StopSignal, Handler>

  /** `remapped`: REMAP_SIGTERM=SIGQUIT in the environment. */
  constructor({ remapped }: { readonly remapped: boolean }) {
    this.remapped = remapped
    this.handlers = { SIGTERM: remapped ? 'cold' : 'warm', SIGINT: 'interrupt', SIGQUIT: 'cold' }
  }

  on(signal: StopSignal): StopAnswer {
    const handler = this.handlers[signal]
    switch (handler) {
      case 'warm': // As Celery 5.5: a second TERM says the same again and still waits
        return { kind: 'warm', exitCode: 0, hint: null, notice: warmNotice }
      case 'interrupt':
        this.handlers.SIGINT = 'silent-cold'
        return { kind: 'warm', exitCode: 1, hint: beforeCold, notice: warmNotice }
      case 'cold':
      case 'silent-cold':
        this.install('during')
        if (this.remapped) this.handlers.SIGTERM = 'during'
        return { kind: 'cold', hint: beforeEnd, notice: handler === 'cold' ? coldNotice : null }
      case 'during':
        this.install('hard')
        return { kind: 'cancel', hint: duringSoft, notice: coldNotice }
      case 'hard':
        return { kind: 'hard', hint: null, notice: null }
    }
  }

  private install(handler: Handler): void {
    this.handlers.SIGINT = handler
    this.handlers.SIGQUIT = handler
  }
}
