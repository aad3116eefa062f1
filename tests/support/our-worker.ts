/**
 * Our worker for process and interop tests: the built entry (out/main/worker.cjs), forked and ordered as the lab does it,
 * on a tasks.py of the test's. `stop()` leaves neither it nor its pool processes nor its folder behind.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LearnerEnvironment } from '../../src-main/processes/messages/learner-environment.js'
import type { LabToWorker, WorkerToLab } from '../../src-main/processes/messages/worker-messages.js'
import { entriesFolder, entry } from './entries.js'
import { defaultTasksPy } from './real-celery.js'
import { waitFor } from './wait-for.js'

export interface OurWorkerOptions {
  readonly brokerUrl: string
  readonly tasksPy?: string
  /** Instead of a tasks.py: any files, by their names. */
  readonly files?: Readonly<Record<string, string>>
  readonly concurrency?: number
  readonly queues?: readonly string[]
  readonly nodename?: string
  readonly loglevel?: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'
  /** Default: true, as the lab's. */
  readonly mingle?: boolean
}

type FactKind = WorkerToLab['kind']
type FactOfKind<K extends FactKind> = Extract<WorkerToLab, { kind: K }>

export class OurWorker {
  /** The banner. */
  stdout = ''
  /** The log. */
  stderr = ''
  readonly facts: WorkerToLab[] = []
  readonly folder: string
  private readonly child: ChildProcess
  private readonly atExit = (): void => this.killAll()

  constructor(folder: string, child: ChildProcess) {
    this.folder = folder
    this.child = child
    process.once('exit', this.atExit)
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()))
    child.on('message', (fact) => this.facts.push(fact as WorkerToLab)) // our own entry, built together with this file
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  get exited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  get exitCode(): number | null {
    return this.child.exitCode
  }

  /** Pool processes that were told of and have not ended. */
  get poolPids(): readonly number[] {
    const gone = new Set(this.factsOf('pool-process-exited').map(({ pid }) => pid))
    return [...new Set(this.factsOf('pool-process').map(({ pid }) => pid))].filter((pid) => !gone.has(pid))
  }

  factsOf<K extends FactKind>(kind: K): readonly FactOfKind<K>[] {
    return this.facts.filter((fact): fact is FactOfKind<K> => fact.kind === kind)
  }

  /** The log's lines without their time: `INFO/MainProcess] celery@test ready.` */
  get lines(): readonly string[] {
    return this.stderr.split('\n').map((line) => line.replace(/^\[[\d-]+ [\d:,]+: /, ''))
  }

  async waitForLog(text: string | RegExp, timeoutSeconds = 30): Promise<void> {
    await waitFor(
      `our worker logs ${text}`,
      () => {
        if (typeof text === 'string' ? this.stderr.includes(text) : text.test(this.stderr)) return true
        if (this.exited) throw new Error(`our worker ended with ${this.child.exitCode}:\n${this.stderr}`)
        return false
      },
      { timeoutSeconds, describe: () => this.stderr },
    )
  }

  async waitForFact<K extends FactKind>(kind: K, timeoutSeconds = 30): Promise<FactOfKind<K>> {
    return waitFor(`our worker tells ${kind}`, () => this.factsOf(kind)[0], {
      timeoutSeconds,
      describe: () => this.stderr,
    })
  }

  order(message: LabToWorker): void {
    if (this.child.connected) this.child.send(message, () => {})
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** As the end of the lab would. */
  disconnect(): void {
    if (this.child.connected) this.child.disconnect()
  }

  async waitForExit(timeoutSeconds = 60): Promise<number | null> {
    await waitFor('our worker has exited', () => this.exited, { timeoutSeconds, describe: () => this.stderr })
    return this.child.exitCode
  }

  /** Ends everything at once and removes the folder. */
  async stop(): Promise<void> {
    const pids = this.poolPids
    this.killAll()
    await this.waitForExit()
    await waitFor('the pool processes are gone', () => pids.every((pid) => !isAlive(pid)))
    process.off('exit', this.atExit)
    await rm(this.folder, { recursive: true, force: true })
  }

  private killAll(): void {
    this.child.kill('SIGKILL')
  }
}

/** Forks the entry and gives it its order; does not wait for it to be ready. */
export async function forkOurWorker(options: OurWorkerOptions): Promise<OurWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'our-worker-'))
  const files = options.files ?? { 'tasks.py': options.tasksPy ?? defaultTasksPy }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const child = fork(entry('worker'), [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, TZ: 'UTC' },
  })
  const worker = new OurWorker(folder, child)
  worker.order({
    kind: 'start',
    environment: learnerEnvironment(folder, options.brokerUrl),
    nodename: options.nodename ?? 'celery@ours',
    concurrency: options.concurrency ?? 2,
    queues: options.queues ?? ['celery'],
    appModule: 'tasks',
    loglevel: options.loglevel ?? 'INFO',
    mingle: options.mingle ?? true,
  })
  return worker
}

export async function startOurWorker(options: OurWorkerOptions): Promise<OurWorker> {
  const worker = await forkOurWorker(options)
  try {
    await worker.waitForLog(' ready.', 60)
    return worker
  } catch (error) {
    await worker.stop()
    throw error
  }
}

export function learnerEnvironment(workdir: string, brokerUrl: string): LearnerEnvironment {
  return {
    workdir,
    brokerUrl,
    resultBackend: brokerUrl,
    environ: {},
    services: [],
    snapshotFile: join(entriesFolder(), '..', 'python', 'snapshot.bin'),
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // ESRCH
  }
}
