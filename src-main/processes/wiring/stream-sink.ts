/** Log text to one of the process's own streams: a slow reader makes the writer wait instead of filling the memory. */
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import type { LogSink } from '../../engine/ports/log.js'

/** Of a process, or of a terminal that shows one. */
export type StandardStreams = Readonly<Record<'stdout' | 'stderr', LogSink>>

export function streamSink(stream: Writable): LogSink {
  let drained: Promise<void> | null = null
  stream.on('error', () => {}) // the reader is gone; there is nobody left to tell
  return (text) => {
    if (stream.destroyed) return Promise.resolve()
    if (stream.write(text)) return Promise.resolve()
    drained ??= new Promise((resolve) => {
      const settle = (): void => {
        drained = null
        resolve()
      }
      stream.once('drain', settle)
      stream.once('close', settle)
    })
    return drained
  }
}

/** Where a log goes: a file that grows, made when it is not there, or stderr. Trouble with the file is said on stderr. */
export function logStream(file: string | null): Writable {
  if (file === null) return process.stderr
  const stream = createWriteStream(file, { flags: 'a' })
  stream.on('error', (error) => process.stderr.write(`The log file cannot be written: ${error.message}\n`))
  return stream
}

/** Settles when everything written so far has left the process. */
export function flushed(stream: Writable): Promise<void> {
  if (stream.destroyed) return Promise.resolve()
  return new Promise((resolve) => stream.write('', () => resolve()))
}
