/**
 * The `celery` command: Celery's own options, output and exit codes; errors in the form click gives them.
 * Celery: celery/bin/celery.py; recordings 19-cli
 */
import { Command, CommanderError } from 'commander'
import { software } from '../software.js'
import { addBeatCommand } from './beat-command.js'
import { addBrokerCommands } from './broker-commands.js'
import { addControlCommands } from './control-commands.js'
import { CliFailure, UsageError, type CliPorts } from './ports.js'
import { addTaskCommands } from './task-commands.js'
import { addWorkerCommand } from './worker-command.js'

export const exitCodes = { ok: 0, failure: 1, usage: 2 } as const

/** `argv` without the executable and the script. Answers the exit code. */
export async function runCli(argv: readonly string[], ports: CliPorts): Promise<number> {
  let exitCode: number = exitCodes.ok
  const program = celeryProgram(ports, (code) => (exitCode = code))
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return sayCommanderError(error, argv, ports)
    if (error instanceof UsageError) return sayUsage(error.message, argv, ports)
    if (error instanceof CliFailure) {
      ports.err(error.words === null ? 'Aborted!\n' : `Error: ${error.words}\n`)
      return error.exitCode
    }
    ports.err(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`)
    return exitCodes.failure
  }
}

/** The command line as it is defined, for whoever completes or explains it. None of it can be run. */
export function celeryCommands(): Command {
  const unused = (): never => {
    throw new Error('these commands are only read')
  }
  const ports: CliPorts = {
    ...{ out: unused, err: unused, hostname: '', cpus: 1, runWorker: unused, runBeat: unused },
    ...{ ownCommands: unused, openApp: unused, readLine: unused, untilInterrupted: unused },
  }
  return celeryProgram(ports, unused)
}

function celeryProgram(ports: CliPorts, finish: (exitCode: number) => void): Command {
  const program = new Command('celery')
    .description('Celery command entrypoint.')
    .option('-A, --app <TEXT>')
    .option('-b, --broker <TEXT>')
    .option('--result-backend <TEXT>')
    .option('--workdir <PATH>')
    .option('--config <TEXT>')
    .option('-C, --no-color')
    .option('-q, --quiet')
    .version(`${software.version} (${software.codename})`, '--version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => ports.out(text), writeErr: () => {} }) // errors are said below, as click does
  addWorkerCommand(program, ports, finish)
  addBeatCommand(program, ports, finish)
  addTaskCommands(program, ports, finish)
  addControlCommands(program, ports, finish)
  addBrokerCommands(program, ports, finish)
  for (const command of program.commands) {
    command.exitOverride().configureOutput({ writeOut: (text) => ports.out(text), writeErr: () => {} })
  }
  program.argument('[COMMAND]').action((name: string | undefined) => {
    const refused = notHere[name ?? '']
    if (refused !== undefined) throw new UsageError(`celery ${name} is not in this app: ${refused}.`)
    if (name !== undefined) throw new UsageError(`No such command '${name}'.`)
    ports.out(program.helpInformation())
  })
  return program
}

/** Commands of Celery's that mean nothing here, with why. */
const notHere: Readonly<Record<string, string>> = {
  amqp: 'it speaks to RabbitMQ, and this app speaks Redis',
  graph: 'it draws what Python has imported',
  logtool: 'it reads log files of real workers, and works on ours as it is',
  migrate: 'it moves messages between brokers, and there is one here',
  multi: 'it starts daemons; start each worker with celery worker',
  shell: 'it opens a Python shell; run a script instead',
  upgrade: 'it rewrites settings of Celery 3',
}

function sayCommanderError(error: CommanderError, argv: readonly string[], ports: CliPorts): number {
  if (error.exitCode === 0) return exitCodes.ok // --help and --version
  return sayUsage(inClickWords(error), argv, ports)
}

const usages: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['worker', 'beat', 'call', 'result', 'status', 'purge', 'events', 'report'].map((name) => [name, '[OPTIONS]']),
  ),
  inspect: '[OPTIONS] COMMAND',
  control: '[OPTIONS] COMMAND',
  list: '[OPTIONS] COMMAND [ARGS]...',
}

function sayUsage(message: string, argv: readonly string[], ports: CliPorts): number {
  const command = argv.find((word) => word in usages)
  const path = command ? `celery ${command}` : 'celery'
  const rest = usages[command ?? ''] ?? '[OPTIONS] COMMAND [ARGS]...'
  ports.err(`Usage: ${path} ${rest}\nTry '${path} --help' for help.\n\nError: ${message}\n`)
  return exitCodes.usage
}

function inClickWords(error: CommanderError): string {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  switch (error.code) {
    case 'commander.unknownOption':
      return `No such option: ${quoted}`
    case 'commander.excessArguments':
      return 'Got unexpected extra arguments'
    case 'commander.missingArgument':
      return `Missing argument '${quoted}'.`
    case 'commander.optionMissingArgument':
      return `Option '${quoted.split(' ')[0]?.replace(',', '') ?? ''}' requires an argument.`
    case 'commander.invalidArgument': {
      const reason = error.message.slice(error.message.indexOf(' is invalid. ') + ' is invalid. '.length)
      const names = quoted
        .replace(/ <.*/, '')
        .split(', ')
        .map((name) => `'${name}'`)
        .join(' / ')
      return `Invalid value for ${names}: ${reason}`
    }
    default:
      return error.message.replace(/^error: /, '')
  }
}
