/**
 * The engine's TaskRunner for TypeScript and JavaScript: what a pool process runs its tasks with. The modules live in a
 * thread, so that this process answers its worker, and ends with it, whatever they do.
 */
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { LogLevel } from '../engine/ports/log-record.js'
import { parseJson } from '../engine/serialization/json.js'
import type { WireValue } from '../engine/serialization/wire-value.js'
import type {
  AfterwardsPart,
  BodyAnswer,
  BodyCall,
  CodeBeside,
  LoadResult,
  PublishTexts,
  RaisedError,
  TaskJob,
  TaskLogRecord,
  TaskOutcome,
  TaskRunner,
} from '../engine/trace/task-runner.js'
import { loadProblem, ProcessExit } from './load-problem.js'
import { filesOfModule } from './module-files.js'
import type { ModuleFile } from './module-loader.js'
import type { Service } from './service-sockets.js'
import {
  sharedBytes,
  sharedSlot,
  type HostToThread,
  type Sends,
  type ThreadAnswer,
  type ThreadRequest,
  type ThreadStart,
  type ThreadToHost,
} from './thread-messages.js'
import { wasWritten } from './thread-output.js'

export interface NodeRunnerOptions {
  readonly workdir: string
  readonly files: readonly ModuleFile[]
  readonly fingerprint: string
  /** `-A`: `tasks`, or `tasks:app`; of several, all are loaded, and the last app that is found is taken. */
  readonly modules: readonly string[]
  /** False: the modules need not hold an app. Default: true. */
  readonly wantsApp?: boolean
  /** Empty: what the code says. */
  readonly brokerUrl: string
  readonly resultBackend: string
  /** The lab's, to which connections say who is asking. */
  readonly services: readonly Service[]
  readonly sends: Sends
  /** process.env of the modules. */
  readonly environ: Readonly<Record<string, string>>
  /** out/main/node-thread.cjs */
  readonly threadFile: string
  /** Of the worker whose process this is; null: it is none of a worker. Default: null. */
  readonly nodename?: string | null
  /** Of the log in a worker's or beat's process, which the code may have a say in. Default: null, there is none. */
  readonly loglevel?: LogLevel | null
  /** False: prints are plain text, as in a process without a worker's log. Default: true. */
  readonly printsAreRecords?: boolean
  /** Both settle when the text is written. */
  readonly onLog: (record: TaskLogRecord) => Promise<void>
  readonly onOutput: (stream: 'stdout' | 'stderr', text: string) => Promise<void>
  readonly onChild?: (parentId: string, childId: string) => void
  readonly onTree?: (parentId: string, tree: WireValue) => void
  /** Told of receivers in the code that want to be asked about each message that the process itself sends. */
  readonly hookPublishing?: (hooks: PublishTexts | null) => Promise<void>
  /** There is no thread any more, and the process is to end: process.exit() in a task, or an error that nobody caught. */
  readonly onExit: (code: number) => void
}

interface Waiting {
  readonly request: ThreadRequest
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

export function createNodeRunner(options: NodeRunnerOptions): TaskRunner & CodeBeside {
  return new NodeRunner(options)
}

class NodeRunner implements TaskRunner, CodeBeside {
  private readonly options: NodeRunnerOptions
  private readonly shared = new Int32Array(new SharedArrayBuffer(sharedBytes))
  private readonly waiting = new Map<number, Waiting>()
  private thread: Worker | null = null
  private written: Promise<void> = Promise.resolve()
  private lastId = 0
  private running: number | null = null
  private uncaught: Error | null = null

  constructor(options: NodeRunnerOptions) {
    this.options = options
  }

  load(): Promise<LoadResult> {
    const { workdir, files, brokerUrl, resultBackend, services, sends, environ, threadFile } = this.options
    const { modules, wantsApp = true, printsAreRecords = true, fingerprint } = this.options
    const { nodename = null, loglevel = null } = this.options
    const own = { nodename, loglevel, printsAreRecords, shared: this.shared.buffer }
    const workerData = { workdir, files, brokerUrl, resultBackend, services, sends, ...own }
    const addresses = { CELERY_BROKER_URL: brokerUrl, CELERY_RESULT_BACKEND: resultBackend }
    const env = { ...environ, ...Object.fromEntries(Object.entries(addresses).filter(([, url]) => url !== '')) }
    const thread = new Worker(threadFile, { workerData: workerData satisfies ThreadStart, env })
    this.thread = thread
    thread.on('message', (message: ThreadToHost) => this.onMessage(message))
    thread.on('error', (error) => this.onUncaught(error))
    thread.on('exit', (code) => this.onThreadExit(thread, code))
    return this.request({ kind: 'load', modules, wantsApp, fingerprint })
  }

