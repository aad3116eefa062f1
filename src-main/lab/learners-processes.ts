/**
 * What the learner's code runs in: the web app, the workers and beat of the present topology. Starting, stopping and restarting
 * them, and which of them may stay when a start state is built.
 */
import type { Problem, Reply } from '../contract/problem.js'
import {
  nodenameOf,
  storesResults,
  type ProcessName,
  type Topology,
  type WorkerTopology,
} from '../contract/topology.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { RunningNames } from '../processes/messages/terminal-messages.js'
import { Beats } from './beats.js'
import { DONE, cancelled, notRunning, refuse, stillStopping, stoppedHard } from './problems.js'
import type { Surroundings } from './surroundings.js'
import { WEB, WebProcess } from './web-process.js'
import { WorkerProcess } from './worker-process.js'

export interface LearnersProcessesOptions {
  readonly surroundings: Surroundings
  /** The environment for a process of that name, with its own link to Redis. */
  readonly environment: (name: ProcessName) => Promise<LearnerEnvironment>
  readonly problem: (problem: Problem) => void
}

const WARM_STOP_SECONDS = 10
/** A cold stop may have a soft part, as long as `worker_soft_shutdown_timeout` says. */
const COLD_STOP_SECONDS = 15

export class LearnersProcesses {
  readonly web: WebProcess
  readonly beats: Beats
  readonly #options: LearnersProcessesOptions
  readonly #workers = new Map<ProcessName, WorkerProcess>()
  /** Wanted, but their code did not load: a better version starts them. */
  readonly #withoutCode = new Set<ProcessName>()
  #topology: Topology | null = null

  constructor(options: LearnersProcessesOptions) {
    this.#options = options
    this.web = new WebProcess(options.surroundings)
    this.beats = new Beats(options)
  }

  worker(name: ProcessName): WorkerProcess | null {
    return this.#workers.get(name) ?? null
  }

