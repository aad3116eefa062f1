/** pyodide, started from the snapshot: the only file that knows how pyodide wants its memory back. */
import type { PyodideAPI } from 'pyodide'
import { emptyGlobals } from './seal-python.js'
import { readSnapshotFile } from './snapshot-file.js'

/** What Python writes past sys.stdout and sys.stderr, a line at a time. */
export type RawOutput = (stream: 'stdout' | 'stderr', line: string) => void

/** pyodide's WebAssembly module before Python lives in it. */
interface EmscriptenModule {
  readonly HEAP8: Int8Array
  growMemory(bytes: number): void
}
type CreateModule = (settings: unknown) => Promise<EmscriptenModule>

export async function startPython(snapshotFile: string, write: RawOutput): Promise<PyodideAPI> {
  const { header, memory } = readSnapshotFile(snapshotFile)
  const { loadPyodide, version } = await import('pyodide')
  if (header.pyodide !== version) {
    throw new Error(
      `the Python snapshot is of pyodide ${header.pyodide}, this is ${version}: \`npm run build\` makes it anew`,
    )
  }
  // @ts-expect-error: pyodide has no types for this file of its own
  const { default: createModule } = (await import('pyodide/pyodide.asm.mjs')) as { readonly default: CreateModule }
  const createPyodideModule: CreateModule = async (settings) => {
    const module = await createModule(settings)
    // pyodide begins with 30 MB and puts the snapshot's memory over it; one that has grown beyond needs room first.
    if (module.HEAP8.length < memory.length) module.growMemory(memory.length)
    return module
  }
  return loadPyodide({
    _loadSnapshot: memory,
    createPyodideModule: createPyodideModule as never, // typed by pyodide's private PyodideModule
    jsglobals: emptyGlobals,
    stdin: () => null, // as /dev/null: input() ends in EOFError
    env: { HOME: '/workspace', PYTHONDONTWRITEBYTECODE: '1' },
    stdout: (line) => write('stdout', line),
    stderr: (line) => write('stderr', line),
  })
}
