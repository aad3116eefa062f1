/**
 * One process's stdout and stderr as lines: to its terminal and, one fact each, to the record. A flood is counted and not kept:
 * over 2,000 lines or 512 kB a second the rest is left out, and one line says how much. A task may print 100 MB.
 */
import { StringDecoder } from 'node:string_decoder'
import type { LogLevel } from '../contract/feed.js'

export type TextStream = 'stdout' | 'stderr'

export interface ProcessTextOptions {
  readonly onLine: (stream: TextStream, line: string) => void
  /** Lines for the terminal, each with its end. */
  readonly onText: (text: string) => void
  readonly nowMs: () => number
}

const LINES_A_SECOND = 2_000
const BYTES_A_SECOND = 512 * 1024
const WINDOW_MS = 1_000
const LONGEST_LINE = 4_000
const NEWLINE = 0x0a

interface StreamState {
  readonly decoder: StringDecoder
  /** The beginning of a line whose end has not come; never longer than a line may be. */
  begun: string
  /** Characters of that line beyond what is kept. */
  beyond: number
  /** The line that is coming began while lines were left out. */
  skipping: boolean
}

export class ProcessText {
  readonly #options: ProcessTextOptions
  readonly #streams: Readonly<Record<TextStream, StreamState>> = { stdout: newState(), stderr: newState() }
  #windowStartMs = 0
  #lines = 0
  #bytes = 0
  #leftOutLines = 0
  #leftOutBytes = 0
  #timer: NodeJS.Timeout | null = null

  constructor(options: ProcessTextOptions) {
    this.#options = options
  }

  take(stream: TextStream, chunk: Buffer): void {
    const state = this.#streams[stream]
    this.#turnWindow()
    const texts: string[] = []
    let from = 0
    while (from < chunk.length) {
      if (this.#isFull()) {
        this.#leaveOut(state, chunk.subarray(from))
        break
      }
      const end = chunk.indexOf(NEWLINE, from)
      const piece = chunk.subarray(from, end === -1 ? chunk.length : end)
      from = end === -1 ? chunk.length : end + 1
      this.#bytes += piece.length + 1
      this.#add(state, piece)
      if (end !== -1) texts.push(this.#endLine(stream, state))
    }
    if (texts.length > 0) this.#options.onText(texts.join(''))
  }

  /** The process has ended: what is begun is the last line. */
  close(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const state = this.#streams[stream]
      if (state.begun !== '') this.#options.onText(this.#endLine(stream, state))
    }
    this.#sayWhatWasLeftOut()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #add(state: StreamState, piece: Buffer): void {
    if (state.skipping) return
    const room = LONGEST_LINE - state.begun.length
    // Decoding megabytes of which 4,000 characters are kept would be work for nothing.
    const text = state.decoder.write(piece.length > room * 4 ? piece.subarray(0, room * 4) : piece)
    state.begun += text.slice(0, room)
    state.beyond += Math.max(0, text.length - room) + Math.max(0, piece.length - room * 4)
  }

  #endLine(stream: TextStream, state: StreamState): string {
    state.decoder.end()
    if (state.skipping) {
      state.skipping = false
      this.#leftOutLines += 1
      return ''
    }
    const cut = state.beyond > 0 ? `… (${count(state.beyond)} more characters in this line)` : ''
    const line = `${state.begun.replace(/\r$/, '')}${cut}`
    state.begun = ''
    state.beyond = 0
    this.#lines += 1
    this.#options.onLine(stream, line)
    return `${line}\n`
  }

  #isFull(): boolean {
    return this.#lines >= LINES_A_SECOND || this.#bytes >= BYTES_A_SECOND
  }

  #leaveOut(state: StreamState, rest: Buffer): void {
    for (let at = rest.indexOf(NEWLINE); at !== -1; at = rest.indexOf(NEWLINE, at + 1)) this.#leftOutLines += 1
    this.#leftOutBytes += rest.length
    state.begun = ''
    state.beyond = 0
    state.skipping = rest[rest.length - 1] !== NEWLINE
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#turnWindow()
    }, WINDOW_MS)
  }

  #turnWindow(): void {
    const now = this.#options.nowMs()
    if (now - this.#windowStartMs < WINDOW_MS) return
    this.#windowStartMs = now
    this.#lines = 0
    this.#bytes = 0
    this.#sayWhatWasLeftOut()
  }

  #sayWhatWasLeftOut(): void {
    if (this.#leftOutLines === 0 && this.#leftOutBytes === 0) return
    const line = `… ${count(this.#leftOutLines)} lines left out (${count(Math.ceil(this.#leftOutBytes / 1024))} kB)`
    this.#leftOutLines = 0
    this.#leftOutBytes = 0
    this.#options.onLine('stderr', line)
    this.#options.onText(`${line}\n`)
  }
}

function newState(): StreamState {
  return { decoder: new StringDecoder('utf8'), begun: '', beyond: 0, skipping: false }
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}

const LEVELS: ReadonlySet<string> = new Set<LogLevel>(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'])

/** `[2026-11-22 11:36:40,107: INFO/MainProcess] …` → INFO; a line of a traceback or a banner has none. */
export function levelOf(line: string): LogLevel | null {
  const level = /^(?:\u001b\[[0-9;]*m)*\[\d{4}-\d\d-\d\d [\d:,]+: ([A-Z]+)\//.exec(line)?.[1]
  return level !== undefined && isLevel(level) ? level : null
}

function isLevel(text: string): text is LogLevel {
  return LEVELS.has(text)
}

/** The record holds words; colours are the terminal's. */
export function withoutColours(line: string): string {
  return line.replace(/\u001b\[[0-9;]*m/g, '')
}
