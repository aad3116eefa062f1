/**
 * A worker put together: what the lab's worker process and `celery worker` have in common. Both give it the same order
 * and differ in who stops it and who is told. Composition only; the worker itself is engine/worker/worker.ts.
 */
import type { Writable } from 'node:stream'
import { nodeFormat } from '../../engine/cli/node-format.js'
import type { PoolFact } from '../../engine/pool/prefork.js'
import { Log } from '../../engine/ports/log.js'
import type { LogLevel } from '../../engine/ports/log-record.js'
import { systemClock, systemIds } from '../../engine/ports/system.js'
import { Worker } from '../../engine/worker/worker.js'
import type { WorkerOptions } from '../../engine/worker/worker-parts.js'
import { freezeCode } from '../../python-host/frozen-code.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import type { PoolNote } from '../messages/pool-note.js'
import type { PoolSetup } from '../messages/pool-setup.js'
import { connectBroker } from './connect-broker.js'
import { embeddedBeat, type EmbeddedBeatOptions } from './embedded-beat.js'
import { besideEntry } from './entry-folder.js'
import { forkLauncher } from './fork-launcher.js'
import { mainCode } from './main-code.js'
import { logStream, streamSink } from './stream-sink.js'

export interface WorkerOrder {
  readonly environment: LearnerEnvironment
  readonly appModule: string
  /** `-I` */
  readonly include?: readonly string[]
  readonly loglevel: LogLevel
  /** Absolute; each process puts its number in for `%i`. Absent: stderr. */
  readonly logfile?: string | null
  readonly options: WorkerOptions
  /** `-B` */
  readonly beat?: EmbeddedBeatOptions | null
}

export interface WorkerProgram {
  readonly worker: Worker<PoolSetup>
  readonly log: Log
  /** What the log is written to. */
  readonly logTo: Writable
  /** A notice on stdout, not in the log's format: how Celery speaks of a stop. */
  readonly say: (text: string) => void
}

export async function workerProgram(
  order: WorkerOrder,
  tell: (fact: PoolFact | PoolNote) => void,
): Promise<WorkerProgram> {
  const { environment, appModule, include = [], loglevel, logfile = null, options, beat = null } = order
  const logTo = logStream(logfile === null ? null : nodeFormat(logfile, options.nodename))
  const terminal = logfile === null && Boolean(process.stderr.isTTY)
  const sink = streamSink(logTo)
  const log = new Log({
    processName: 'MainProcess',
    level: loglevel,
    sink,
    clock: systemClock,
    terminal,
  })
  const out = streamSink(process.stdout)
  const setup: PoolSetup = {
    environment,
    code: await freezeCode(environment.workdir),
    appModule,
    include,
    logfile,
    nodename: options.nodename,
    loglevel,
    terminal,
    pool: options.pool ?? null,
    maxMemoryPerChild: options.maxMemoryPerChild ?? null,
  }
  const worker = new Worker<PoolSetup>({
    options,
    launcher: forkLauncher(besideEntry('pool-process.cjs'), tell),
    poolSetup: setup,
    mainCode: (loaded) => mainCode(loaded, { setup, log, sink: streamSink(process.stderr), out }),
    ...(beat === null ? {} : { beat: embeddedBeat({ environment, loglevel, log, sink, options: beat }) }),
    connect: (conf) => connectBroker(environment, conf, log),
    clock: systemClock,
    ids: systemIds,
    log,
    print: (text) => void out(text),
    tell,
    pid: process.pid,
    folder: environment.workdir,
    appModule: appModule.split(':')[0] ?? appModule,
  })
  return { worker, log, logTo, say: (text) => void out(`\n${text}\n`) }
}
