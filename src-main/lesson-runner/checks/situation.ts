/**
 * What stands right now, told by facts alone: which pid is what, who runs, whether mail works, what waits in the queues.
 * Fed with every item of the record from its beginning (facts from before a step count here: a worker started earlier still runs).
 */
import type { FeedItem } from '../../contract/feed.js'
import type { DatabaseSettings, MailSettings, ProcessName, ProcessRole } from '../../contract/topology.js'

interface KnownProcess {
  readonly name: ProcessName
  readonly role: ProcessRole
  readonly worker: ProcessName | null
  readonly label: string | null
}

/** Enough for any lesson; older tasks are forgotten first. */
const REMEMBERED_TASKS = 5_000

export class Situation {
  /** By pid, the gone ones included: a ledger row may arrive after its process has exited. */
  private readonly processes = new Map<number, KnownProcess>()
  private readonly roles = new Map<ProcessName, ProcessRole>()
  private readonly alive = new Set<number>()
  private readonly readyPids = new Set<number>()
  private readonly openRequests = new Set<string>()
  private readonly busySlots = new Map<number, string>()
  private readonly publishedAt = new Map<string, number>()
  private readonly sentUnheard = new Set<string>()
  private readonly deliveries = new Set<string>()
  private readonly open = new Set<string>()
  /** What each process has loaded, by pid. */
  private readonly fingerprints = new Map<number, string>()
  /** Tasks that the worker loaded last knows. */
  private workerTasks: readonly string[] = []
  private savedFingerprint: string | null = null
  /** By worker: the queues it listens to. */
  private readonly queues = new Map<ProcessName, readonly string[]>()
  /** The last measurement of each process, by pid. */
  private readonly memory = new Map<number, number>()
  private mailSettings: MailSettings | null = null
  private databaseSettings: DatabaseSettings | null = null
  private lengths: Readonly<Record<string, number>> = {}
  private unackedCount = 0
  private pictureStands = false

  see({ fact, atMs }: FeedItem): void {
    switch (fact.kind) {
      case 'process-started':
        this.processes.set(fact.pid, {
          name: fact.process,
          role: fact.role,
          worker: fact.worker ?? null,
          label: fact.label ?? null,
        })
        this.roles.set(fact.process, fact.role)
        this.alive.add(fact.pid)
        return
      case 'process-ready':
        if (!this.processes.has(fact.pid)) {
          this.processes.set(fact.pid, { name: fact.process, role: fact.role, worker: null, label: null })
        }
        this.roles.set(fact.process, fact.role)
        this.alive.add(fact.pid)
        this.readyPids.add(fact.pid)
        return
      case 'process-exited':
        this.alive.delete(fact.pid)
        this.readyPids.delete(fact.pid)
        this.busySlots.delete(fact.pid)
        this.memory.delete(fact.pid)
        if (fact.role === 'web') this.openRequests.clear()
        if (fact.role === 'worker') this.queues.delete(fact.process)
        return
      case 'code-loaded':
        this.fingerprints.set(fact.pid, fact.fingerprint)
        if (this.roleOfPid(fact.pid) === 'worker') this.workerTasks = fact.tasks
        return
      case 'file-saved':
        this.savedFingerprint = fact.fingerprint
        return
      case 'queues-consumed':
        this.queues.set(fact.by, fact.queues)
        return
      case 'slot':
        if (fact.taskId === null) this.busySlots.delete(fact.pid)
        else this.busySlots.set(fact.pid, fact.taskId)
        return
      case 'http-request':
        this.openRequests.add(fact.requestId)
        return
      case 'http-response':
        this.openRequests.delete(fact.requestId)
        return
      case 'message-published':
        this.deliveries.add(fact.deliveryTag)
        this.open.add(fact.deliveryTag)
        forgetOldest(this.open)
        if (!this.publishedAt.has(fact.taskId)) {
          this.publishedAt.set(fact.taskId, atMs)
          if (this.ready('worker') === 0) this.sentUnheard.add(fact.taskId)
        }
        forgetOldest(this.deliveries)
        forgetOldest(this.sentUnheard)
        forgetOldest(this.publishedAt)
        return
      case 'message-acked':
        this.open.delete(fact.deliveryTag)
        return
      case 'memory':
        if (!this.isLoading(fact.pid)) this.memory.set(fact.pid, fact.rssBytes)
        return
      case 'queue-lengths':
        this.lengths = fact.queues
        this.unackedCount = fact.unacked
        return
      case 'looked-at':
        if (fact.what === 'pause') this.pictureStands = fact.id === 'on'
        return
      case 'world-changed':
        this.mailSettings = fact.mail
        this.databaseSettings = fact.db ?? null
        return
      default:
        return
    }
  }

  /** `null` for a pid that no fact has named. */
  roleOfPid(pid: number | null): ProcessRole | null {
    return pid === null ? null : (this.processes.get(pid)?.role ?? null)
  }

  roleOfName(process: ProcessName): ProcessRole | null {
    return this.roles.get(process) ?? null
  }

  /** `the web process (pid 4100)`, `worker@1's child ForkPoolWorker-1 (pid 4411)`. */
  describePid(pid: number | null): string {
    if (pid === null) return 'a process that did not say who it is'
    const known = this.processes.get(pid)
    if (known === undefined) return `an unknown process (pid ${pid})`
    if (known.role === 'web') return `the web process (pid ${pid})`
    if (known.role !== 'pool-process') return `${known.name} (pid ${pid})`
    return `${known.worker ?? 'a worker'}'s child (pid ${pid})`
  }

  /** Processes of this role that are ready to work. */
  ready(role: ProcessRole): number {
    return [...this.readyPids].filter((pid) => this.processes.get(pid)?.role === role).length
  }

