/**
 * Remote control commands of the code's own as data: what the code says of one when it is loaded, and what came of one that
 * was asked for. Values cross as JSON text, as a task's do. Celery: celery/worker/control.py (Panel.register)
 */

export interface OwnCommand {
  readonly name: string
  readonly type: 'inspect' | 'control'
  readonly alias: string | null
  readonly visible: boolean
  readonly help: string
  readonly signature: string | null
  /** In the order of the words of the command line, with what a word becomes. */
  readonly args: readonly (readonly [name: string, kind: 'text' | 'int' | 'float' | 'flag'])[]
  /** All further words, as a list under this name. */
  readonly variadic: string | null
}

export type CommandOutcome =
  | {
      readonly kind: 'reply'
      readonly replyJson: string
      /** What it has changed of the worker: the prefetch count, and ids that are revoked now. */
      readonly prefetchBy: number
      readonly revoked: readonly string[]
    }
  | { readonly kind: 'raised'; readonly repr: string; readonly traceback: string }

/** `stateJson`: what the worker is at that moment, for `state` and celery.worker.state. */
export type RunOwnCommand = (name: string, argsJson: string, stateJson: string) => Promise<CommandOutcome>
