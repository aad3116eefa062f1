/**
 * `celery worker`: its options become the order for a worker. `-O` changes nothing: a task always waits for a free process,
 * which Celery calls fair and does by default. Celery: celery/bin/worker.py
 */
import { Option, type Command } from 'commander'
import { schedulerNamed, unknownScheduler } from '../beat/beat-settings.js'
import type { LogLevel } from '../ports/log-record.js'
import { floatOf, integerOf, listOf, logLevelOf, nodenameOf } from './option-values.js'
import { readPoolKind, unknownPoolWords } from '../pool/pool-kind.js'
import { UsageError, type CliPorts, type GlobalOptions, type WorkerCommand } from './ports.js'

interface Given {
  readonly hostname?: string
  readonly loglevel: LogLevel
  readonly pidfile?: string
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
}

export function addWorkerCommand(program: Command, ports: CliPorts, finish: (exitCode: number) => void): void {
  program
    .command('worker')
    .description('Start worker instance.')
    .option(
      '-n, --hostname <HOSTNAME>',
      "Set custom hostname (e.g., 'w1@%h'). Expands: %h (hostname), %n (name) and %d, (domain).",
    )
    .addOption(new Option('-l, --loglevel <LEVEL>', 'Logging level.').argParser(logLevelOf).default('WARNING'))
    .option('--pidfile <PATH>', 'File that holds the process id while the worker runs.')
    .option('--prefetch-multiplier <N>', 'Set custom prefetch multiplier value for this worker instance.', integerOf)
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
    .option('-Q, --queues <LIST>', 'Queues to consume, separated by commas.', listOf)
    .option('-X, --exclude-queues <LIST>', 'Queues not to consume, separated by commas.', listOf)
    .option('-B, --beat', 'Also run the celery beat periodic task scheduler.')
    .option('-s, --schedule <PATH>', 'Path to the schedule database. (also --schedule-filename)')
    .addOption(new Option('--schedule-filename <PATH>').hideHelp())
    .option('--scheduler <TEXT>', 'Scheduler class to use.')
    .option('--without-gossip', 'Do not listen to other workers.')
    .option('--without-mingle', 'Do not greet other workers at the start.')
    .option('--without-heartbeat', 'Do not send event heartbeats.')
    .action(async (given: Given) => {
      finish(await ports.runWorker(workerCommand(given, program.opts(), ports)))
    })
}

export function workerCommand(given: Given, global: Partial<GlobalOptions>, ports: CliPorts): WorkerCommand {
  const appModule = global.app
  if (!appModule)
    throw new UsageError("Missing option '-A' / '--app': the module with the tasks, for example -A tasks.")
  const pool = given.pool === undefined ? null : readPoolKind(given.pool)
  if (given.pool !== undefined && pool === null) {
    throw new UsageError(`Invalid value for '-P' / '--pool': ${unknownPoolWords(given.pool)}`)
  }
  if (given.concurrency !== undefined && given.concurrency < 1) {
    throw new UsageError(
      `Invalid value for '-c' / '--concurrency': ${given.concurrency} processes; expected 1 or more.`,
    )
  }
  return {
    global: readGlobal(global),
    appModule,
    loglevel: given.loglevel,
    pidfile: given.pidfile ?? null,
    beat: embeddedBeat(given),
    options: {
      nodename: nodenameOf(given.hostname ?? null, ports.hostname),
      concurrency: given.concurrency ?? ports.cpus,
      queues: given.queues ?? null,
      excludeQueues: given.excludeQueues ?? [],
      taskEvents: given.taskEvents ?? given.events ?? null,
      prefetchMultiplier: given.prefetchMultiplier ?? null,
      pool,
      maxMemoryPerChild: given.maxMemoryPerChild ?? null,
      maxTasksPerChild: given.maxTasksPerChild ?? null,
      timeLimitSeconds: given.timeLimit ?? null,
      softTimeLimitSeconds: given.softTimeLimit ?? null,
      mingle: !given.withoutMingle,
      gossip: !given.withoutGossip,
      heartbeat: !given.withoutHeartbeat,
    },
  }
}

function embeddedBeat(given: Given): WorkerCommand['beat'] {
  const scheduler = given.scheduler ?? null
  if (scheduler !== null && schedulerNamed(scheduler) === null)
    throw new UsageError(`Invalid value for '--scheduler': ${unknownScheduler(scheduler)}.`)
  return given.beat ? { schedule: given.schedule ?? given.scheduleFilename ?? null, scheduler } : null
}

export function readGlobal(given: Partial<GlobalOptions>): GlobalOptions {
  return {
    app: given.app ?? null,
    broker: given.broker ?? null,
    resultBackend: given.resultBackend ?? null,
    workdir: given.workdir ?? null,
  }
}
