/**
 * What the learner's code prints and logs, on its way to the worker's log. As Celery: a worker's stdout and stderr are
 * redirected, each write is a record, unless `worker_redirect_stdouts` is off. Code that says more than can be written waits.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { Celery } from '../engine/app/celery.js'
import { CodeLogging } from '../engine/app/code-logging.js'
import { isLogLevel, type LogLevel } from '../engine/ports/log-record.js'
import { maxUnsentLogBytes, type TaskLogRecord } from '../engine/trace/task-runner.js'
import { sharedSlot, type ThreadToHost } from './thread-messages.js'

export class ThreadOutput {
  private readonly post: (message: ThreadToHost) => void
  private readonly shared: Int32Array
  /** null: prints are plain text. */
  private printLevel: LogLevel | null
  /** Of the code's own; null: records go straight to the worker's log. */
  private logging: CodeLogging | null = null
  /** Set in the code's own handlers, and in whatever they wait for. */
  private readonly inHandlers = new AsyncLocalStorage<true>()

  constructor(parts: {
    readonly post: (message: ThreadToHost) => void
    readonly shared: Int32Array
    readonly printsAreRecords: boolean
  }) {
    this.post = parts.post
    this.shared = parts.shared
    this.printLevel = parts.printsAreRecords ? 'WARNING' : null
  }

  /** As a worker does once its app is loaded. True: the code has logging of its own. */
  async setUpLogging({ signals, changes }: Pick<Celery, 'signals' | 'changes'>, level: LogLevel): Promise<boolean> {
    const logging = new CodeLogging({ signals, level, conf: changes, write: (record) => this.log(record) })
    if (!(await logging.setUp())) return false
    this.logging = logging
    if (signals.setupLogging.hasReceivers) this.printLevel = null // As Celery: then prints are the code's business as well
    return true
  }

  /** By way of the code's own logging, where it has some. */
  record(record: TaskLogRecord): Promise<unknown> {
    if (this.logging === null) return Promise.resolve(this.log(record))
    const { logging } = this
    return this.inHandlers.run(true, () => logging.log(record))
  }

  /** Straight to the worker's log. */
  log(record: TaskLogRecord): void {
    this.say({ kind: 'log', record, bytes: Buffer.byteLength(record.message) })
  }

  /** The app's settings say what becomes of prints in a process whose prints are records. */
  use({
    worker_redirect_stdouts: redirects,
    worker_redirect_stdouts_level: level,
  }: Readonly<Record<string, unknown>>): void {
    if (this.printLevel === null) return
    if (redirects === false) this.printLevel = null
    else if (typeof level === 'string' && isLogLevel(level)) this.printLevel = level
  }

  private say(message: Extract<ThreadToHost, { kind: 'log' | 'output' }>): void {
    const { bytes } = message
    const before = Atomics.add(this.shared, sharedSlot.unwrittenBytes, bytes)
    this.post(message)
    for (let unwritten = before + bytes; unwritten > maxUnsentLogBytes;) {
      Atomics.wait(this.shared, sharedSlot.unwrittenBytes, unwritten)
      unwritten = Atomics.load(this.shared, sharedSlot.unwrittenBytes)
    }
  }

  /** From now on `console` and the two streams of this thread go this way. */
  redirect(): void {
    const [stdout, stderr] = [this.stream('stdout'), this.stream('stderr')]
    process.stdout.write = stdout.write.bind(stdout) // Node itself speaks to the two streams, so they stay
    process.stderr.write = stderr.write.bind(stderr)
    globalThis.console = new Console({ stdout, stderr, colorMode: false })
  }

  private stream(stream: 'stdout' | 'stderr'): Writable {
    return new Writable({
      decodeStrings: false,
      write: (chunk: string | Uint8Array, _encoding, done) => {
        const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
        // A handler that prints must not log what it prints.
        const [level, message] = [this.inHandlers.getStore() === true ? null : this.printLevel, text.trimEnd()]
        if (level === null) this.say({ kind: 'output', stream, text, bytes: Buffer.byteLength(text) })
        else if (message !== '') void this.record({ level, loggerName: 'celery.redirected', message })
        done()
      },
    })
  }
}

/** The main thread's half: it has written so many bytes. */
export function wasWritten(shared: Int32Array, bytes: number): void {
  Atomics.sub(shared, sharedSlot.unwrittenBytes, bytes)
  Atomics.notify(shared, sharedSlot.unwrittenBytes)
}
