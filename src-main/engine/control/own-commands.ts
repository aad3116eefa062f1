/**
 * Remote control commands that the worker's code adds (`@control_command`, `@inspect_command`), beside Celery's own.
 * What they do is the code's business: it gets the worker as data, and says what it has changed.
 * Celery: celery/worker/control.py (Panel)
 */
import { parseJson, stringifyJson } from '../serialization/json.js'
import type { WireObject } from '../serialization/wire-value.js'
import type { OwnCommand, RunOwnCommand } from '../trace/own-command.js'
import type { ControlledWorker } from './controlled.js'
import { reply, type ControlAnswer, type Panel, type PanelEntry } from './panel.js'

/** What a command raised, in Python's words. */
export class RaisedByCommand extends Error {
  override readonly name = 'RaisedByCommand'
  readonly repr: string
  readonly traceback: string
  constructor(repr: string, traceback: string) {
    super(repr)
    this.repr = repr
    this.traceback = traceback
  }
}

/** As Celery: one of the code's own takes the place of another of that name. */
export function panelWith(panel: Panel, commands: readonly OwnCommand[], run: RunOwnCommand): Panel {
  const own = commands.flatMap((command): (readonly [string, PanelEntry])[] => {
    const entry = entryOf(command, run)
    const alias = command.alias === null ? [] : [[command.alias, { ...entry, hidden: true }] as const]
    return [[command.name, entry], ...alias]
  })
  return own.length === 0 ? panel : new Map([...panel, ...own])
}

function entryOf(command: OwnCommand, run: RunOwnCommand): PanelEntry {
  const { name, type, visible, help, signature, args, variadic } = command
  return {
    type,
    help,
    run: (worker, given) => runFor(worker, (state) => run(name, stringifyJson(given), state)),
    open: true, // what does not fit its signature is Python's to say
    hidden: !visible,
    words: args,
    ...(variadic === null ? {} : { variadic }),
    ...(signature === null ? {} : { signature }),
  }
}

async function runFor(
  worker: ControlledWorker,
  run: (stateJson: string) => ReturnType<RunOwnCommand>,
): Promise<ControlAnswer> {
  const outcome = await run(stringifyJson(snapshotOf(worker)))
  if (outcome.kind === 'raised') throw new RaisedByCommand(outcome.repr, outcome.traceback)
  if (outcome.prefetchBy !== 0) worker.pool.changePrefetch(outcome.prefetchBy)
  for (const taskId of outcome.revoked) worker.revocations.flag(taskId)
  return reply(parseJson(outcome.replyJson))
}

/** As lab_host/main_process.py reads it. */
function snapshotOf({ nodename, requests, revocations, facts, pool }: ControlledWorker): WireObject {
  return {
    hostname: nodename,
    prefetchCount: pool.prefetchCount,
    active: requests.active.map(({ info }) => info),
    reserved: requests.reserved.map(({ info }) => info),
    revoked: [...revocations.ids.keys()],
    totals: facts.totals(),
  }
}
