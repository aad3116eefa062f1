/** A line editor with a real terminal in front of it: what is typed goes to the one, and the other shows what came of it. */
import { Terminal } from '@xterm/xterm'
import { LineEditor, type Completions, type Typed } from '../../src-main/terminals/line-editor.js'

export interface Screen {
  readonly editor: LineEditor
  readonly histories: (readonly string[])[]
  /** Types, and answers what the terminal shows then, without the empty lines below. */
  type(keys: string): Promise<string>
  shown(): Promise<string>
}

export function screenWith(
  options: {
    readonly complete?: (line: string) => Promise<Completions>
    readonly history?: readonly string[]
    readonly columns?: number
  } = {},
): Screen {
  const terminal = new Terminal({ cols: options.columns ?? 60, rows: 12, convertEol: true })
  const histories: (readonly string[])[] = []
  const editor = new LineEditor({
    write: (text) => terminal.write(text),
    columns: terminal.cols,
    history: options.history ?? [],
    onHistory: (lines) => histories.push(lines),
    complete: options.complete ?? (() => Promise.resolve([[], ''])),
  })
  const shown = async (): Promise<string> => {
    await new Promise((resolve) => setTimeout(resolve, 20)) // completions come a turn later
    await new Promise<void>((resolve) => terminal.write('', resolve))
    const lines = Array.from(
      { length: terminal.buffer.active.length },
      (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '',
    )
    return lines.join('\n').trimEnd()
  }
  const type = (keys: string): Promise<string> => {
    editor.input(keys)
    return shown()
  }
  return { editor, histories, type, shown }
}

export function line(typed: Typed): string {
  return typed.kind === 'line' ? typed.line : typed.kind
}
