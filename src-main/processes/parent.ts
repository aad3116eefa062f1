/**
 * The IPC channel of a process that the lab forked: typed sends, and an end when the parent is gone. The main thread
 * hears of that even while Python is in an endless loop, because Python has a thread of its own.
 */
export interface Parent<In, Out> {
  /** Settles when the parent has taken it; at once when there is no parent any more. */
  send(message: Out): Promise<void>
  onMessage(listener: (message: In) => void): void
}

export function parentProcess<In, Out>(): Parent<In, Out> {
  process.on('disconnect', () => process.exit(0))
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined || !process.connected) return resolve()
        // An error here means that the parent is gone; `disconnect` follows.
        process.send(message, () => resolve())
      }),
    onMessage: (listener) => {
      process.on('message', (message) => listener(message as In)) // the lab sends this union only
    },
  }
}
