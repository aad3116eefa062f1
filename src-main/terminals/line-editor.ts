/**
 * The line that is being typed in a terminal: keys in, echo and whole lines out. node:readline does the editing (arrows,
 * history, Ctrl+A, Ctrl+W, completion); this file feeds it line by line, so that what is typed while something runs waits.
 */
import { EventEmitter } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'

/** What readline inserts or lists: the words that fit, and the part of the line that they stand for. */
export type Completions = readonly [words: readonly string[], typed: string]

export interface LineEditorOptions {
  readonly write: (text: string) => void
  readonly columns: number
  readonly complete: (line: string) => Promise<Completions>
  /** Newest first, as readline keeps it. */
  readonly history: readonly string[]
  readonly onHistory: (history: readonly string[]) => void
}

/** `end`: Ctrl+D on an empty line. */
export type Typed = { readonly kind: 'line'; readonly line: string } | { readonly kind: 'end' | 'interrupt' }

const INTERRUPT = '\u0003'
const END = '\u0004'
const HISTORY_LINES = 1_000
/** A line that a program has begun is shown again with what is typed behind it; more than this is no question. */
const LONGEST_QUESTION = 2_000
/** More than this typed ahead is nobody's typing. */
const TYPED_AHEAD = 100_000

export class LineEditor {
  readonly #options: LineEditorOptions
  readonly #keys = new EventEmitter()
  readonly #screen: Writable & { columns: number }
  readonly #readline: Interface
  #asked: ((typed: Typed) => void) | null = null
  #completing = false
  /** Typed while nobody asked. */
  #ahead = ''
  /** What was shown since the last line's end. */
  #unfinished = ''
  /** A program's question: what is typed is none for the history. */
  #isQuestion = false
  readonly #whenAsking = new Set<() => void>()
  /** Called by Ctrl+C while nothing is asked for. */
  onInterrupt: () => void = () => undefined

