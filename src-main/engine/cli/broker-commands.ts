/** `celery purge`, `list bindings`, `events --dump` and `report`. Celery: celery/bin/purge.py, list.py, events.py, celery.py (report) */
import type { Command } from 'commander'
import { readEventBody } from '../message/plain-envelope.js'
import { isObject } from '../message/shapes.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { EventDump } from './event-dump.js'
import { listOf } from './option-values.js'
import { CliFailure, UsageError, type CliApp, type CliPorts } from './ports.js'
import { readGlobal } from './worker-command.js'

interface PurgeGiven {
  readonly force?: boolean
  readonly queues?: readonly string[]
  readonly excludeQueues?: readonly string[]
}

export function addBrokerCommands(program: Command, ports: CliPorts, finish: (exitCode: number) => void): void {
  const withApp = async (use: (app: CliApp) => Promise<void>): Promise<void> => {
    const app = await ports.openApp(readGlobal(program.opts()), { settings: true })
    try {
      await use(app)
    } finally {
      await app.close()
    }
    finish(0)
  }
  program
    .command('purge')
    .description('Erase all messages from all known task queues.')
    .option('-f, --force', "Don't prompt for verification.")
    .option('-Q, --queues <LIST>', 'Comma separated list of queue names to purge.', listOf)
    .option('-X, --exclude-queues <LIST>', 'Comma separated list of queues names not to purge.', listOf)
    .action((given: PurgeGiven) => withApp((app) => purge(app, given, ports)))
  program
    .command('list')
    .description('Get info from broker.')
    .argument('<COMMAND>')
    .action((what: string) => {
      if (what !== 'bindings') throw new UsageError(`No such command '${what}'.`)
      return withApp(async (app) => ports.out(bindingsTable(await app.bindings())))
    })
  program
    .command('events')
    .description('Event-stream utilities.')
    .option('-d, --dump', 'Print each event as it comes.')
    .option('-c, --camera <TEXT>')
    .option('-F, --frequency <FLOAT>')
    .option('--freq <FLOAT>')
    .option('-r, --maxrate <TEXT>')
    .option('-l, --loglevel <LEVEL>')
    .action((given: { readonly dump?: boolean; readonly camera?: string }) => {
      if (given.dump === true) return withApp((app) => dump(app, ports))
      const what = given.camera === undefined ? 'The monitor that draws in the terminal' : 'A camera (-c)'
      throw new UsageError(`${what} is not in this app: use --dump, or the app's own event view.`)
    })
  program
    .command('report')
    .description('Shows information useful to include in bug-reports.')
    .action(() => withApp((app) => Promise.resolve(ports.out(`${app.report()}\n`))))
}

async function purge(app: CliApp, given: PurgeGiven, ports: CliPorts): Promise<void> {
  const { force = false, queues = app.queueNames, excludeQueues = [] } = given
  const names = [...new Set(queues)].filter((name) => !excludeQueues.includes(name)).sort()
  if (names.length === 0) return
  const noun = names.length === 1 ? 'queue' : 'queues'
  if (!force) {
    ports.out(
      `WARNING:This will remove all tasks from ${noun}: ${names.join(', ')}.\n` +
        '         There is no undo for this operation!\n\n(to skip this prompt use the -f option)\n',
    )
    if (!(await confirmed('Are you sure you want to delete all tasks?', ports))) throw new CliFailure(null, 1)
  }
  const count = await app.control.purge(names)
  const messages = count === 1 ? 'message' : 'messages'
  if (count > 0) ports.out(`Purged ${count} ${messages} from ${names.length} known task ${noun}.\n`)
  else ports.out(`No messages purged from ${names.length} ${noun}.\n`)
}

/** As click asks; the end of the input is a no. */
async function confirmed(question: string, ports: CliPorts): Promise<boolean> {
  for (;;) {
    const answer = await ports.readLine(`${question} [y/N]: `)
    if (answer === null || ['n', 'no', ''].includes(answer.trim().toLowerCase())) return false
    if (['y', 'yes'].includes(answer.trim().toLowerCase())) return true
    ports.out('Error: invalid input\n')
  }
}

function bindingsTable(bindings: Awaited<ReturnType<CliApp['bindings']>>): string {
  const line = (queue: string, exchange: string, key: string): string =>
    `${queue.padEnd(28)} ${exchange.padEnd(28)} ${key}\n`
  const rule = '-'.repeat(16)
  const rows = bindings.map(({ queue, exchange, routingKey }) => line(queue, exchange, routingKey))
  return line('Queue', 'Exchange', 'Routing Key') + line(rule, rule, rule) + rows.join('')
}

/** Until the process is told to end. As Celery: the workers are asked for a heartbeat first. */
async function dump(app: CliApp, ports: CliPorts): Promise<void> {
  const events = new EventDump()
  ports.out('-> evdump: starting capture...\n')
  const listening = await app.channel.subscribe(app.eventExchange, '#', (envelope) => {
    const received = Date.now()
    const here = Math.floor(new Date(received).getTimezoneOffset() / 60)
    for (const event of eventsIn(readEventBody(envelope)))
      ports.out(events.line(event, { receivedSeconds: received / 1000, utcOffsetHours: here }))
  })
  await app.control.broadcast('heartbeat')
  await ports.untilInterrupted()
  await listening.close()
}

function eventsIn(body: WireValue): readonly WireObject[] {
  return (Array.isArray(body) ? (body as readonly WireValue[]) : [body]).filter(isObject)
}
