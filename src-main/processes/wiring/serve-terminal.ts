/** What both terminals that are typed into have in common: keys from the lab, text to the lab, lines of earlier sessions. */
import { errorDetail } from '../../contract/error-text.js'
import { GatheredText } from '../../terminals/gathered-text.js'
import { HistoryFile } from '../../terminals/history-file.js'
import { LineEditor, type Completions } from '../../terminals/line-editor.js'
import { TypedSession, type TypedProgram } from '../../terminals/typed-session.js'
import type { LabToTerminal, RunningNames, TerminalToLab } from '../messages/terminal-messages.js'
import type { Parent } from '../parent.js'

type Start = Extract<LabToTerminal, { kind: 'start' }>

/** What a program is given to work with. */
export interface TerminalParts {
  readonly start: Start
  readonly editor: LineEditor
  /** Settles when the text was taken. */
  readonly write: (text: string) => Promise<void>
  readonly tell: (message: TerminalToLab) => Promise<void>
  /** What runs in the lab now. */
  readonly names: () => Promise<RunningNames>
}

export interface ServedProgram extends TypedProgram {
  complete(line: string): Promise<Completions>
  filesSaved(names: readonly string[]): void
  close(): Promise<void>
}

export function serveTerminal(
  lab: Parent<LabToTerminal, TerminalToLab>,
  open: (parts: TerminalParts) => Promise<ServedProgram>,
): void {
  // readline edits no lines in a terminal that calls itself dumb; this one is the window's.
  process.env['TERM'] = 'xterm-256color'
  let served: Served | null = null
  let stopping = false
  /** Orders that came while Python was still starting. */
  const early: OrderToServed[] = []
  const names = new NamesOfLab(() => lab.send({ kind: 'names-wanted' }))
  const carryOut = ({ editor, session, program }: Served, order: OrderToServed): void => {
    switch (order.kind) {
      case 'input':
        return editor.input(order.data)
      case 'resize':
        return editor.resize(order.size.columns)
      case 'type-line':
        void session.typeLines(order.line).then(() => lab.send({ kind: 'typed-line-over', id: order.id }))
        return
      case 'files-saved':
        return program.filesSaved(order.names)
    }
  }
  const opened = (now: Served): void => {
    served = now
    for (const order of early) carryOut(now, order)
  }
  lab.onMessage((order) => {
    switch (order.kind) {
      case 'start':
        // What is broken off by a stop has nothing to say.
        void serve(order, { lab, names, open, opened }).catch((error: unknown) =>
          stopping ? undefined : brokeWith(lab, error),
        )
        return
      case 'stop':
        stopping = true
        void (served?.program.close() ?? Promise.resolve()).finally(() => process.exit(0))
        return
      case 'names':
        return names.answer(order.names)
      default:
        if (served === null) early.push(order)
        else carryOut(served, order)
    }
  })
}

type OrderToServed = Exclude<LabToTerminal, { kind: 'start' | 'stop' | 'names' }>

interface Served {
  readonly editor: LineEditor
  readonly session: TypedSession
  readonly program: ServedProgram
}

interface ServeParts {
  readonly lab: Parent<LabToTerminal, TerminalToLab>
  readonly names: NamesOfLab
  readonly open: (parts: TerminalParts) => Promise<ServedProgram>
  readonly opened: (served: Served) => void
}

async function serve(start: Start, { lab, names, open, opened }: ServeParts): Promise<void> {
  const text = new GatheredText((piece) => lab.send({ kind: 'text', text: piece }))
  const history = new HistoryFile(start.historyFile)
  let program: ServedProgram | null = null
  const editor = new LineEditor({
    write: (piece) => text.write(piece),
    columns: start.size.columns,
    history: await history.read(),
    onHistory: (lines) => history.keep(lines),
    complete: (line) => program?.complete(line) ?? Promise.resolve([[], line]),
  })
  const write = (piece: string): Promise<void> => {
    editor.write(piece)
    return text.written()
  }
  const tell = async (message: TerminalToLab): Promise<void> => {
    await text.flush() // what was shown before it happened, is told before it
    await lab.send(message)
  }
  program = await open({ start, editor, write, tell, names: () => names.ask() })
  const session = new TypedSession({
    editor,
    program,
    onAsking: () => void tell({ kind: 'asking' }),
    onLine: (line) => tell({ kind: 'line', line }),
  })
  opened({ editor, session, program })
  const exitCode = await session.run()
  await history.written()
  await tell({ kind: 'ended', exitCode })
  await program.close()
  process.exit(exitCode)
}

/** One question at a time is on its way; whoever asks meanwhile gets the same answer. */
class NamesOfLab {
  readonly #send: () => Promise<void>
  readonly #waiting: ((names: RunningNames) => void)[] = []

  constructor(send: () => Promise<void>) {
    this.#send = send
  }

  ask(): Promise<RunningNames> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      if (this.#waiting.length === 1) void this.#send()
    })
  }

  answer(names: RunningNames): void {
    for (const resolve of this.#waiting.splice(0)) resolve(names)
  }
}

function brokeWith(lab: Parent<LabToTerminal, TerminalToLab>, error: unknown): void {
  const text = errorDetail(error)
  void lab.send({ kind: 'text', text: `${text}\n` }).then(() => process.exit(1))
}