  get runningWorkers(): readonly WorkerProcess[] {
    return [...this.#workers.values()].filter((worker) => worker.running)
  }

  names(): RunningNames {
    const running = new Set(this.runningWorkers.map(({ name }) => name))
    const workers = this.#topology?.workers ?? []
    return {
      tasks: distinct(this.runningWorkers.flatMap(({ tasks }) => tasks)),
      queues: distinct(workers.flatMap(queuesOf)),
      nodes: workers.filter(({ name }) => running.has(name)).map(({ name }) => nodenameOf(name)),
    }
  }

  get topology(): Topology | null {
    return this.#topology
  }

  /** The stage knows these from now on; workers of an earlier topology are forgotten (they must not run any more). */
  adopt(topology: Topology): void {
    const { book } = this.#options.surroundings
    this.#topology = topology
    book.declare(WEB, 'web', null)
    this.beats.adopt(topology)
    for (const { name, concurrency } of topology.workers) {
      book.declare(name, 'worker', concurrency)
      if (!this.#workers.has(name)) this.#workers.set(name, new WorkerProcess(name, this.#options.surroundings))
    }
    for (const name of [...this.#workers.keys()]) {
      if (topology.workers.some((wanted) => wanted.name === name)) continue
      this.#workers.delete(name)
      this.#withoutCode.delete(name)
      book.forget(name)
    }
  }

  async startWorker(name: ProcessName, signal?: AbortSignal): Promise<Reply<null>> {
    const worker = this.#workers.get(name)
    const wanted = this.#topology?.workers.find((one) => one.name === name)
    if (worker === undefined || wanted === undefined)
      return refuse(notRunning(`A worker named ${name}`, 'Choose one that is on the stage.'))
    if (worker.running) return DONE
    return this.#starting(name, async () => {
      const environment = await this.#options.environment(name)
      return worker.start({ environment, concurrency: wanted.concurrency, queues: queuesOf(wanted), signal })
    })
  }

  /** The learner's stop: warm waits as Celery does; asked a second time, it ends now. */
  async stopWorker(name: ProcessName, how: 'warm' | 'cold'): Promise<Reply<null>> {
    const worker = this.#workers.get(name)
    if (worker === undefined || !worker.running) return refuse(notRunning(name, `Start ${name} first.`))
    const again = this.#options.surroundings.book.state(name) === 'stopping'
    const stopped = await worker.stop(again ? 'cold' : how, {
      limitMs: WARM_STOP_SECONDS * 1000,
      ...(again ? {} : { coldLimitMs: COLD_STOP_SECONDS * 1000 }),
      afterLimit: 'wait',
    })
    return stopped.how === 'still-stopping' ? refuse(stillStopping(name, WARM_STOP_SECONDS)) : DONE
  }

  async restartWorker(name: ProcessName): Promise<Reply<null>> {
    const worker = this.#workers.get(name)
    if (worker?.running === true) await this.#stopForRestart(worker)
    return this.startWorker(name)
  }

  async startWeb(signal?: AbortSignal): Promise<Reply<null>> {
    if (this.web.running) return DONE
    return this.#starting(WEB, async () => this.web.start(await this.#options.environment(WEB), signal))
  }

  async restartWeb(): Promise<Reply<null>> {
    await this.web.stop()
    return this.startWeb()
  }

  /** The saved code is good: web app and workers are stopped warm and started on it. All at once, because each takes a second or two. */
  async restartAll(which: 'all' | 'web' = 'all'): Promise<Reply<null>> {
    const isMeant = (name: ProcessName, running: boolean): boolean => running || this.#withoutCode.has(name)
    const workers = [...this.#workers.values()].filter((worker) =>
      isMeant(worker.name, worker.running && which === 'all'),
    )
    const replies = await Promise.all([
      ...(isMeant(WEB, this.web.running) ? [this.restartWeb()] : []),
      ...workers.map((worker) => this.restartWorker(worker.name)),
      this.beats.codeSaved(),
    ])
    return replies.find((reply) => !reply.ok) ?? DONE
  }

  /** No questions asked: for a new start state and for the end. Beat is never kept: it would send into the new state. */
  async killAll(except: { readonly web: boolean; readonly workers: ReadonlySet<ProcessName> }): Promise<void> {
    const workers = this.runningWorkers.filter((worker) => !except.workers.has(worker.name))
    await Promise.all([
      ...(except.web ? [] : [this.web.kill()]),
      ...workers.map((worker) => worker.kill()),
      this.beats.killAll(),
    ])
  }

  /** Those that may stay: what the topology wants, ready, on this code, with nothing to do. */
  keepable(
    topology: Topology,
    fingerprint: string,
    brokerIsIdle: boolean,
  ): { web: boolean; workers: ReadonlySet<ProcessName> } {
    if (storesResults(this.#topology) !== storesResults(topology)) return { web: false, workers: new Set() } // they were started with another environment
    const views = new Map(this.#options.surroundings.book.views(fingerprint).map((view) => [view.name, view]))
    const isFresh = (name: ProcessName): boolean =>
      views.get(name)?.state === 'ready' && views.get(name)?.fingerprint === fingerprint
    const before = new Map((this.#topology?.workers ?? []).map((worker) => [worker.name, worker]))
    const workers = topology.workers.filter((wanted) => {
      const had = before.get(wanted.name)
      const same =
        had !== undefined && had.concurrency === wanted.concurrency && queuesOf(had).join() === queuesOf(wanted).join()
      const children = views.get(wanted.name)?.children ?? []
      const idle = children.length === wanted.concurrency && children.every((child) => child.state === 'ready')
      return wanted.running && same && idle && brokerIsIdle && isFresh(wanted.name)
    })
    return {
      web: topology.web.running && this.web.openRequests === 0 && isFresh(WEB),
      workers: new Set(workers.map((worker) => worker.name)),
    }
  }

  async #starting(name: ProcessName, start: () => Promise<Reply<null>>): Promise<Reply<null>> {
    if (this.#options.surroundings.stopping.aborted) return refuse(cancelled())
    const reply = await start()
    if (reply.ok) this.#withoutCode.delete(name)
    else this.#withoutCode.add(name)
    return reply
  }

  async #stopForRestart(worker: WorkerProcess): Promise<void> {
    const stopped = await worker.stop('warm', { limitMs: WARM_STOP_SECONDS * 1000, afterLimit: 'kill' })
    if (stopped.how !== 'killed') return
    const problem = stoppedHard(worker.name, WARM_STOP_SECONDS, stopped.tasks)
    this.#options.surroundings.terminals.note(worker.name, problem.what)
    this.#options.problem(problem)
  }
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}

function queuesOf(worker: WorkerTopology): readonly string[] {
  return worker.queues ?? ['celery']
}
