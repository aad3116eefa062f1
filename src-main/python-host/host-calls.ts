/**
 * What Python may ask of its process, call by call: sending and reading results through the engine, and sockets to the
 * lab's services. Python's side is resources/python/lab_host/bridge.py; both sides speak JSON, bytes travel beside it.
 */
import type { AppPort, BodyAnswer, BodyCall, TaskInfo } from '../engine/trace/task-runner.js'

export interface HostCalls {
  'send-task': { ask: { readonly ask: Parameters<AppPort['sendTask']>[0] }; answer: { readonly taskId: string } }
  /** A function written in another language, beside the code. */
  'call-body': { ask: BodyCall; answer: BodyAnswer }
  /** Settings that code has changed since it was told them; comes before what is to follow them. */
  configure: {
    ask: {
      readonly conf: Parameters<AppPort['configure']>[0]
      /** At the prompt, where no load has told them. */
      readonly tasks?: readonly TaskInfo[]
    }
    answer: null
  }
  /** input() at the prompt. */
  'read-line': { ask: Record<never, never>; answer: TypedLine }
  /** Whether messages are to be asked about before they go, and told of after. */
  'listen-to-publishing': { ask: { readonly before: boolean; readonly after: boolean }; answer: null }
  /** The document as JSON text. */
  'result-meta': { ask: { readonly taskId: string }; answer: string }
  /** `tells`: the documents on the way, and each second that passes. */
  'wait-for-result': {
    ask: { readonly taskId: string; readonly timeoutSeconds: number | null; readonly tells?: boolean }
    answer: string
  }
  'wait-for-results': { ask: Parameters<AppPort['waitForResults']>[0]; answer: string }
  'store-state': {
    ask: {
      readonly taskId: string
      readonly state: string
      readonly metaJson: string
      readonly requestJson: string
      readonly traceback?: string | null
    }
    answer: null
  }
  /** The request and the replies as JSON text. */
  broadcast: { ask: { readonly requestJson: string }; answer: string }
  purge: { ask: Record<never, never>; answer: number }
  forget: { ask: { readonly taskId: string }; answer: null }
  'send-canvas': {
    ask: { readonly ask: Parameters<AppPort['sendCanvas']>[0] }
    answer: Awaited<ReturnType<AppPort['sendCanvas']>>
  }
  freeze: { ask: Parameters<AppPort['freeze']>[0]; answer: Awaited<ReturnType<AppPort['freeze']>> }
  'save-group': { ask: { readonly groupId: string; readonly resultJson: string }; answer: null }
  /** As JSON text. */
  'saved-group': { ask: { readonly groupId: string }; answer: string }
  'delete-group': { ask: { readonly groupId: string }; answer: null }
  'enlarge-chord': { ask: { readonly groupId: string }; answer: null }
  connect: {
    ask: {
      readonly host: string
      readonly port: number
      readonly timeoutMs: number | null
      /** Who asks, for the ledger: the task that runs now, when one does. */
      readonly task: { readonly id: string | null; readonly attempt: number } | null
    }
    answer: { readonly socket: number; readonly localPort: number }
  }
  /** With the bytes as payload; answered when the system has taken them. */
  send: { ask: { readonly socket: number; readonly timeoutMs: number | null }; answer: null }
  /** Answered with bytes; none at the end of the stream. */
  receive: {
    ask: { readonly socket: number; readonly maxBytes: number; readonly timeoutMs: number | null }
    answer: null
  }
  shutdown: { ask: { readonly socket: number }; answer: null }
}

/** What a learner does when input() asks: Enter, Ctrl+D (the end of input), Ctrl+C. */
export type TypedLine = { readonly kind: 'line'; readonly line: string } | { readonly kind: 'end' | 'interrupt' }

export type HostCallKind = keyof HostCalls
export type HostCall = { [K in HostCallKind]: { readonly kind: K } & HostCalls[K]['ask'] }[HostCallKind]

/** `code` is an errno's name, `ECONNREFUSED`: Python gives it its number and its class. */
export interface HostCallError {
  readonly name: string
  readonly message: string
  readonly code?: string
}

export type HostAnswer =
  | { readonly ok: true; readonly value: unknown; readonly bytes?: Uint8Array }
  | { readonly ok: false; readonly error: HostCallError }

/** What Python tells without waiting for an answer. */
export type HostNote =
  | {
      readonly kind: 'log'
      readonly level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'
      readonly loggerName: string
      readonly message: string
      readonly task?: { readonly name: string; readonly id: string } | null
      readonly formatted?: boolean
    }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'close'; readonly socket: number }
  /** os._exit(): Python waits for the end of its process. */
  | { readonly kind: 'exit'; readonly code: number }
