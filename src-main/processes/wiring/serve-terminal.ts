/** What both terminals that are typed into have in common: keys from the lab, text to the lab, lines of earlier sessions. */
import { GatheredText } from '../../terminals/gathered-text.js'
import { HistoryFile } from '../../terminals/history-file.js'
import { LineEditor, type Completions } from '../../terminals/line-editor.js'
import { TypedSession, type TypedProgram } from '../../terminals/typed-session.js'
import type { LabToTerminal, TerminalToLab } from '../messages/terminal-messages.js'
import type { Parent } from '../parent.js'

type Start = Extract<LabToTerminal, { kind: 'start' }>

/** What a program is given to work with. */
export interface TerminalParts {
  readonly start: Start
  readonly editor: LineEditor
  /** Settles when the text was taken. */
  readonly write: (text: string) => Promise<void>
  readonly tell: (message: TerminalToLab) => Promise<void>
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
  lab.onMessage((order) => {
    switch (order.kind) {
      case 'start':
        void serve(order, lab, open, (now) => (served = now)).catch(brokeWith(lab))
        return
      case 'input':
        return served?.editor.input(order.data)
      case 'resize':
        return served?.editor.resize(order.size.columns)
      case 'type-line':
        void served?.session.typeLines(order.line).then(() => lab.send({ kind: 'typed-line-over', id: order.id }))
        return
      case 'files-saved':
        return served?.program.filesSaved(order.names)
      case 'stop':
        void (served?.program.close() ?? Promise.resolve()).finally(() => process.exit(0))
    }
  })
}

interface Served {
  readonly editor: LineEditor
  readonly session: TypedSession
  readonly program: ServedProgram
}

async function serve(
  start: Start,
  lab: Parent<LabToTerminal, TerminalToLab>,
  open: (parts: TerminalParts) => Promise<ServedProgram>,
  opened: (served: Served) => void,
): Promise<void> {
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
  program = await open({ start, editor, write, tell })
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

function brokeWith(lab: Parent<LabToTerminal, TerminalToLab>): (error: unknown) => void {
  return (error) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    void lab.send({ kind: 'text', text: `${text}\n` }).then(() => process.exit(1))
  }
}