  /** Processes of this role that exist, ready or still starting. */
  running(role: ProcessRole): number {
    return [...this.alive].filter((pid) => this.processes.get(pid)?.role === role).length
  }

  /** A process that exists now, by its name or its pid. */
  runs(role: ProcessRole, id: string): boolean {
    return [...this.alive].some((pid) => {
      const known = this.processes.get(pid)
      return known?.role === role && (known.name === id || String(pid) === id)
    })
  }

  /** A message with that tag was published. */
  knowsDelivery(tag: string): boolean {
    return this.deliveries.has(tag)
  }

  /** Some child runs a task. */
  working(): boolean {
    return this.busySlots.size > 0
  }

  /** Workers that have a ready child with nothing to do. */
  workersWithIdleChild(): ReadonlySet<ProcessName> {
    const idle = [...this.readyPids].filter((pid) => this.alive.has(pid) && !this.busySlots.has(pid))
    const workers = idle.flatMap((pid) => {
      const known = this.processes.get(pid)
      return known?.role === 'pool-process' && known.worker !== null ? [known.worker] : []
    })
    return new Set(workers)
  }

  /** Tasks that the worker's children are at. */
  tasksUnderWay(worker: ProcessName): readonly string[] {
    return [...this.busySlots].filter(([pid]) => this.workerOfPid(pid) === worker).map(([, taskId]) => taskId)
  }

  /** The task that a child is at. */
  taskAt(pid: number): string | null {
    return this.busySlots.get(pid) ?? null
  }

  /** It was started and is not ready: small, because it has not loaded the code yet, which says nothing. */
  isLoading(pid: number): boolean {
    return this.alive.has(pid) && !this.readyPids.has(pid)
  }

  /** Resident memory in bytes, as last measured since it was ready; null for a process that was not measured yet. */
  memoryOf(pid: number): number | null {
    return this.memory.get(pid) ?? null
  }

  /** The stage's picture is paused. */
  paused(): boolean {
    return this.pictureStands
  }

  mail(): MailSettings | null {
    return this.mailSettings
  }

  database(): DatabaseSettings | null {
    return this.databaseSettings
  }

  /** True when this process had loaded another version than the one last saved; null when either is not known. */
  runsOldCode(pid: number | null): boolean | null {
    const loaded = pid === null ? undefined : this.fingerprints.get(pid)
    return loaded === undefined || this.savedFingerprint === null ? null : loaded !== this.savedFingerprint
  }

  /** The worker that a pool process belongs to, by its name. */
  workerOfPid(pid: number | null): ProcessName | null {
    return pid === null ? null : (this.processes.get(pid)?.worker ?? null)
  }

  /** Names of the tasks that the worker started last has loaded. */
  tasksOfWorker(): readonly string[] {
    return this.workerTasks
  }

  /** Workers that run and listen to the queue. */
  listenersOf(queue: string): readonly ProcessName[] {
    return [...this.queues].filter(([, queues]) => queues.includes(queue)).map(([worker]) => worker)
  }

  waiting(queue: string): number {
    return this.lengths[queue] ?? 0
  }

  /** Published and not acked: told one by one, so that they are known before the lengths are asked for. */
  messagesOpen(): number {
    return this.open.size
  }

  /** Taken by a worker and not acked. */
  unacked(): number {
    return this.unackedCount
  }

  publishedAtMs(taskId: string | null): number | null {
    return taskId === null ? null : (this.publishedAt.get(taskId) ?? null)
  }

  /** When its message was published, no worker was ready. */
  wasSentUnheard(taskId: string | null): boolean {
    return taskId !== null && this.sentUnheard.has(taskId)
  }

  /** True when nothing is under way: no message waits, no delivery is open, no child works, no request is unanswered. */
  idle(): boolean {
    return this.unackedCount === 0 && this.busySlots.size === 0 && this.openRequests.size === 0
  }

  waitingInAll(): number {
    return Object.values(this.lengths).reduce((sum, length) => sum + length, 0)
  }

  copy(): Situation {
    const copy = new Situation()
    for (const [pid, known] of this.processes) copy.processes.set(pid, known)
    for (const [name, role] of this.roles) copy.roles.set(name, role)
    for (const pid of this.alive) copy.alive.add(pid)
    for (const pid of this.readyPids) copy.readyPids.add(pid)
    for (const id of this.openRequests) copy.openRequests.add(id)
    for (const [pid, task] of this.busySlots) copy.busySlots.set(pid, task)
    for (const [task, at] of this.publishedAt) copy.publishedAt.set(task, at)
    for (const task of this.sentUnheard) copy.sentUnheard.add(task)
    for (const tag of this.deliveries) copy.deliveries.add(tag)
    for (const tag of this.open) copy.open.add(tag)
    for (const [pid, fingerprint] of this.fingerprints) copy.fingerprints.set(pid, fingerprint)
    for (const [worker, queues] of this.queues) copy.queues.set(worker, queues)
    for (const [pid, bytes] of this.memory) copy.memory.set(pid, bytes)
    copy.workerTasks = this.workerTasks
    copy.savedFingerprint = this.savedFingerprint
    copy.mailSettings = this.mailSettings
    copy.databaseSettings = this.databaseSettings
    copy.lengths = this.lengths
    copy.unackedCount = this.unackedCount
    return copy
  }
}

/** One that is one too many. */
function forgetOldest(remembered: Set<string> | Map<string, number>): void {
  if (remembered.size <= REMEMBERED_TASKS) return
  const [oldest] = remembered.keys()
  if (oldest !== undefined) remembered.delete(oldest)
}
