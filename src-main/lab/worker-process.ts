/** One Celery worker as one of the lab's processes: start, warm and cold stop, its children, what it says about itself. */
import type { Reply } from '../contract/problem.js'
import { nodenameOf, type ProcessName } from '../contract/topology.js'
import { killPid, survivors } from '../faults/process-killer.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { LabToWorker, WorkerToLab } from '../processes/messages/worker-messages.js'
import type { ChildHandle, Exit } from './child-handle.js'
import { whenReady } from './start-answer.js'
import { exitFact, forkEntry, killChild, type Surroundings } from './surroundings.js'

export interface WorkerOrder {
  readonly environment: LearnerEnvironment
  readonly concurrency: number
  readonly queues: readonly string[]
  readonly signal?: AbortSignal | undefined
}

/** `killed` names the tasks that were running. */
export type Stopped =
  { readonly how: 'ended' | 'still-stopping' } | { readonly how: 'killed'; readonly tasks: readonly string[] }

const COLD_STOP_MS = 3_000
const GONE_WITHIN_MS = 2_000

type Worker = ChildHandle<LabToWorker, WorkerToLab>

export class WorkerProcess {
  readonly name: ProcessName
  readonly #surroundings: Surroundings
  #child: Worker | null = null
  #expecting = false
  #tasks: readonly string[] = []
  /** Settled when the last child of the worker that ended last is gone. */
  #reaped: Promise<void> = Promise.resolve()

  constructor(name: ProcessName, surroundings: Surroundings) {
    this.name = name
    this.#surroundings = surroundings
  }

  get running(): boolean {
    return this.#child !== null
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /** That its code had when it last started. */
  get tasks(): readonly string[] {
    return this.#tasks
  }

  async start(order: WorkerOrder): Promise<Reply<null>> {
    await this.#reaped
    this.#expecting = false
    const { book } = this.#surroundings
    const child: Worker = forkEntry('worker', this.name, this.#surroundings)
    this.#child = child
    book.started(this.name, child.pid)
    child.onMessage((message) => this.#hear(child, message))
    child.onExit((exit) => this.#ended(child, exit))
    child.send({
      kind: 'start',
      environment: order.environment,
      nodename: nodenameOf(this.name),
      concurrency: order.concurrency,
      queues: order.queues,
      appModule: 'tasks',
      loglevel: 'INFO',
      mingle: true,
    })
    return whenReady({
      name: this.name,
      child,
      surroundings: this.#surroundings,
      kill: () => this.kill(),
      signal: order.signal,
    })
  }

  /** Warm: its running tasks may end, within `limitMs`; then it is killed, unless `afterLimit` says to let it be. */
  async stop(
    how: 'warm' | 'cold',
    limits: { readonly limitMs: number; readonly coldLimitMs?: number; readonly afterLimit: 'kill' | 'wait' },
  ): Promise<Stopped> {
    const child = this.#child
    if (child === null) return { how: 'ended' }
    const { book } = this.#surroundings
    this.#expecting = true
    book.stopping(this.name)
    const limitMs = how === 'cold' ? (limits.coldLimitMs ?? COLD_STOP_MS) : limits.limitMs
    if (child.send({ kind: 'stop', how }) && (await child.exitedWithin(limitMs))) {
      await this.#reaped
      return { how: 'ended' }
    }
    if (how === 'warm' && limits.afterLimit === 'wait') return { how: 'still-stopping' }
    const tasks = book.children(this.name).flatMap((one) => (one.taskId === null ? [] : [one.taskId]))
    await this.kill()
    return { how: 'killed', tasks }
  }

  /** SIGKILL by the lab: expected, and over when children are gone as well. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child !== null) {
      this.#expecting = true
      await killChild(child)
    }
    await this.#reaped
  }

  #hear(child: Worker, message: WorkerToLab): void {
    const { book, tell } = this.#surroundings
    switch (message.kind) {
      case 'ready':
        tell({
          kind: 'code-loaded',
          process: this.name,
          pid: child.pid,
          fingerprint: message.fingerprint,
          tasks: message.tasks,
        })
        this.#tasks = message.tasks
        book.ready(this.name, message.fingerprint)
        return
      case 'refused':
        tell({ kind: 'code-refused', process: this.name, fingerprint: message.fingerprint, problem: message.problem })
        return
      case 'pool-process':
        book.childSeen(this.name, message)
        return
      case 'pool-process-exited': {
        const { code, signal, expected } = message
        book.childExited(this.name, message.pid, { code, signal, expected: expected || this.#expecting })
        return
      }
      case 'code-loaded': {
        const { pid, fingerprint, tasks } = message
        tell({ kind: 'code-loaded', process: book.childOf(this.name, pid), pid, fingerprint, tasks })
        return
      }
      case 'importing':
        return // for start-answer.ts
      case 'slot':
        book.slot(this.name, message.pid, message.taskId)
        return
    }
  }

  #ended(child: Worker, exit: Exit): void {
    if (this.#child === child) this.#child = null
    const expected = this.#expecting
    this.#surroundings.book.exited(this.name, exitFact(exit, expected))
    this.#reaped = this.#reap(expected)
  }

  /** Its children end when their channel closes; one that does not is killed. Only then are they told as gone. */
  async #reap(expected: boolean): Promise<void> {
    const { book } = this.#surroundings
    const pids = book.children(this.name).map((child) => child.pid)
    const orphans = await survivors(pids, GONE_WITHIN_MS)
    for (const pid of orphans) killPid(pid)
    await survivors(orphans, GONE_WITHIN_MS)
    for (const pid of pids)
      book.childExited(this.name, pid, { code: null, signal: orphans.includes(pid) ? 'SIGKILL' : null, expected })
  }
}
