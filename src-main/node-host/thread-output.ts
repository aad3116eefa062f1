/**
 * What the learner's code prints and logs, on its way to the worker's log. As Celery: a worker's stdout and stderr are
 * redirected, each write is a record, unless `worker_redirect_stdouts` is off. Code that says more than can be written waits.
 */
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { isLogLevel, type LogLevel } from '../engine/ports/log-record.js'
import { maxUnsentLogBytes, type TaskLogRecord } from '../engine/trace/task-runner.js'
import { sharedSlot, type ThreadToHost } from './thread-messages.js'

export class ThreadOutput {
  private readonly post: (message: ThreadToHost) => void
  private readonly shared: Int32Array
  /** null: prints are plain text. */
  private printLevel: LogLevel | null

  constructor(parts: {
    readonly post: (message: ThreadToHost) => void
    readonly shared: Int32Array
    readonly printsAreRecords: boolean
  }) {
    this.post = parts.post
    this.shared = parts.shared
    this.printLevel = parts.printsAreRecords ? 'WARNING' : null
  }

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
        const [level, message] = [this.printLevel, text.trimEnd()]
        if (level === null) this.say({ kind: 'output', stream, text, bytes: Buffer.byteLength(text) })
        else if (message !== '') this.log({ level, loggerName: 'celery.redirected', message })
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
