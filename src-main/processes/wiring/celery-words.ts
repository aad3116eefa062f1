/** The `celery` command line as the console completes it: from the same definitions that read it, so that neither can lag behind. */
import type { Command, Option } from 'commander'
import { celeryCommands } from '../../engine/cli/program.js'
import { panelOfWorker } from '../../engine/control/commands/panel-of-worker.js'
import type { PanelEntry } from '../../engine/control/panel.js'
import { implementations } from '../../engine/pool/pool-kind.js'
import { logLevels } from '../../engine/ports/log-record.js'
import type { CommandWords, NameKind, OptionValue, OptionWords } from '../../terminals/command-line.js'

/** What an option takes, beyond what its definition says. */
const VALUES: Readonly<Record<string, OptionValue>> = {
  '--app': { kind: 'name', of: 'modules', list: false },
  '--include': { kind: 'name', of: 'modules', list: true },
  '--queues': { kind: 'name', of: 'queues', list: true },
  '--exclude-queues': { kind: 'name', of: 'queues', list: true },
  '--queue': { kind: 'name', of: 'queues', list: false },
  '--destination': { kind: 'name', of: 'nodes', list: true },
  '--loglevel': { kind: 'one-of', words: logLevels },
  '--pool': { kind: 'one-of', words: Object.keys(implementations) },
}

const ARGUMENTS: Readonly<Record<string, NameKind>> = { queue: 'queues', task_name: 'tasks', taskname: 'tasks' }

export function celeryWords(): CommandWords {
  const root = wordsOf(celeryCommands(), [])
  const of: Readonly<Record<string, (command: CommandWords) => CommandWords>> = {
    inspect: (command) => ({ ...command, commands: panelWords('inspect', command) }),
    control: (command) => ({ ...command, commands: panelWords('control', command) }),
    list: (command) => ({ ...command, commands: [{ ...command, name: 'bindings', args: [], commands: [] }] }),
    call: (command) => ({ ...command, args: ['tasks'] }),
  }
  return { ...root, commands: root.commands.map((command) => of[command.name]?.(command) ?? command) }
}

function wordsOf(command: Command, args: CommandWords['args']): CommandWords {
  return {
    name: command.name(),
    commands: command.commands.map((one) => wordsOf(one, [])),
    options: [...command.options.map(optionWords), { flags: ['--help'], hidden: false, value: null }],
    args,
  }
}

function optionWords({ short, long, hidden, required, optional, argChoices }: Option): OptionWords {
  const flags = [short, long].filter((flag) => flag !== undefined && flag !== null)
  const takesValue = required || optional
  const any: OptionValue = argChoices === undefined ? { kind: 'any' } : { kind: 'one-of', words: argChoices }
  return { flags, hidden, value: takesValue ? (VALUES[long ?? ''] ?? any) : null }
}

/** Their options stand before or after the name. */
function panelWords(kind: PanelEntry['type'], { options }: CommandWords): readonly CommandWords[] {
  const visible = [...panelOfWorker].filter(([, entry]) => entry.type === kind && entry.hidden !== true)
  return visible.map(([name, { words = [] }]) => ({
    name,
    commands: [],
    options,
    args: words.map(([word]) => ARGUMENTS[word] ?? null),
  }))
}
