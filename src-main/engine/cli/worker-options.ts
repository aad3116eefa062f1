/** The options of `celery worker`, with what each says for `--help`. Celery: celery/bin/worker.py; recording 19-cli */
import { Option, type Command } from 'commander'
import type { LogLevel } from '../ports/log-record.js'
import { autoscaleOf, floatOf, integerOf, listOf, logLevelOf } from './option-values.js'

export interface GivenToWorker {
  readonly hostname?: string
  readonly loglevel: LogLevel
  readonly logfile?: string
  readonly pidfile?: string
  readonly statedb?: string
  readonly autoscale?: { readonly max: number; readonly min: number }
  readonly disablePrefetch?: boolean
  readonly purge?: boolean
  readonly discard?: boolean
  readonly include?: readonly string[]
  readonly heartbeatInterval?: number
  readonly prefetchMultiplier?: number
  readonly concurrency?: number
  readonly pool?: string
  readonly taskEvents?: boolean
  readonly events?: boolean
  readonly timeLimit?: number
  readonly softTimeLimit?: number
  readonly maxTasksPerChild?: number
  readonly maxMemoryPerChild?: number
  readonly queues?: readonly string[]
  readonly excludeQueues?: readonly string[]
  readonly beat?: boolean
  readonly schedule?: string
  readonly scheduleFilename?: string
  readonly scheduler?: string
  readonly withoutGossip?: boolean
  readonly withoutMingle?: boolean
  readonly withoutHeartbeat?: boolean
  readonly detach?: boolean
  readonly uid?: string
  readonly gid?: string
  readonly umask?: string
  readonly executable?: string
}

const notHere = 'Not here.'

export function withWorkerOptions(command: Command): Command {
  return command
    .option(
      '-n, --hostname <HOSTNAME>',
      "Set custom hostname (e.g., 'w1@%h'). Expands: %h (hostname), %n (name) and %d, (domain).",
    )
    .addOption(new Option('-l, --loglevel <LEVEL>', 'Logging level.').argParser(logLevelOf).default('WARNING'))
    .option('-S, --statedb <PATH>', 'File that keeps what was revoked while the worker is away.')
    .option('-f, --logfile <PATH>', 'Log destination; defaults to stderr. %i and %I: a file for each process.')
    .option('--pidfile <PATH>', 'File that holds the process id while the worker runs.')
    .option('--prefetch-multiplier <N>', 'Set custom prefetch multiplier value for this worker instance.', integerOf)
    .option('--disable-prefetch', 'Take a message only when a process is free for it.')
    .option('-c, --concurrency <N>', 'Number of child processes processing the queue.', integerOf)
    .option('-P, --pool <POOL>', 'Pool implementation: prefork, solo or threads.')
    .addOption(
      new Option('-O, --optimization <OPTIMIZATION>', 'Apply optimization profile.').choices(['default', 'fair']),
    )
    .option('-E, --task-events', 'Send task-related events that can be captured by monitors. (also --events)')
    .addOption(new Option('--events').hideHelp())
    .option('--time-limit <SECONDS>', 'Enables a hard time limit (in seconds int/float) for tasks.', floatOf)
    .option('--soft-time-limit <SECONDS>', 'Enables a soft time limit (in seconds int/float) for tasks.', floatOf)
    .option('--max-tasks-per-child <N>', 'Tasks a pool process runs before it is replaced by a new one.', integerOf)
    .option('--max-memory-per-child <KILOBYTES>', 'Memory a pool process may use before it is replaced.', integerOf)
    .option('--purge', 'Delete all waiting messages before the start. There is no way back. (also --discard)')
    .addOption(new Option('--discard').hideHelp())
    .option('-I, --include <LIST>', 'Further modules to import, separated by commas.', listOf)
    .option('-Q, --queues <LIST>', 'Queues to consume, separated by commas.', listOf)
    .option('-X, --exclude-queues <LIST>', 'Queues not to consume, separated by commas.', listOf)
    .option('--autoscale <MAX,MIN>', 'Keep between so many processes, by what waits.', autoscaleOf)
    .option('-B, --beat', 'Also run the celery beat periodic task scheduler.')
    .option('-s, --schedule <PATH>', 'Path to the schedule database. (also --schedule-filename)')
    .addOption(new Option('--schedule-filename <PATH>').hideHelp())
    .option('--scheduler <TEXT>', 'Scheduler class to use.')
    .option('--without-gossip', 'Do not listen to other workers.')
    .option('--without-mingle', 'Do not greet other workers at the start.')
    .option('--without-heartbeat', 'Do not send event heartbeats.')
    .option('--heartbeat-interval <SECONDS>', 'Between two heartbeats.', integerOf)
    .addOption(new Option('-D, --detach', notHere).hideHelp())
    .addOption(new Option('--uid <TEXT>', notHere).hideHelp())
    .addOption(new Option('--gid <TEXT>', notHere).hideHelp())
    .addOption(new Option('--umask <TEXT>', notHere).hideHelp())
    .addOption(new Option('--executable <TEXT>', notHere).hideHelp())
}