  async run(job: TaskJob): Promise<TaskOutcome> {
    Atomics.store(this.shared, sharedSlot.interrupted, 0)
    try {
      this.running = this.lastId + 1
      return await this.request({ kind: 'run', job })
    } finally {
      this.running = null
    }
  }

  callBody(call: BodyCall): Promise<BodyAnswer> {
    return this.request({ kind: 'call-body', call })
  }

  afterwards(part: AfterwardsPart | 'end'): Promise<RaisedError | null> {
    return this.request({ kind: 'afterwards', part })
  }

  async signal(name: string, fieldsJson: string): Promise<void> {
    await this.request({ kind: 'signal', name, fieldsJson })
  }

  async log(record: TaskLogRecord): Promise<void> {
    await this.request({ kind: 'log', record })
  }

  softTimeLimit(): void {
    if (this.running === null) return
    Atomics.store(this.shared, sharedSlot.interrupted, 1)
    this.post({ kind: 'soft-time-limit', id: this.running })
  }

  async close(): Promise<void> {
    const { thread } = this
    if (thread === null) return
    await this.request({ kind: 'close' })
    this.thread = null
    await thread.terminate()
    await this.written
  }

  private async request<R extends ThreadRequest>(request: R): Promise<ThreadAnswer<R>> {
    if (this.thread === null) throw new Error('the thread of the modules is not running')
    const id = ++this.lastId
    const answered = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { request, resolve, reject }))
    this.post({ kind: 'request', id, request })
    const answer = await answered
    await this.written // what was said before the answer is written before the answer counts
    return answer as ThreadAnswer<R> // node-thread.ts answers in this shape
  }

  private post(message: HostToThread): void {
    this.thread?.postMessage(message)
  }

  private onMessage(message: ThreadToHost): void {
    switch (message.kind) {
      case 'answer':
        this.take(message.id)?.resolve(message.answer)
        return
      case 'broke':
        this.take(message.id)?.reject(new Error(message.message))
        return
      case 'log':
      case 'output':
        this.written = this.written
          .then(() => this.write(message))
          .finally(() => wasWritten(this.shared, message.bytes))
        return
      case 'listens-to-publishing':
        void this.options.hookPublishing?.(this.publishTexts(message))
        return
      case 'child':
        this.options.onChild?.(message.parentId, message.childId)
        return
      case 'tree':
        this.options.onTree?.(message.parentId, parseJson(message.treeJson))
    }
  }

  private publishTexts({ before, after }: { readonly before: boolean; readonly after: boolean }): PublishTexts | null {
    if (!before && !after) return null
    const ask = (when: 'before' | 'after', messageJson: string): Promise<string | null> =>
      this.request({ kind: 'publishing', when, messageJson })
    return {
      before: before ? async (text) => (await ask('before', text)) ?? text : null,
      after: after ? async (text) => void (await ask('after', text)) : null,
    }
  }

  private write(message: Extract<ThreadToHost, { kind: 'log' | 'output' }>): Promise<void> {
    const { onLog, onOutput } = this.options
    return message.kind === 'log' ? onLog(message.record) : onOutput(message.stream, message.text)
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    return waiting
  }

  /** As Node without a listener: an error in a timer, or a promise that nobody awaits, is the end. */
  private onUncaught(thrown: unknown): void {
    this.uncaught = thrown instanceof Error ? thrown : new Error(String(thrown))
    if (this.loading !== null) return // told as the reason why the code is refused
    const message = `An error that nobody caught ends this process: ${this.uncaught.stack ?? this.uncaught.message}`
    this.written = this.written.then(() =>
      this.options.onLog({ level: 'CRITICAL', loggerName: 'celery.worker', message }),
    )
  }

  private onThreadExit(thread: Worker, code: number): void {
    if (this.thread !== thread) return // we have ended it
    this.thread = null
    const { loading } = this
    if (loading === null) return void this.written.finally(() => this.options.onExit(code))
    const { fingerprint, modules, files, workdir, threadFile } = this.options
    const [module = ''] = (modules[0] ?? '').split(':')
    const [mainFile = module] = filesOfModule(
      module,
      files.map(({ name }) => name),
    )
    const error = this.uncaught ?? new ProcessExit(code)
    const given = { workdir, mainFile, ownFolder: dirname(threadFile) }
    loading.resolve({ kind: 'refused', fingerprint, error: loadProblem(error, given) } satisfies LoadResult)
  }

  private get loading(): Waiting | null {
    return [...this.waiting.values()].find(({ request }) => request.kind === 'load') ?? null
  }
}
