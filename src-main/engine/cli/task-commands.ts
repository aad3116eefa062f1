/** `celery call` and `celery result`. Celery: celery/bin/call.py, celery/bin/result.py */
import type { Command } from 'commander'
import { pythonRepr, pythonStr } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { dateOf, dateOrSecondsOf, floatOf, jsonListOf, jsonObjectOf } from './option-values.js'
import type { CallOptions, CliApp, CliPorts } from './ports.js'
import { readGlobal } from './worker-command.js'

interface CallGiven extends Partial<CallOptions> {
  readonly args?: readonly WireValue[]
  readonly kwargs?: WireObject
}

export function addTaskCommands(program: Command, ports: CliPorts, finish: (exitCode: number) => void): void {
  program
    .command('call')
    .description('Call a task by name.')
    .argument('<NAME>')
    .option('-a, --args <JSON ARRAY>', 'Positional arguments.', jsonListOf)
    .option('-k, --kwargs <JSON OBJECT>', 'Keyword arguments.', jsonObjectOf)
    .option('--eta <ISO 8601 DATETIME>', 'scheduled time.', dateOf)
    .option('--countdown <SECONDS>', 'eta in seconds from now.', floatOf)
    .option('--expires <ISO 8601 DATETIME OR SECONDS>', 'expiry time.', dateOrSecondsOf)
    .option('--serializer <NAME>', 'task serializer.')
    .option('--queue <NAME>', 'custom queue name.')
    .option('--exchange <NAME>', 'custom exchange name.')
    .option('--routing-key <KEY>', 'custom routing key.')
    .action(async (name: string, given: CallGiven) => {
      const taskId = await withApp(program, ports, (app) => {
        const { eta = null, countdown = null, expires = null, serializer = null } = given
        const { queue = null, exchange = null, routingKey = null } = given
        const options = { eta, countdown, expires, serializer, queue, exchange, routingKey }
        return app.send(name, given.args ?? [], given.kwargs ?? {}, options)
      })
      ports.out(`${taskId}\n`)
      finish(0)
    })

  program
    .command('result')
    .description('Print the return value for a given task id.')
    .argument('<TASK_ID>')
    .option('-t, --task <NAME>', 'Name of task (if custom backend).')
    .option('--traceback', 'Show traceback instead.')
    .action(async (taskId: string, given: { readonly traceback?: boolean }) => {
      finish(await withApp(program, ports, (app) => showResult(app, taskId, given.traceback ?? false, ports)))
    })
}

async function showResult(app: CliApp, taskId: string, traceback: boolean, ports: CliPorts): Promise<number> {
  if (traceback) {
    ports.out(`${(await app.traceback(taskId)) ?? 'None'}\n`)
    return 0
  }
  const result = await app.result(taskId)
  if (result.kind === 'value') {
    ports.out(`${pythonStr(result.value)}\n`)
    return 0
  }
  const said = result.args.length === 1 ? pythonStr(result.args[0]) : result.args.map(pythonRepr).join(', ')
  // As Celery: the exception is raised here again; its last line is what a reader looks for.
  ports.err(result.traceback ?? `${result.type}: ${said}\n`)
  return 1
}

async function withApp<T>(program: Command, ports: CliPorts, use: (app: CliApp) => Promise<T>): Promise<T> {
  const app = await ports.openApp(readGlobal(program.opts()))
  try {
    return await use(app)
  } finally {
    await app.close()
  }
}
