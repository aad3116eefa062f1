/**
 * The thread that is Python: starts it from the snapshot, then serves one request after another. Blocking is fine here:
 * a host call is posted to the main thread, and this thread sleeps on shared memory until the answer is there.
 * Started by python-host.ts with `workerData: ThreadStart`; built as out/main/python-thread.cjs.
 */
import { dirname } from 'node:path'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import type { PyodideAPI } from 'pyodide'
import type { PyProxy } from 'pyodide/ffi'
import { errorDetail, errorText } from '../contract/error-text.js'
import { maxUnsentLogBytes } from '../engine/trace/task-runner.js'
import type { HostCall, HostNote } from './host-calls.js'
import { takeInterrupt, takenWhenRead } from './interrupt-byte.js'
import { sealPython } from './seal-python.js'
import { startPython } from './start-python.js'
import {
  sharedSlot,
  type AnswerToThread,
  type HostToThread,
  type ThreadStart,
  type ThreadToHost,
} from './thread-messages.js'

/** How long a wait may go on before it looks for an interrupt; an interrupt also ends the wait by itself. */
const sliceMs = 50

const start = workerData as ThreadStart // written by python-host.ts
const answers = start.answers as unknown as MessagePort
const shared = new Int32Array(start.shared)
const interrupt = new Uint8Array(start.interrupt)
const host = parentPort as MessagePort // this file runs as a worker thread only
const tellHost = (message: ThreadToHost): void => host.postMessage(message)

/** Waits until the shared counter moves, an interrupt comes, or the time is over. */
function waitForWake(seen: number, timeoutMs: number, python: PyodideAPI): void {
  Atomics.wait(shared, sharedSlot.wake, seen, timeoutMs)
  python.checkInterrupt()
}

function makeBridge(python: PyodideAPI, publishing: (when: string, messageJson: string) => string) {
  let lastCall = 0
  let taken: Uint8Array | null = null
  let given: Uint8Array | null = null
  /** Calls that wait, and what came for each while one inside it was waiting: what is told may ask in its turn. */
  const waiting = new Map<number, AnswerToThread[]>()

  /** `onTold` hears what comes on the way to the answer. */
  const ask = (callJson: string, payload?: PyProxy, onTold?: (json: string) => void): string => {
    const id = ++lastCall
    const call = JSON.parse(callJson) as HostCall // written by bridge.py
    tellHost({ kind: 'host-call', id, call, payload: payload === undefined ? null : copyOf(payload) })
    waiting.set(id, [])
    try {
      return answered(id, onTold)
    } catch (error) {
      tellHost({ kind: 'call-given-up', id })
      throw error
    } finally {
      waiting.delete(id)
    }
  }

  const answered = (id: number, onTold?: (json: string) => void): string => {
    for (;;) {
      const seen = Atomics.load(shared, sharedSlot.wake)
      for (let message = nextFor(id); message !== undefined; message = nextFor(id)) {
        if (message.kind === 'question') answerQuestion(message)
        else if (message.kind === 'told') onTold?.(message.json)
        else {
          const { answer } = message
          if (!answer.ok) return JSON.stringify(answer)
          taken = answer.bytes ?? null
          return JSON.stringify({ ok: true, value: answer.value })
        }
      }
      waitForWake(seen, sliceMs, python)
    }
  }

  /** A question is for whoever waits innermost; what is for a call that is no more is passed over. */
  const nextFor = (id: number): AnswerToThread | undefined => {
    const kept = waiting.get(id)?.shift()
    if (kept !== undefined) return kept
    for (let got = receiveMessageOnPort(answers); got !== undefined; got = receiveMessageOnPort(answers)) {
      const message = got.message as AnswerToThread
      if (message.kind === 'question' || message.id === id) return message
      waiting.get(message.id)?.push(message)
    }
    return undefined
  }

  const answerQuestion = ({ question, when, messageJson }: Extract<AnswerToThread, { kind: 'question' }>): void => {
    let text: string | null = null
    try {
      text = publishing(when, messageJson)
    } finally {
      tellHost({ kind: 'question-answered', question, text })
    }
  }

  const tell = (noteJson: string): void => {
    const bytes = noteJson.length
    Atomics.add(shared, sharedSlot.unfinishedBytes, bytes)
    tellHost({ kind: 'note', note: JSON.parse(noteJson) as HostNote, bytes }) // written by bridge.py
    for (;;) {
      const seen = Atomics.load(shared, sharedSlot.wake)
      if (Atomics.load(shared, sharedSlot.unfinishedBytes) <= maxUnsentLogBytes) return
      waitForWake(seen, sliceMs, python)
    }
  }

  const pause = (seconds: number): void => {
    const end = performance.now() + seconds * 1000
    for (let left = seconds * 1000; left > 0; left = end - performance.now()) {
      waitForWake(Atomics.load(shared, sharedSlot.wake), Math.min(left, sliceMs), python)
    }
  }

  return {
    ask,
    tell,
    pause,
    takeBytes: (): Uint8Array => taken ?? new Uint8Array(0),
    giveBytes: (bytes: PyProxy): void => {
      given = copyOf(bytes)
    },
    givenBytes: (): Uint8Array | null => {
      const bytes = given
      given = null
      return bytes
    },
  }
}

