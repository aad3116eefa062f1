/**
 * The code's part in the worker's main process. The worker needs none: tasks run in the pool. But receivers of the
 * worker's signals and control commands of the code's own belong here, as in Celery; `MainCode` is where they run, and is
 * started only for code that has some. Celery: celery/apps/worker.py, celery/worker/control.py, celery/signals.py
 */
import type { RunOwnCommand } from '../trace/own-command.js'
import type { LoadedCode } from '../pool/pool-messages.js'
import { inBackground } from '../ports/in-background.js'
import type { PublishHooks } from '../message/publish-hooks.js'
import type { Log } from '../ports/log.js'
import type { WireObject } from '../serialization/wire-value.js'
import type { SignalName, SignalPayloads, Signals } from '../signals/signals.js'

export interface MainCode {
  readonly command: RunOwnCommand
  /** Settles when its receivers have been called. */
  signal(name: string, fields: WireObject): Promise<void>
  /** For messages that this process sends itself, as beat does. */
  readonly publishHooks: PublishHooks
  close(): Promise<void>
}

type Fields<N extends SignalName> = (payload: SignalPayloads[N]) => WireObject

/** What goes with each, by the names of Celery's keywords. */
const fieldsOf: { readonly [N in SignalName]?: Fields<N> } = {
  worker_init: () => ({}),
  worker_ready: () => ({}),
  worker_shutting_down: ({ how, exitCode }) => ({
    sig: how === 'warm' ? 'SIGTERM' : 'SIGQUIT',
    how: how === 'warm' ? 'Warm' : 'Cold',
    exitcode: exitCode,
  }),
  worker_shutdown: () => ({}),
  heartbeat_sent: () => ({}),
  beat_init: () => ({}),
  beat_embedded_init: () => ({}),
  task_received: ({ info }) => ({ info: info() }),
  task_unknown: ({ taskId, taskName }) => ({ message: null, exc: null, name: taskName, id: taskId }),
  task_rejected: ({ reason }) => ({ message: null, exc: reason }),
  task_revoked: ({ info, terminated, signum, expired }) => ({ info: info(), terminated, signum, expired }),
}

const ofPublishing: ReadonlySet<string> = new Set(['before_task_publish', 'after_task_publish', 'task_sent'])

/** Whether beat's process needs one: it has to be told of its start, or to be asked about what it sends. */
export function needsBeatCode({ signals = [] }: Pick<LoadedCode, 'signals'>): boolean {
  return signals.some((name) => name === 'beat_init' || ofPublishing.has(name))
}

export function needsMainCode(code: LoadedCode, withBeat: boolean): boolean {
  const listens = (code.signals ?? []).some((name) => name in fieldsOf || (withBeat && ofPublishing.has(name)))
  return listens || (code.controlCommands ?? []).length > 0 || code.ownLogging === true
}

/** Passes on what the code listens to, in order. */
export function tellMainCode(
  main: Pick<MainCode, 'signal'>,
  {
    signals,
    code,
    nodename,
    log,
  }: {
    readonly signals: Signals
    readonly code: Pick<LoadedCode, 'signals'>
    readonly nodename: string
    readonly log: Log
  },
): void {
  const listened = new Set(code.signals)
  const pass = <N extends SignalName>(name: N): void => {
    const fields = fieldsOf[name] as Fields<N> // the table holds it under this name
    signals.connect(name, (payload) =>
      inBackground(`telling the code of ${name}`, main.signal(name, { hostname: nodename, ...fields(payload) }), log),
    )
  }
  for (const name of Object.keys(fieldsOf) as SignalName[]) if (listened.has(name)) pass(name)
}
