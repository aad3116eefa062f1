/**
 * The main thread's half of a Python: starts the thread, hands it one request after another, answers its host calls,
 * passes its log on and interrupts it. Python itself is in python-thread.ts.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { hostname } from 'node:os'
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import type { AppPort, CodeBeside, TaskLogRecord } from '../engine/trace/task-runner.js'
import { answerHostCall } from './answer-host-calls.js'
import type { HostNote, TypedLine } from './host-calls.js'
import { setInterrupt, takeInterrupt } from './interrupt-byte.js'
import { forbidCodeFromStrings } from './seal-python.js'
import { ServiceSockets } from './service-sockets.js'
import {
  sharedBytes,
  sharedSlot,
  keyboardSignal,
  softTimeLimitSignal,
  type AnswerToThread,
  type HostToThread,
  type PythonAnswer,
  type PythonRequest,
  type ThreadStart,
  type PublishQuestion,
  type ThreadToHost,
} from './thread-messages.js'

export interface PythonHostOptions {
  /** out/main/python-thread.cjs */
  readonly threadFile: string
  readonly snapshotFile: string
  /** sys.argv[0] of the process: `celery`, `web.py`. */
  readonly program: string
  /** A worker's root logger level; null: prints are plain text for onOutput. */
  readonly loglevel: string | null
  readonly processName?: string
  /** The log goes to a terminal. */
  readonly terminal?: boolean
  readonly app: AppPort
  /** Both settle when the text was taken; a thread that prints faster waits. */
  readonly onLog: (record: TaskLogRecord) => Promise<void>
  readonly onOutput: (stream: 'stdout' | 'stderr', text: string) => Promise<void>
  /** input() of a Python that is typed into; absent: the end of input, at once. `signal`: an interrupt has ended the wait. */
  readonly readLine?: (signal: AbortSignal) => Promise<TypedLine>
  /**
   * There is no Python any more, and the process is to end with this code: 0 after sys.exit() in a task (as Celery's
   * child), 1 when the interpreter itself died, which was told to onOutput.
   */
  readonly onPythonExit: (code: number) => void
}

interface Waiting {
  readonly resolve: (answer: { readonly json: string; readonly bytes: Uint8Array | null }) => void
  readonly reject: (error: Error) => void
}

export class PythonHost {
  readonly #options: PythonHostOptions
  readonly #sockets = new ServiceSockets()
  readonly #shared = new Int32Array(new SharedArrayBuffer(sharedBytes))
  readonly #interrupt = new Uint8Array(new SharedArrayBuffer(4))
  readonly #waiting = new Map<number, Waiting>()
  #notes: Promise<void> = Promise.resolve()
  /** The last input() that was asked for. */
  #readingLine: AbortController | null = null
  #worker: Worker | null = null
  #answers: MessagePort | null = null
  #lastId = 0
  /** Set while a call of Python's is carried out: what it sends is asked about while Python waits. */
  readonly #underCall = new AsyncLocalStorage<number>()
  readonly #questions = new Map<number, (text: string | null) => void>()
  #lastQuestion = 0
  #beside: CodeBeside | null = null

  constructor(options: PythonHostOptions) {
    this.#options = options
  }

