/** Log text to one of the process's own streams: a slow reader makes the writer wait instead of filling the memory. */
import type { Writable } from 'node:stream'
import type { LogSink } from '../../engine/ports/log.js'

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

/** Settles when everything written so far has left the process. */
export function flushed(stream: Writable): Promise<void> {
  if (stream.destroyed) return Promise.resolve()
  return new Promise((resolve) => stream.write('', () => resolve()))
}
