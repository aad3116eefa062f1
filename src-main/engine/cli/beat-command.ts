/** `celery beat`: its options become the order for a beat. Celery: celery/bin/beat.py */
import { Option, type Command } from 'commander'
import { schedulerNamed, unknownScheduler } from '../beat/beat-settings.js'
import type { LogLevel } from '../ports/log-record.js'
import { integerOf, logLevelOf } from './option-values.js'
import { UsageError, type BeatCommand, type CliPorts, type GlobalOptions } from './ports.js'
import { appOf, readGlobal } from './worker-command.js'

interface Given {
  readonly detach?: boolean
  readonly schedule?: string
  readonly scheduler?: string
  readonly maxInterval?: number
  readonly loglevel: LogLevel
  readonly logfile?: string
  readonly pidfile?: string
}

export function addBeatCommand(program: Command, ports: CliPorts, finish: (exitCode: number) => void): void {
  program
    .command('beat')
    .description('Start the beat periodic task scheduler.')
    .addOption(new Option('--detach', 'Not here: start it in the background of your shell.').hideHelp())
    .option('-s, --schedule <PATH>', 'Path to the schedule database. Defaults to `celerybeat-schedule`.')
    .option('-S, --scheduler <TEXT>', 'Scheduler class to use.')
    .option('--max-interval <INTEGER>', 'Max seconds to sleep between schedule iterations.', integerOf)
    .addOption(new Option('-l, --loglevel <LEVEL>', 'Logging level.').argParser(logLevelOf).default('WARNING'))
    .option('-f, --logfile <PATH>', 'Log destination; defaults to stderr.')
    .option('--pidfile <PATH>', 'File that holds the process id while beat runs.')
    .action(async (given: Given) => {
      finish(await ports.runBeat(beatCommand(given, program.opts())))
    })
}

function beatCommand(given: Given, global: Partial<GlobalOptions>): BeatCommand {
  const { detach = false, schedule = null, scheduler = null, maxInterval = null, loglevel } = given
  const appModule = appOf(global)
  if (!appModule)
    throw new UsageError("Missing option '-A' / '--app': the module with the schedule, for example -A tasks.")
  if (detach) throw new UsageError("'--detach' is not here: start beat in the background of your shell (`… beat &`).")
  if (scheduler !== null && schedulerNamed(scheduler) === null)
    throw new UsageError(`Invalid value for '-S' / '--scheduler': ${unknownScheduler(scheduler)}.`)
  const { logfile = null, pidfile = null } = given
  return { global: readGlobal(global), appModule, schedule, scheduler, maxInterval, loglevel, logfile, pidfile }
}
