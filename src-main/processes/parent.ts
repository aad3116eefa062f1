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
    send: (message) => new Promise((resolve) => tellParent(message, resolve)),
    onMessage: (listener) => {
      process.on('message', (message) => listener(message as In)) // the lab sends this union only
    },
  }
}

/**
 * `done` when the parent has taken it, and when nobody is there to take it. An error means that the parent is gone, which
 * `disconnect` tells; without a callback Node would end this process with it, and its traceback stand in a terminal.
 */
export function tellParent(message: unknown, done: () => void = () => {}): void {
  if (process.send === undefined || !process.connected) return done()
  process.send(message, () => done())
}
