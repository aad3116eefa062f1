/** Python as a program that is typed into: statements go to its thread, line by line; Ctrl+C interrupts the one that runs. */
import type { PythonHost } from '../../python-host/python-host.js'
import type { TypedAnswer } from '../../python-host/thread-messages.js'
import { isModuleFile } from '../../node-host/module-files.js'
import { pythonFiles, type UnusableFile } from '../../python-host/python-files.js'
import { loadWorkspace } from '../../python-host/load-workspace.js'
import { codeFingerprint, readCodeFiles, type CodeFile } from '../../record/code-fingerprint.js'
import type { Completions } from '../../terminals/line-editor.js'
import type { Next } from '../../terminals/typed-session.js'
import { loadWithStandIns } from './load-with-stand-ins.js'
import { makeStandIns } from './stand-ins.js'
import { startProducingPython, type ProducingPython } from './producing-python.js'
import type { ServedProgram, TerminalParts } from './serve-terminal.js'

const FIRST_PROMPT = '>>> '
const NEXT_PROMPT = '... '

interface NewFiles {
  readonly files: readonly CodeFile[]
  readonly unusable: { readonly unusable?: readonly UnusableFile[] }
}

const NO_FILES: NewFiles = { files: [], unusable: {} }

export async function openPythonPrompt(parts: TerminalParts): Promise<ServedProgram> {
  const { start, editor, write, tell } = parts
  const { environment } = start
  const python = await startProducingPython({
    environment,
    processName: 'python',
    program: '',
    write: { stdout: write, stderr: write },
    onPythonExit: (exitCode) => void tell({ kind: 'ended', exitCode }).then(() => process.exit(exitCode)),
    readLine: (signal) => editor.askFor('', { signal }),
  })
  const files = await readCodeFiles(environment.workdir)
  const ask = { environment, modules: [], wanted: null } as const
  const loaded = await loadWithStandIns(python.host, { ...ask, files }, { stdout: write, stderr: write })
  if (loaded.kind === 'refused') {
    await write(loaded.error.traceback) // TypeScript that does not load: nothing stands for it, and Python's own files are there
    await loadWorkspace(python.host, { ...ask, files })
  }
  await python.host.request({ kind: 'prompt' })
  return new PythonPrompt(python, parts, files)
}

class PythonPrompt implements ServedProgram {
  readonly firstPrompt = FIRST_PROMPT
  readonly #python: ProducingPython
  readonly #parts: TerminalParts
  /** Files that are imported: later versions of them are not. */
  #imported: ReadonlySet<string> = new Set()
  /** As they were when Python last got them. */
  #files: readonly CodeFile[]
  #saved = false
  /** Something imported has a later version: what runs is none of the saved ones. */
  #stale = false
  #running = false

  constructor(python: ProducingPython, parts: TerminalParts, files: readonly CodeFile[]) {
    this.#python = python
    this.#parts = parts
    this.#files = files
  }

  async run(line: string): Promise<Next> {
    const answer = await this.#push(line)
    if (answer.imported !== null) await this.#tellImported(answer.imported)
    if (answer.exit !== null) return { kind: 'ended', exitCode: answer.exit }
    return { kind: 'ask', prompt: answer.more ? NEXT_PROMPT : FIRST_PROMPT, more: answer.more }
  }

  interrupt(): void {
    if (this.#running) this.#host.interruptFromKeyboard()
  }

  async forget(): Promise<Next> {
    await this.#host.request({ kind: 'forget-typed' })
    await this.#parts.write('KeyboardInterrupt\n') // as Python's own prompt says
    return { kind: 'ask', prompt: FIRST_PROMPT, more: false }
  }

  end(): Promise<Next> {
    return Promise.resolve({ kind: 'ended', exitCode: 0 })
  }

  async complete(line: string): Promise<Completions> {
    if (this.#running) return [[], line]
    const { answer } = await this.#host.request({ kind: 'complete', line })
    return [answer.words, answer.typed]
  }

  /** As in any Python: what is imported stays as it was; a file that is imported later is read then. */
  filesSaved(names: readonly string[]): void {
    this.#saved = true
    const old = names.filter((name) => this.#imported.has(name.replace(/\.[jt]s$/, '.py'))) // or its stand-in
    if (old.length === 0) return
    this.#stale = true
    const words = `${old.join(', ')} saved. This Python still has the version that it imported: press Ctrl+D for a new one.`
    this.#parts.editor.note(`\u001b[2m— ${words}\u001b[0m\r\n`)
  }

  async close(): Promise<void> {
    await this.#host.close()
    await this.#python.app.close()
  }

  get #host(): PythonHost {
    return this.#python.host
  }

  async #push(line: string): Promise<TypedAnswer> {
    this.#host.forgetInterrupt()
    this.#running = true
    try {
      const { files, unusable } = this.#saved ? await this.#newFiles() : NO_FILES
      return (await this.#host.request({ kind: 'type', line, ...unusable }, { files })).answer
    } finally {
      this.#running = false
    }
  }

  async #newFiles(): Promise<NewFiles> {
    this.#saved = false
    const before = new Map(this.#files.map(({ name, bytes }) => [name, Buffer.from(bytes)]))
    const { environment } = this.#parts.start
    this.#files = await readCodeFiles(environment.workdir)
    const isNew = ({ name, bytes }: CodeFile): boolean => before.get(name)?.equals(bytes) !== true
    const { usable, unusable } = pythonFiles(this.#files)
    const files = usable.filter(isNew)
    if (!this.#files.some((file) => isModuleFile(file.name) && isNew(file))) return { files, unusable: { unusable } }
    const { write } = this.#parts
    const standIns = await makeStandIns(environment, this.#files, { stdout: write, stderr: write })
    if (standIns.kind === 'made') {
      if (standIns.code !== null) await this.#host.standBeside(standIns.code)
      return { files: [...files, ...standIns.files], unusable: { unusable } }
    }
    await write(standIns.error.traceback) // what stood for it before goes on
    return { files, unusable: { unusable } }
  }

  async #tellImported({ files, tasks }: NonNullable<TypedAnswer['imported']>): Promise<void> {
    this.#imported = new Set(files)
    if (files.length === 0 || this.#stale) return
    await this.#parts.tell({ kind: 'code-loaded', fingerprint: codeFingerprint(this.#files), tasks })
  }
}