function copyOf(bytes: PyProxy): Uint8Array {
  return bytes.toJs() as Uint8Array // Python's bytes
}

/** A function that Python can call and get nothing else from. */
function bare<F extends (...args: never[]) => unknown>(call: F): F {
  return Object.freeze(Object.setPrototypeOf(call, null)) as F
}

function writeFile(python: PyodideAPI, path: string, content: string | Uint8Array): void {
  python.FS.mkdirTree(dirname(path))
  python.FS.writeFile(path, content)
}

async function main(): Promise<void> {
  const python = await startPython(start.snapshotFile, (stream, text) => {
    tellHost({ kind: 'note', note: { kind: 'output', stream, text: `${text}\n` }, bytes: 0 })
  })
  python.FS.mkdirTree('/workspace')
  python.setInterruptBuffer(takenWhenRead(interrupt))
  const receivers = python.pyimport('lab_host.publishing') as PyProxy & {
    publishing(when: string, text: string): string
  }
  const bridge = makeBridge(python, (when, text) => receivers.publishing(when, text))
  const boot = python.pyimport('lab_host.boot') as PyProxy & { start(config: string): void }
  const door = python.pyimport('lab_host.bridge') as PyProxy & { connect(...calls: unknown[]): void }
  const handle = (
    boot as unknown as {
      handle: (request: string, body: Uint8Array | undefined, interrupted: boolean) => string
    }
  ).handle
  door.connect(bare(bridge.ask), bare(bridge.takeBytes), bare(bridge.giveBytes), bare(bridge.tell), bare(bridge.pause))
  const { pid, program, loglevel, processName, terminal } = start
  boot.start(JSON.stringify({ pid, program, loglevel, processName, terminal }))
  sealPython(python)
  host.on('message', (message: HostToThread) => {
    tellHost(serve(message))
  })
  tellHost({ kind: 'ready' })

  function serve({ id, request, files, body }: HostToThread): ThreadToHost {
    try {
      for (const file of files ?? []) writeFile(python, `/workspace/${file.name}`, file.bytes)
      const interrupted = takeInterrupt(interrupt) !== 0 // Python would look at it before it knows of the request
      const answerJson = handle(JSON.stringify(request), body, interrupted)
      // A dead interpreter answers nothing at all.
      if (typeof answerJson !== 'string') return { kind: 'broke', id, message: 'the interpreter has died' }
      return { kind: 'answer', id, answerJson, bytes: bridge.givenBytes() }
    } catch (error) {
      const type = (error as { type?: unknown }).type // pyodide's PythonError names the Python class
      if (['TaskEndedPython', 'SystemExit', 'KeyboardInterrupt'].includes(String(type)))
        return { kind: 'python-exit', id }
      return { kind: 'broke', id, message: errorText(error) }
    }
  }
}

main().catch((error: unknown) => {
  tellHost({ kind: 'broke', id: 0, message: errorDetail(error) })
})
