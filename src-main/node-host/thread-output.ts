/**
 * What the learner's code prints and logs, on its way to the worker's log. As Celery: a worker's stdout and stderr are
 * redirected, each write is a record at WARNING. A task that says more than can be written waits.
 */
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { maxUnsentLogBytes, type TaskLogRecord } from '../engine/trace/task-runner.js'
import { sharedSlot, type ThreadToHost } from './thread-messages.js'

export class ThreadOutput {
  private readonly post: (message: ThreadToHost) => void
  private readonly shared: Int32Array

  constructor(post: (message: ThreadToHost) => void, shared: Int32Array) {
    this.post = post
    this.shared = shared
  }

  log(record: TaskLogRecord): void {
    const bytes = Buffer.byteLength(record.message)
    const before = Atomics.add(this.shared, sharedSlot.unwrittenBytes, bytes)
    this.post({ kind: 'log', record, bytes })
    for (let unwritten = before + bytes; unwritten > maxUnsentLogBytes;) {
      Atomics.wait(this.shared, sharedSlot.unwrittenBytes, unwritten)
      unwritten = Atomics.load(this.shared, sharedSlot.unwrittenBytes)
    }
  }

  /** From now on `console` and the two streams of this thread are records of the log. */
  redirect(): void {
    const [stdout, stderr] = [this.stream(), this.stream()]
    process.stdout.write = stdout.write.bind(stdout) // Node itself speaks to the two streams, so they stay
    process.stderr.write = stderr.write.bind(stderr)
    globalThis.console = new Console({ stdout, stderr, colorMode: false })
  }

  private stream(): Writable {
    return new Writable({
      decodeStrings: false,
      write: (chunk: string | Uint8Array, _encoding, done) => {
        const message = (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).trimEnd()
        if (message !== '') this.log({ level: 'WARNING', loggerName: 'celery.redirected', message })
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
