/**
 * `celery worker`: its options become the order for a worker. `-O` changes nothing: a task always waits for a free process,
 * which Celery calls fair and does by default. Celery: celery/bin/worker.py
 */
import type { Command } from 'commander'
import { schedulerNamed, unknownScheduler } from '../beat/beat-settings.js'
import { readPoolKind, unknownPoolWords } from '../pool/pool-kind.js'
import type { WorkerOptions } from '../worker/worker-parts.js'
import { nodeFormat } from './node-format.js'
import { nodenameOf } from './option-values.js'
import { UsageError, type CliPorts, type GlobalOptions, type WorkerCommand } from './ports.js'
import { withWorkerOptions, type GivenToWorker } from './worker-options.js'

export function addWorkerCommand(program: Command, ports: CliPorts, finish: (exitCode: number) => void): void {
  withWorkerOptions(program.command('worker').description('Start worker instance.')).action(
    async (given: GivenToWorker) => {
      finish(await ports.runWorker(workerCommand(given, program.opts(), ports)))
    },
  )
}

/** @throws UsageError, in click's words where it has some. */
export function workerCommand(given: GivenToWorker, global: Partial<GlobalOptions>, ports: CliPorts): WorkerCommand {
  const appModule = appOf(global)
  if (!appModule)
    throw new UsageError("Missing option '-A' / '--app': the module with the tasks, for example -A tasks.")
  refuseDaemonOptions(given)
  const nodename = nodenameOf(given.hostname ?? null, ports.hostname)
  return {
    global: readGlobal(global),
    appModule,
    include: given.include ?? [],
    loglevel: given.loglevel,
    logfile: given.logfile ?? null,
    pidfile: pathOf('--pidfile', given.pidfile, nodename),
    beat: embeddedBeat(given),
    options: workerOptions(given, nodename, ports),
  }
}

function workerOptions(given: GivenToWorker, nodename: string, ports: CliPorts): WorkerOptions {
  const pool = given.pool === undefined ? null : readPoolKind(given.pool)
  if (given.pool !== undefined && pool === null) {
    throw new UsageError(`Invalid value for '-P' / '--pool': ${unknownPoolWords(given.pool)}`)
  }
  if (given.concurrency !== undefined && given.concurrency < 1) {
    throw new UsageError(
      `Invalid value for '-c' / '--concurrency': ${given.concurrency} processes; expected 1 or more.`,
    )
  }
  if (given.logfile !== undefined) pathOf('--logfile', given.logfile, nodename)
  return {
    nodename,
    concurrency: given.concurrency ?? ports.cpus,
    concurrencyIsDefault: given.concurrency === undefined,
    queues: given.queues ?? null,
    excludeQueues: given.excludeQueues ?? [],
    taskEvents: given.taskEvents ?? given.events ?? null,
    prefetchMultiplier: given.prefetchMultiplier ?? null,
    disablePrefetch: given.disablePrefetch ?? null,
    pool,
    autoscale: given.autoscale ?? null,
    statedb: pathOf('--statedb', given.statedb, nodename),
    purge: given.purge ?? given.discard ?? false,
    maxMemoryPerChild: given.maxMemoryPerChild ?? null,
    maxTasksPerChild: given.maxTasksPerChild ?? null,
    timeLimitSeconds: given.timeLimit ?? null,
    softTimeLimitSeconds: given.softTimeLimit ?? null,
    mingle: !given.withoutMingle,
    gossip: !given.withoutGossip,
    heartbeat: !given.withoutHeartbeat,
    heartbeatIntervalSeconds: given.heartbeatInterval ?? null,
  }
}

/** As Celery expands it for the main process. */
function pathOf(option: string, given: string | undefined, nodename: string): string | null {
  if (given === undefined) return null
  try {
    return nodeFormat(given, nodename)
  } catch (error) {
    throw new UsageError(`Invalid value for '${option}': ${(error as Error).message}`) // thrown by nodeFormat
  }
}

/** What turns a worker into a service of the system is the system's: it starts, stops and restarts programs better. */
function refuseDaemonOptions(given: GivenToWorker): void {
  const asked = (['detach', 'uid', 'gid', 'umask', 'executable'] as const).find((name) => given[name] !== undefined)
  if (asked === undefined) return
  throw new UsageError(
    `'--${asked}' is not here: start the worker in the background of your shell (\`… worker &\`), or by what runs services on your system.`,
  )
}

function embeddedBeat(given: GivenToWorker): WorkerCommand['beat'] {
  const scheduler = given.scheduler ?? null
  if (scheduler !== null && schedulerNamed(scheduler) === null)
    throw new UsageError(`Invalid value for '--scheduler': ${unknownScheduler(scheduler)}.`)
  return given.beat ? { schedule: given.schedule ?? given.scheduleFilename ?? null, scheduler } : null
}

/** `-A`; with `--config` alone Celery's default app, which Python's side has under this name. */
export function appOf({ app, config }: Partial<GlobalOptions>): string | null {
  return app ?? (config ? 'lab_host.default_app' : null)
}

export function readGlobal(given: Partial<GlobalOptions>): GlobalOptions {
  return {
    app: appOf(given),
    broker: given.broker ?? null,
    resultBackend: given.resultBackend ?? null,
    workdir: given.workdir ?? null,
    config: given.config ?? null,
  }
}