  /** Answers when Python is up; its modules are there, no code of the learner's is loaded. */
  async start(): Promise<void> {
    forbidCodeFromStrings()
    const { port1, port2 } = new MessageChannel()
    const { snapshotFile, program, loglevel, processName = 'MainProcess', terminal = false, threadFile } = this.#options
    const workerData = {
      snapshotFile,
      program,
      loglevel,
      processName,
      terminal,
      shared: this.#shared.buffer,
      interrupt: this.#interrupt.buffer,
      answers: port2,
      pid: process.pid,
    }
    this.#answers = port1
    const ready = new Promise<void>((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => resolve(), reject })
    })
    this.#worker = new Worker(threadFile, {
      workerData: workerData satisfies WorkerData,
      transferList: [port2],
      env: {},
    })
    this.#worker.on('message', (message: ThreadToHost) => this.#onMessage(message))
    this.#worker.on('error', (error) => this.#allFail(error))
    this.#worker.on('exit', () => this.#allFail(new Error('the Python thread ended')))
    await ready
  }

  /** Which addresses Python's sockets may reach; goes with `load`. */
  get sockets(): ServiceSockets {
    return this.#sockets
  }

  get hostname(): string {
    return hostname()
  }

  /** One at a time is served; further ones wait their turn in the thread's own queue. */
  async request<R extends PythonRequest>(
    request: R,
    carried: Pick<HostToThread, 'files' | 'body'> = {},
  ): Promise<{ readonly answer: PythonAnswer<R>; readonly bytes: Uint8Array | null }> {
    const worker = this.#worker
    if (worker === null) throw new Error('Python is not running')
    const id = ++this.#lastId
    const answered = new Promise<{ json: string; bytes: Uint8Array | null }>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
    })
    worker.postMessage({ kind: 'request', id, request, ...carried } satisfies HostToThread)
    const { json, bytes } = await answered
    await this.#notes // what was printed before the answer is out before the answer counts
    return { answer: JSON.parse(json) as PythonAnswer<R>, bytes } // boot.py answers in this shape
  }

  /** Before a task: an interrupt that came just after the one before had ended is nobody's. */
  forgetInterrupt(): void {
    takeInterrupt(this.#interrupt)
  }

  /** Raises SoftTimeLimitExceeded in the task that runs now, in a busy loop as in a sleep. */
  interrupt(): void {
    setInterrupt(this.#interrupt, softTimeLimitSignal)
    this.#wake()
  }

  /** Ctrl+C: KeyboardInterrupt in the statement that runs now. */
  interruptFromKeyboard(): void {
    setInterrupt(this.#interrupt, keyboardSignal)
    this.#wake()
  }

  /** Code of another language whose functions Python may call from now on, instead of any that was there before. */
  async standBeside(code: CodeBeside): Promise<void> {
    const before = this.#beside
    this.#beside = code
    await before?.close()
  }

  async close(): Promise<void> {
    await this.#beside?.close()
    const worker = this.#worker
    this.#worker = null
    this.#sockets.closeAll()
    await worker?.terminate()
    this.#answers?.close()
    this.#answers = null
  }

  #wake(): void {
    Atomics.add(this.#shared, sharedSlot.wake, 1)
    Atomics.notify(this.#shared, sharedSlot.wake)
  }

  #onMessage(message: ThreadToHost): void {
    switch (message.kind) {
      case 'ready':
        this.#settle(0, (waiting) => waiting.resolve({ json: '', bytes: null }))
        return
      case 'answer':
        this.#settle(message.id, (waiting) => waiting.resolve({ json: message.answerJson, bytes: message.bytes }))
        return
      case 'broke':
        this.#broke(message)
        return
      case 'python-exit':
        this.#options.onPythonExit(0)
        return
      case 'host-call':
        void this.#answer(message)
        return
      case 'question-answered': {
        const asked = this.#questions.get(message.question)
        this.#questions.delete(message.question)
        asked?.(message.text)
        return
      }
      case 'call-given-up': // its answer will be passed over
        this.#readingLine?.abort()
        return
      case 'note':
        this.#notes = this.#notes.then(() => this.#take(message.note)).finally(() => this.#finished(message.bytes))
    }
  }

  /** Without a thread there is no start; later it is the end of this process, and its parent sees a lost worker. */
  #broke({ id, message }: Extract<ThreadToHost, { kind: 'broke' }>): void {
    if (id === 0) return this.#settle(0, (waiting) => waiting.reject(new Error(`Python did not start: ${message}`)))
    void this.#notes
      .then(() => this.#options.onOutput('stderr', `The Python interpreter died: ${message}\n`))
      .finally(() => this.#options.onPythonExit(1))
  }

  async #answer({ id, call, payload }: Extract<ThreadToHost, { kind: 'host-call' }>): Promise<void> {
    const publishing = {
      before: (messageJson: string) => this.#publishing({ when: 'before', messageJson }),
      after: async (messageJson: string) => void (await this.#publishing({ when: 'after', messageJson })),
    }
    const tell = (json: string): void => {
      this.#answers?.postMessage({ kind: 'told', id, json } satisfies AnswerToThread)
      this.#wake()
    }
    const { app } = this.#options
    const [sockets, beside] = [this.#sockets, this.#beside]
    const parts = { app, sockets, beside, publishing, tell, readLine: () => this.#readLine() }
    const answer = await this.#underCall.run(id, () => answerHostCall(call, payload, parts))
    this.#answers?.postMessage({ kind: 'answer', id, answer } satisfies AnswerToThread)
    this.#wake()
  }

  /** After what was printed before it: that is the question. */
  async #readLine(): Promise<TypedLine> {
    const { readLine } = this.#options
    if (readLine === undefined) return { kind: 'end' }
    const reading = new AbortController()
    this.#readingLine = reading
    await this.#notes
    return readLine(reading.signal)
  }

  /** The receivers of a message. Python waits in a call of its own when that call is what sends; else it is idle. */
  async #publishing(asked: PublishQuestion): Promise<string> {
    if (this.#underCall.getStore() === undefined) {
      return (await this.request({ kind: 'publishing', ...asked })).answer
    }
    const question = ++this.#lastQuestion
    const text = await new Promise<string | null>((resolve) => {
      this.#questions.set(question, resolve)
      this.#answers?.postMessage({ kind: 'question', question, ...asked } satisfies AnswerToThread)
      this.#wake()
    })
    if (text === null) throw new Error('an interrupt ended what was to be asked about the message')
    return text
  }

  async #take(note: HostNote): Promise<void> {
    if (note.kind === 'close') return this.#sockets.close(note.socket)
    if (note.kind === 'exit') return this.#options.onPythonExit(note.code)
    if (note.kind === 'output') return this.#options.onOutput(note.stream, note.text)
    const { kind: _log, ...record } = note
    return this.#options.onLog(record)
  }

  #finished(bytes: number): void {
    Atomics.sub(this.#shared, sharedSlot.unfinishedBytes, bytes)
    this.#wake()
  }

  #settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (waiting !== undefined) how(waiting)
  }

  #allFail(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (waiting) => waiting.reject(error))
  }
}

type WorkerData = Omit<ThreadStart, 'answers'> & { readonly answers: MessagePort }
