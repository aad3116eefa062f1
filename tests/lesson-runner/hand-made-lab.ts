/**
 * A lab whose facts the test writes: for the lesson runner's own logic (what it builds, keeps, saves and tells). What real
 * processes do is proven elsewhere, by `npm run lessons:check` with the real lab.
 */
import type { Fact, FeedItem } from '../../src-main/contract/feed.js'
import type { Problem, Reply } from '../../src-main/contract/problem.js'
import type { Topology } from '../../src-main/contract/topology.js'
import type { LabView, ProcessView } from '../../src-main/contract/views.js'
import type { CodeSettings, Lab } from '../../src-main/lab/lab-interface.js'
import { CHILD_PID, exited, mailIs, WEB_PID, worker, WORKER_PID } from './hand-made-facts.js'

const DONE: Reply<null> = { ok: true, value: null }

export class HandMadeLab implements Lab {
  /** What was asked of the lab, in order. */
  readonly asked: string[] = []
  readonly problems: Problem[] = []
  /** What a save of files answers. */
  saveReply: Reply<null> = DONE
  /** What happens at a purchase. */
  onBuy: (path: string) => void = () => undefined
  /** Set to keep a build from ending. */
  holdBuild = false
  private items: FeedItem[] = []
  private readonly listeners = new Set<(item: FeedItem) => void>()
  private topology: Topology | null = null
  private workerRuns = false
  private mail = { running: true, delayMs: 0 }

  readonly record = {
    lastSeqOf: (): number => this.items.length,
    get lastSeq(): number {
      return this.lastSeqOf()
    },
    itemsAfter: (after: number): readonly FeedItem[] => this.items.filter((item) => item.seq > after),
    onItem: (listener: (item: FeedItem) => void): (() => void) => {
      this.listeners.add(listener)
      return () => this.listeners.delete(listener)
    },
  }

  happen(...facts: readonly Fact[]): void {
    for (const fact of facts) {
      const item: FeedItem = { seq: this.items.length + 1, atMs: Date.now(), fact }
      this.items = [...this.items, item]
      for (const listener of [...this.listeners]) listener(item)
    }
  }

  readonly typed: Lab['typed'] = {
    open: async () => DONE,
    input: () => DONE,
    resize: () => DONE,
    typeLine: async ({ terminal, line }) => {
      this.asked.push(`${terminal} ${line}`)
      this.happen({ kind: 'typed', terminal, line })
      return DONE
    },
    restart: async () => DONE,
  }

  /** What the code chooses. */
  settings: CodeSettings = { settings: {}, tasks: [] }
  async codeSettings(): Promise<Reply<CodeSettings>> {
    return { ok: true, value: this.settings }
  }

  listening(): number {
    return this.listeners.size
  }

  view(): LabView {
    const api = this.topology?.api ?? { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 }
    const base = { fingerprint: null, stale: false, children: [], concurrency: null }
    const processes: ProcessView[] = [
      { ...base, name: 'web', role: 'web', pid: WEB_PID, state: 'ready' },
      {
        ...base,
        name: 'worker@1',
        role: 'worker',
        pid: this.workerRuns ? WORKER_PID : null,
        state: this.workerRuns ? 'ready' : 'off',
      },
    ]
    return {
      state: 'running',
      problem: null,
      redisAddress: null,
      redisVersion: null,
      redis: { appendOnly: false },
      webUrl: null,
      processes,
      mail: this.mail,
      api,
      db: { commitDelayMs: 0 },
      fingerprint: '',
    }
  }

  async build({ topology, step, signal }: Parameters<Lab['build']>[0]): Promise<Reply<null>> {
    this.asked.push(`build ${step}`)
    if (this.holdBuild) {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      return { ok: false, problem: { code: 'cancelled', what: '', meaning: '', next: '' } }
    }
    this.topology = topology
    this.mail = topology.mail
    this.happen(mailIs(topology.mail.running, topology.mail.delayMs), {
      kind: 'process-started',
      process: 'web',
      role: 'web',
      pid: WEB_PID,
    })
    this.happen({ kind: 'process-ready', process: 'web', role: 'web', pid: WEB_PID })
    if (topology.workers.some((one) => one.running)) await this.startWorker('worker@1')
    else if (this.workerRuns) await this.stopWorker('worker@1')
    this.happen({ kind: 'queue-lengths', queues: {}, unacked: 0 }, { kind: 'stage-reset', lesson: '', step })
    return DONE
  }

  async filesSaved(files: readonly { readonly name: string }[], restart?: 'all' | 'web'): Promise<Reply<null>> {
    const only = restart === 'web' ? ', restart only web' : ''
    this.asked.push(`files ${files.map((file) => file.name).join(' ')}${only}`)
    return this.saveReply
  }

  async startWorker(name: string): Promise<Reply<null>> {
    this.asked.push(`start ${name}`)
    this.workerRuns = true
    this.happen(...worker)
    return DONE
  }

  async stopWorker(name: string): Promise<Reply<null>> {
    this.asked.push(`stop ${name}`)
    this.workerRuns = false
    this.happen(exited('worker', 'worker@1', WORKER_PID), {
      kind: 'process-exited',
      process: 'c',
      role: 'pool-process',
      pid: CHILD_PID,
      code: 0,
      signal: null,
      expected: true,
    })
    return DONE
  }

  async applyFault(order: Parameters<Lab['applyFault']>[0]): Promise<Reply<null>> {
    this.asked.push(order.kind)
    if (order.kind === 'stop-mail' || order.kind === 'start-mail')
      this.mail = { ...this.mail, running: order.kind === 'start-mail' }
    if (order.kind === 'slow-mail') this.mail = { ...this.mail, delayMs: order.delayMs }
    this.happen({ kind: 'fault', order, phase: 'started' }, mailIs(this.mail.running, this.mail.delayMs))
    return DONE
  }

  async visit({ path }: Parameters<Lab['visit']>[0]): Promise<Reply<null>> {
    this.asked.push(`visit ${path}`)
    return DONE
  }

  showPagesWith(): void {}

  async buy({ path }: Parameters<Lab['buy']>[0]): Promise<Reply<null>> {
    this.asked.push(`buy ${path}`)
    this.onBuy(path)
    return DONE
  }

  message(): null {
    return null
  }

  note(fact: Fact): void {
    this.happen(fact)
  }

  problem(problem: Problem): void {
    this.problems.push(problem)
  }

  start = async (): Promise<Reply<null>> => DONE
  restartWorker = async (): Promise<Reply<null>> => DONE
  restartWeb = async (): Promise<Reply<null>> => DONE
  startBeat = async (): Promise<Reply<null>> => DONE
  stopBeat = async (): Promise<Reply<null>> => DONE
  restartBeat = async (): Promise<Reply<null>> => DONE
  previewCrontab = (): ReturnType<Lab['previewCrontab']> => ({ ok: true, value: { columns: [] } })
  markRun = (): ReturnType<Lab['markRun']> => ({ ok: true, value: { correct: true, reason: '' } })
  stop = async (): Promise<void> => undefined
  terminals = (): Readonly<Record<string, string>> => ({})
  onTerminal = (): (() => void) => () => undefined
  onView = (): (() => void) => () => undefined
}