  constructor(options: LineEditorOptions) {
    this.#options = options
    this.#screen = screenOf((text) => this.write(text), options.columns)
    this.#readline = createInterface({
      // All that readline asks of its input: the events of keys, and these two.
      input: Object.assign(this.#keys, { pause: nothing, resume: nothing }) as unknown as NodeJS.ReadableStream,
      output: this.#screen,
      terminal: true,
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      history: [...options.history],
      tabSize: 4,
      completer: (line: string, answer: (error: Error | null, found: [string[], string]) => void) =>
        this.#complete(line, answer),
    })
    this.#readline.on('line', (line) => this.#answer({ kind: 'line', line }))
    this.#readline.on('SIGTSTP', nothing) // without a listener readline would stop this process, as a shell's Ctrl+Z
    this.#readline.on('history', (history: string[]) => {
      if (this.#isQuestion) history.shift()
      else options.onHistory([...history])
    })
  }

  /** What was typed of the line so far. */
  get begun(): string {
    return this.#readline.line
  }

  get isAsking(): boolean {
    return this.#asked !== null
  }

  /** Everything that is shown goes through here, so that a prompt begins at a line's start. */
  write(text: string): void {
    if (text === '') return
    this.#options.write(text)
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'))
    this.#unfinished = (end === -1 ? this.#unfinished + text : text.slice(end + 1)).slice(-LONGEST_QUESTION)
  }

  /** The terminal's own prompt: for the next line, which goes into the history. */
  ask(prompt: string): Promise<Typed> {
    if (this.#unfinished !== '') this.write('\r\n')
    this.#isQuestion = false
    return this.#askWith(prompt)
  }

  /** A question of the program that runs. What it has shown of the line so far belongs to it. `signal`: nobody waits any more. */
  askFor(question: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Typed> {
    if (signal?.aborted === true) return Promise.resolve({ kind: 'interrupt' })
    const prompt = this.#unfinished + question
    this.#toLineStart(this.#unfinished)
    this.#isQuestion = true
    const answered = this.#askWith(prompt)
    const mine = this.#asked
    signal?.addEventListener('abort', () => {
      if (mine !== null && this.#asked === mine) this.#interrupted()
    })
    return answered
  }

  /** Settles when a line is asked for. */
  asking(): Promise<void> {
    if (this.#asked !== null) return Promise.resolve()
    return new Promise((resolve) => this.#whenAsking.add(resolve))
  }

  /** What was started goes on until it is stopped: nobody who typed it for the learner is to wait for a prompt. */
  stays(): void {
    this.#wakeWaiting()
  }

  /** A note above the line that is being typed. */
  note(text: string): void {
    if (this.#asked === null) return this.write(text)
    this.write('\r\u001b[J')
    this.write(text)
    this.#readline.prompt(true)
  }

  input(data: string): void {
    if (this.#asked !== null) return this.#feed(data)
    const at = data.lastIndexOf(INTERRUPT)
    if (at === -1) {
      this.#ahead = (this.#ahead + data).slice(0, TYPED_AHEAD)
      return
    }
    this.#ahead = data.slice(at + 1) // as a terminal's driver: an interrupt throws away what was typed ahead
    this.write('^C\r\n')
    this.onInterrupt()
  }

  /** Ctrl+E, Ctrl+U: what was begun is gone. */
  clearLine(): void {
    this.#key('\u0005')
    this.#key('\u0015')
  }

  resize(columns: number): void {
    this.#screen.columns = columns
    if (this.#asked !== null) this.#screen.emit('resize') // readline shows its line anew: there is one only while one is asked for
  }

  #askWith(prompt: string): Promise<Typed> {
    return new Promise((resolve) => {
      this.#asked = resolve
      this.#readline.setPrompt(prompt)
      this.#readline.prompt()
      this.#feed('')
      this.#wakeWaiting()
    })
  }

  /** Where what was begun begins: readline shows it anew from there. It may have filled several rows. */
  #toLineStart(begun: string): void {
    this.#readline.setPrompt(begun)
    const { rows, cols } = this.#readline.getCursorPos()
    const above = cols === 0 && rows > 0 ? rows - 1 : rows // a full row: the terminal has not gone on to the next yet
    if (above > 0) this.write(`\r\u001b[${above}A`)
  }

  #wakeWaiting(): void {
    const waiting = [...this.#whenAsking]
    this.#whenAsking.clear()
    for (const goOn of waiting) goOn()
  }

  /** Up to the end of one line; the rest waits for the next question. */
  #feed(data: string): void {
    let rest = this.#ahead + data
    this.#ahead = ''
    while (rest !== '') {
      if (this.#asked === null || this.#completing) {
        this.#ahead = (rest + this.#ahead).slice(0, TYPED_AHEAD)
        return
      }
      const end = rest.search(/[\r\n\u0003\u0004\t]/)
      const [keys, stop] = end === -1 ? [rest, ''] : [rest.slice(0, end), rest.charAt(end)]
      rest = rest.slice(keys.length + stop.length)
      if (keys !== '') this.#key(keys)
      // Not readline's: it would call back in the middle of the key, when no other key may come.
      if (stop === INTERRUPT) this.#interrupted()
      else if (stop === END && this.begun === '') {
        this.write('\r\n')
        this.#answer({ kind: 'end' })
      } else if (stop === '\r' || stop === '\n') {
        if (stop === '\r' && rest.startsWith('\n')) rest = rest.slice(1)
        this.#key('\r')
      } else if (stop === '\t' && rest !== '')
        this.#key('    ') // pasted: it is text, nobody asks for words
      else if (stop !== '') this.#key(stop)
    }
  }

  /** One by one: several at once readline takes for a paste, puts at the line's end wherever the cursor is, and wraps wrongly. */
  #key(keys: string): void {
    for (const key of keys) this.#keys.emit('data', key)
  }

  #answer(typed: Typed): void {
    const asked = this.#asked
    this.#asked = null
    asked?.(typed)
  }

  #interrupted(): void {
    this.#key('\u0005')
    this.write('^C')
    // Of readline, and not in its types: what it does itself after a line.
    ;(this.#readline as Interface & { clearLine(): void }).clearLine()
    this.#answer({ kind: 'interrupt' })
  }

  #complete(line: string, answer: (error: Error | null, found: [string[], string]) => void): void {
    this.#completing = true
    void this.#options
      .complete(line)
      .catch((): Completions => [[], line]) // no words are no reason to stop typing
      .then(([words, typed]) => {
        this.#completing = false
        answer(null, [[...words], typed])
        setImmediate(() => this.#feed('')) // readline ends this key a moment later
      })
  }
}

function nothing(): void {}

function screenOf(write: (text: string) => void, columns: number): Writable & { columns: number } {
  const screen = new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      write(String(chunk))
      done()
    },
  })
  return Object.assign(screen, { columns })
}
