/** `celery inspect`, `celery control` and `celery status`: ask the workers, print each answer as it comes. Celery: celery/bin/control.py */
import type { Command } from 'commander'
import { panelOfWorker } from '../control/commands/panel-of-worker.js'
import type { NodeReply } from '../control/broadcast.js'
import { flattenReply } from '../control/inspect.js'
import { panelWith } from '../control/own-commands.js'
import type { Panel, PanelEntry } from '../control/panel.js'
import { stringifyJson } from '../serialization/json.js'
import { compileArguments } from './control-arguments.js'
import { definitionList } from './definition-list.js'
import { floatOf, listOf } from './option-values.js'
import { CliFailure, UsageError, type CliPorts } from './ports.js'
import { nodesOnlineWords, replyWords } from './reply-words.js'
import { readGlobal } from './worker-command.js'

interface Given {
  readonly list?: boolean
  readonly timeout: number
  readonly destination?: readonly string[]
  readonly json?: boolean
}

type Kind = PanelEntry['type']

export function addControlCommands(program: Command, ports: CliPorts, finish: (exitCode: number) => void): void {
  const described: readonly (readonly [Kind, string])[] = [
    ['inspect', 'Inspect the workers by sending them the COMMAND inspect command.'],
    ['control', 'Send the COMMAND control command to the workers.'],
  ]
  for (const [kind, description] of described) {
    withOptions(program.command(kind).description(description))
      .option('--list', `List available ${kind} commands and exit.`)
      .argument('[COMMAND]')
      .argument('[ARGS...]')
      .action(async (name: string | undefined, words: readonly string[], given: Given) => {
        const isOurs = given.list !== true && panelOfWorker.has(name ?? '') // no need to load the code
        const panel = isOurs ? panelOfWorker : await panelWithOwn(program, ports)
        if (given.list === true) {
          ports.out(listOfCommands(kind, panel))
          return finish(0)
        }
        const entry = commandNamed(kind, name, panel)
        await ask(program, ports, {
          kind,
          command: name ?? '',
          args: compileArguments(name ?? '', entry, words),
          given,
        })
        finish(0)
      })
  }
  withOptions(program.command('status').description('Show list of workers that are online.')).action(
    async (given: Given) => {
      await ask(program, ports, { kind: 'status', command: 'ping', args: {}, given })
      finish(0)
    },
  )
}

function withOptions(command: Command): Command {
  return command
    .option('-t, --timeout <FLOAT>', 'Timeout in seconds waiting for reply.', floatOf, 1)
    .option('-d, --destination <LIST>', 'Comma separated list of destination node names.', listOf)
    .option('-j, --json', 'Use json as output format.')
}

interface Asked {
  readonly kind: Kind | 'status'
  readonly command: string
  readonly args: Parameters<typeof stringifyJson>[0]
  readonly given: Given
}

async function ask(program: Command, ports: CliPorts, { kind, command, args, given }: Asked): Promise<void> {
  const quiet = program.opts<{ quiet?: boolean }>().quiet === true
  const say = (reply: NodeReply): void => ports.out(replyWords(reply, { payload: kind !== 'status', quiet }))
  const app = await ports.openApp(readGlobal(program.opts()))
  let replies: readonly NodeReply[]
  try {
    replies = await app.control.broadcast(command, args as Readonly<Record<string, never>>, {
      reply: true,
      timeoutSeconds: given.timeout,
      destination: given.destination ?? null,
      ...(given.json === true ? {} : { onReply: say }),
    })
  } finally {
    await app.close()
  }
  if (replies.length === 0) throw new CliFailure('No nodes replied within time constraint', unavailable)
  const byNode = flattenReply(replies, (text) => ports.err(`${text}\n`))
  if (given.json === true) ports.out(`${stringifyJson(kind === 'control' ? replies : byNode)}\n`)
  const count = nodesOnlineWords(Object.keys(byNode).length)
  if (kind === 'status' || (kind === 'inspect' && given.json !== true && !quiet)) ports.out(count)
}

const unavailable = 69

/** With the code's own commands. Only asked about, never run: a worker does that. */
async function panelWithOwn(program: Command, ports: CliPorts): Promise<Panel> {
  const own = await ports.ownCommands(readGlobal(program.opts()))
  return panelWith(panelOfWorker, own, () => Promise.reject(new Error('a worker runs it')))
}

function commandsOf(kind: Kind, panel: Panel): readonly (readonly [string, PanelEntry])[] {
  const visible = [...panel].filter(([, entry]) => entry.type === kind && entry.hidden !== true)
  return visible.sort(([one], [other]) => (one < other ? -1 : 1))
}

function commandNamed(kind: Kind, name: string | undefined, panel: Panel): PanelEntry {
  if (name === undefined) throw new UsageError("Missing argument 'COMMAND'.")
  const known = commandsOf(kind, panel)
  const entry = known.find(([one]) => one === name)?.[1]
  if (entry) return entry
  const names = known.map(([one]) => one).join(', ')
  throw new UsageError(`Command ${name} not recognized. Available ${kind} commands: ${names}`)
}

function listOfCommands(kind: Kind, panel: Panel): string {
  const rows = commandsOf(kind, panel).map(
    ([name, { signature, help }]) => [signature ? `${name} ${signature}` : name, help] as const,
  )
  return definitionList(`${kind === 'inspect' ? 'Inspect' : 'Control'} Commands`, rows)
}
