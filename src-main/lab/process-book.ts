/**
 * Which processes the learner has, in what state, with which children and on which code: what the window's view shows.
 * Every change goes through here, so that each is one fact in the record and one change of the view.
 */
import type { Fact } from '../contract/feed.js'
import type { ProcessName, ProcessRole } from '../contract/topology.js'
import type { ProcessView } from '../contract/views.js'

export interface ProcessBookOptions {
  readonly tell: (fact: Fact) => void
  readonly changed: () => void
  readonly nowMs: () => number
}

interface Child {
  readonly pid: number
  readonly label: string
  state: 'starting' | 'ready' | 'busy'
  taskId: string | null
  busySinceMs: number | null
}

interface Entry {
  readonly name: ProcessName
  readonly role: ProcessRole
  pid: number | null
  state: ProcessView['state']
  fingerprint: string | null
  concurrency: number | null
  children: Map<number, Child>
}

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly expected: boolean
}

export class ProcessBook {
  readonly #options: ProcessBookOptions
  readonly #entries = new Map<ProcessName, Entry>()

  constructor(options: ProcessBookOptions) {
    this.#options = options
  }

  /** Known to the stage from now on, running or not. */
  declare(name: ProcessName, role: ProcessRole, concurrency: number | null): void {
    const entry = this.#entries.get(name)
    if (entry !== undefined) entry.concurrency = concurrency
    else
      this.#entries.set(name, {
        name,
        role,
        pid: null,
        state: 'off',
        fingerprint: null,
        concurrency,
        children: new Map(),
      })
    this.#options.changed()
  }

  forget(name: ProcessName): void {
    this.#entries.delete(name)
    this.#options.changed()
  }

  started(name: ProcessName, pid: number): void {
    const entry = this.#entry(name)
    entry.pid = pid
    entry.state = 'starting'
    entry.fingerprint = null
    entry.children = new Map()
    this.#options.tell({ kind: 'process-started', process: name, role: entry.role, pid })
    this.#options.changed()
  }

  ready(name: ProcessName, fingerprint: string | null): void {
    const entry = this.#entry(name)
    entry.state = 'ready'
    entry.fingerprint = fingerprint
    this.#options.tell({ kind: 'process-ready', process: name, role: entry.role, pid: entry.pid ?? 0 })
    this.#options.changed()
  }

  /** It has loaded code after it was ready, as a Python that imports when it is told to. */
  loaded(name: ProcessName, fingerprint: string): void {
    this.#entry(name).fingerprint = fingerprint
    this.#options.changed()
  }

  stopping(name: ProcessName): void {
    this.#entry(name).state = 'stopping'
    this.#options.changed()
  }

  exited(name: ProcessName, ended: Ended): void {
    const entry = this.#entry(name)
    const pid = entry.pid ?? 0
    entry.pid = null
    entry.state = ended.expected ? 'off' : 'dead'
    entry.fingerprint = null
    // Its children stay listed until somebody has seen that they are gone.
    this.#options.tell({ kind: 'process-exited', process: name, role: entry.role, pid, ...ended })
    this.#options.changed()
  }

  childSeen(
    worker: ProcessName,
    child: { readonly pid: number; readonly label: string; readonly state: 'starting' | 'ready' },
  ): void {
    const { children } = this.#entry(worker)
    const known = children.get(child.pid)
    const { pid, label, state } = child
    if (known === undefined) {
      children.set(pid, { pid, label, state, taskId: null, busySinceMs: null })
      const fact = { process: childName(worker, label), role: 'pool-process', pid } as const
      this.#options.tell({ kind: 'process-started', ...fact, worker, label })
    }
    if (state === 'ready' && (known === undefined || known.state === 'starting')) {
      const now = children.get(pid)
      if (now !== undefined) now.state = 'ready'
      this.#options.tell({ kind: 'process-ready', process: childName(worker, label), role: 'pool-process', pid })
    }
    this.#options.changed()
  }

  childExited(worker: ProcessName, pid: number, ended: Ended): void {
    const { children } = this.#entry(worker)
    const child = children.get(pid)
    if (child === undefined) return // told already
    children.delete(pid)
    const process = childName(worker, child.label)
    this.#options.tell({ kind: 'process-exited', process, role: 'pool-process', pid, worker, ...ended })
    this.#options.changed()
  }

  slot(worker: ProcessName, pid: number, taskId: string | null): void {
    const child = this.#entry(worker).children.get(pid)
    if (child !== undefined) {
      child.state = taskId === null ? 'ready' : 'busy'
      child.taskId = taskId
      child.busySinceMs = taskId === null ? null : this.#options.nowMs()
    }
    this.#options.tell({ kind: 'slot', worker, pid, taskId })
    this.#options.changed()
  }

  childOf(worker: ProcessName, pid: number): string {
    const label = this.#entry(worker).children.get(pid)?.label
    return label === undefined ? worker : childName(worker, label)
  }

  children(worker: ProcessName): readonly Readonly<Child>[] {
    return [...(this.#entries.get(worker)?.children.values() ?? [])]
  }

  state(name: ProcessName): ProcessView['state'] {
    return this.#entries.get(name)?.state ?? 'off'
  }

  /** Everything with a pid, children included, by the name its memory is recorded under. */
  pids(): ReadonlyMap<number, ProcessName> {
    const pids = new Map<number, ProcessName>()
    for (const { name, pid, children } of this.#entries.values()) {
      if (pid !== null) pids.set(pid, name)
      for (const child of children.values()) pids.set(child.pid, childName(name, child.label))
    }
    return pids
  }

  /** `savedFingerprint`: of the files as they are saved now. */
  views(savedFingerprint: string): readonly ProcessView[] {
    return [...this.#entries.values()].map(({ name, role, pid, state, fingerprint, concurrency, children }) => ({
      name,
      role,
      pid,
      state,
      fingerprint,
      stale: fingerprint !== null && savedFingerprint !== '' && fingerprint !== savedFingerprint,
      children: [...children.values()].map((child) => ({ pid: child.pid, label: child.label, state: child.state })),
      concurrency,
    }))
  }

  #entry(name: ProcessName): Entry {
    const entry = this.#entries.get(name)
    if (entry === undefined) throw new Error(`The lab knows no process ${name}`)
    return entry
  }
}

function childName(worker: ProcessName, label: string): ProcessName {
  return `${worker}/${label}`
}
