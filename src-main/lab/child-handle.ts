/**
 * One forked process of the lab: typed messages both ways, its text, its end. Whoever waits for an answer gets one
 * in any case: the message, or that the process ended, or that time ran out. Nothing waits for a process that is gone.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { parse } from 'node:path'
import type { Readable } from 'node:stream'

export interface ForkOptions {
  readonly execPath: string
  /** The built entry, `…/worker.cjs`. */
  readonly entry: string
}

export interface Exit {
  readonly code: number | null
  readonly signal: string | null
  /** Why it could not be started at all. */
  readonly error?: Error
}

export type Awaited<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'exited'; readonly exit: Exit }
  | { readonly kind: 'too-late' }
  | { readonly kind: 'aborted' }

export interface WaitLimits<FromChild = never> {
  readonly timeoutMs: number
  /** A message after which there is so much time from now on; null: as before. */
  readonly moreMs?: (message: FromChild) => number | null
  readonly signal?: AbortSignal | undefined
}

const TEXT_AFTER_EXIT_MS = 1_000

type Listener<T> = (value: T) => void

export class ChildHandle<ToChild extends object, FromChild extends { readonly kind: string }> {
  readonly #options: ForkOptions
  readonly #messageListeners = new Set<Listener<FromChild>>()
  readonly #exitListeners = new Set<Listener<Exit>>()
  #child: ChildProcess | null = null
  #exit: Exit | null = null
  #pid = 0

  constructor(options: ForkOptions) {
    this.#options = options
  }

  get pid(): number {
    return this.#pid
  }

  get exit(): Exit | null {
    return this.#exit
  }

  get running(): boolean {
    return this.#child !== null && this.#exit === null
  }

  start(): void {
    const child = fork(this.#options.entry, [], {
      execPath: this.#options.execPath,
      execArgv: [],
      // A folder that only the system's owner writes: redis-memory-server takes the package.json of its working folder and of
      // those above for its settings, code to run among them. In the temporary folder it could be anybody's.
      cwd: parse(process.execPath).root,
      env: childEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child = child
    this.#pid = child.pid ?? 0
    // The messages are written by our own entries, built together with this file: their unions are trusted here and nowhere else.
    child.on('message', (message) => this.#tell(message as unknown as FromChild))
    child.once('exit', (code, signal) => this.#end({ code, signal }))
    child.on('error', (error) => {
      if (child.pid === undefined) this.#end({ code: null, signal: null, error })
    })
  }

  /** Text as it comes. A process's own children write to the same pipes, and may live a little longer than it. */
  onText(listener: (stream: 'stdout' | 'stderr', chunk: Buffer) => void): void {
    listenTo(this.#child?.stdout, (chunk) => listener('stdout', chunk))
    listenTo(this.#child?.stderr, (chunk) => listener('stderr', chunk))
  }

  /** Nothing more will be written: all ends of its pipes are closed, or it ended a second ago. */
  onTextEnd(listener: () => void): void {
    let told = false
    const once = (): void => {
      if (!told) listener()
      told = true
    }
    this.#child?.once('close', once)
    this.onExit(() => setTimeout(once, TEXT_AFTER_EXIT_MS).unref())
  }

  onMessage(listener: Listener<FromChild>): void {
    this.#messageListeners.add(listener)
  }

  onExit(listener: Listener<Exit>): void {
    if (this.#exit !== null) listener(this.#exit)
    else this.#exitListeners.add(listener)
  }

  /** False when there is nobody to read it. */
  send(message: ToChild): boolean {
    if (this.#child?.connected !== true) return false
    this.#child.send(message, () => undefined) // an error means it is going away, which 'exit' tells
    return true
  }

  /** The first message that `wanted` accepts from now on, or why none will come. */
  next<Wanted extends FromChild>(
    wanted: (message: FromChild) => message is Wanted,
    limits: WaitLimits<FromChild>,
  ): Promise<Awaited<Wanted>> {
    return new Promise((resolve) => {
      const finish = (answer: Awaited<Wanted>): void => {
        clearTimeout(timer)
        limits.signal?.removeEventListener('abort', onAbort)
        this.#messageListeners.delete(onMessage)
        this.#exitListeners.delete(onExit)
        resolve(answer)
      }
      const onMessage = (message: FromChild): void => {
        if (wanted(message)) return finish({ kind: 'message', message })
        const moreMs = limits.moreMs?.(message) ?? null
        if (moreMs === null) return
        clearTimeout(timer)
        timer = setTimeout(tooLate, moreMs)
      }
      const onExit = (exit: Exit): void => finish({ kind: 'exited', exit })
      const onAbort = (): void => finish({ kind: 'aborted' })
      const tooLate = (): void => finish({ kind: 'too-late' })
      let timer = setTimeout(tooLate, limits.timeoutMs)
      limits.signal?.addEventListener('abort', onAbort)
      this.#messageListeners.add(onMessage)
      if (limits.signal?.aborted === true) onAbort()
      else this.onExit(onExit)
    })
  }

  /** True when it has ended within the time. */
  exitedWithin(timeoutMs: number): Promise<boolean> {
    return this.next((message): message is never => message === null, { timeoutMs }).then(
      (answer) => answer.kind === 'exited',
    )
  }

  kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): void {
    if (this.running) this.#child?.kill(signal)
  }

  /** Closes the channel, as the end of this process would. */
  disconnect(): void {
    if (this.#child?.connected === true) this.#child.disconnect()
  }

  #tell(message: FromChild): void {
    for (const listener of [...this.#messageListeners]) listener(message)
  }

  #end(exit: Exit): void {
    if (this.#exit !== null) return
    this.#exit = exit
    // A grandchild that outlives it holds the pipes open: do not let that keep this process alive.
    for (const stream of [this.#child?.stdout, this.#child?.stderr])
      (stream as { unref?: () => void } | null | undefined)?.unref?.()
    const listeners = [...this.#exitListeners]
    this.#exitListeners.clear()
    for (const listener of listeners) listener(exit)
  }
}

function listenTo(stream: Readable | null | undefined, listener: (chunk: Buffer) => void): void {
  stream?.on('data', listener)
  stream?.on('error', () => undefined) // the writer is gone; 'exit' tells
}

/**
 * Ours, as plain Node. NODE is taken out because redis-memory-server starts its watchdog with it, and in a packaged app
 * that Node cannot read the app's archive; NODE_OPTIONS because they are for whoever started us.
 */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE: _node, NODE_OPTIONS: _options, NODE_CHANNEL_FD: _channel, ...environment } = process.env
  return { ...environment, ELECTRON_RUN_AS_NODE: '1' }
}
