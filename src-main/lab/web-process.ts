/** The learner's web app as one of the lab's processes. Its requests and responses become facts here. */
import type { Reply } from '../contract/problem.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { LabToWeb, WebToLab } from '../processes/messages/web-messages.js'
import type { ChildHandle, Exit } from './child-handle.js'
import { whenReady } from './start-answer.js'
import { exitFact, forkEntry, killChild, stopChild, type Surroundings } from './surroundings.js'

export const WEB = 'web'

/** A request that takes longer than this to end is cut off by a restart. */
const STOPPED_WITHIN_MS = 5_000

type Web = ChildHandle<LabToWeb, WebToLab>

export class WebProcess {
  readonly #surroundings: Surroundings
  readonly #open = new Set<string>()
  #child: Web | null = null
  #port: number | null = null
  /** The port of the last time: a learner's browser tab stays right over a restart. */
  #wantedPort = 0
  #expecting = false

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  get running(): boolean {
    return this.#child !== null
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /** Null while it does not answer. */
  get port(): number | null {
    return this.#port
  }

  /** Requests that have not been answered yet. */
  get openRequests(): number {
    return this.#open.size
  }

  async start(environment: LearnerEnvironment, signal?: AbortSignal): Promise<Reply<null>> {
    const { book } = this.#surroundings
    this.#expecting = false
    const child: Web = forkEntry('web', WEB, this.#surroundings)
    this.#child = child
    book.started(WEB, child.pid)
    child.onMessage((message) => this.#hear(child, message))
    child.onExit((exit) => this.#ended(child, exit))
    child.send({ kind: 'start', environment, appModule: 'web', port: this.#wantedPort })
    const reply = await whenReady({
      name: WEB,
      child,
      surroundings: this.#surroundings,
      kill: () => this.kill(),
      signal,
    })
    if (!reply.ok) this.#wantedPort = 0 // perhaps somebody else has it now
    return reply
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#expecting = true
    this.#surroundings.book.stopping(WEB)
    await stopChild(child, { kind: 'stop' }, STOPPED_WITHIN_MS)
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#expecting = true
    await killChild(child)
  }

  #hear(child: Web, message: WebToLab): void {
    const { book, tell } = this.#surroundings
    switch (message.kind) {
      case 'ready':
        this.#port = message.port
        this.#wantedPort = message.port
        tell({ kind: 'code-loaded', process: WEB, pid: child.pid, fingerprint: message.fingerprint, tasks: [] })
        book.ready(WEB, message.fingerprint)
        return
      case 'refused':
        tell({ kind: 'code-refused', process: WEB, fingerprint: message.fingerprint, problem: message.problem })
        return
      case 'importing':
        return // for start-answer.ts
      case 'request': {
        const { requestId, method, path } = message
        this.#open.add(requestId)
        tell({ kind: 'http-request', requestId, method, path })
        return
      }
      case 'response': {
        const { kind: _kind, ...response } = message
        this.#open.delete(response.requestId)
        tell({ kind: 'http-response', ...response, webPid: child.pid })
        return
      }
    }
  }

  #ended(child: Web, exit: Exit): void {
    if (this.#child === child) this.#child = null
    this.#port = null
    this.#open.clear()
    this.#surroundings.book.exited(WEB, exitFact(exit, this.#expecting))
  }
}
