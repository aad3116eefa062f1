/** pyodide, started from the snapshot: the only file that knows how pyodide wants its memory back. */
import { setFlagsFromString } from 'node:v8'
import type { PyodideAPI } from 'pyodide'
import { emptyGlobals } from './seal-python.js'
import { openSnapshotFile, type Snapshot } from './snapshot-file.js'

/** What Python writes past sys.stdout and sys.stderr, a line at a time. */
export type RawOutput = (stream: 'stdout' | 'stderr', line: string) => void

/** pyodide's WebAssembly module before Python lives in it. */
interface EmscriptenModule {
  readonly HEAP8: Int8Array
  growMemory(bytes: number): void
}
type CreateModule = (settings: unknown) => Promise<EmscriptenModule>

/**
 * V8 is to translate WebAssembly once and plainly, and not again what is used much: the second time costs more than a
 * start has. Measured on Electron 25: a child with tasks.py loaded is there after 1.5 s instead of 2.6 s and 1.8 s of
 * processor time instead of 3.2 s (Node 20: 1.2 s for 1.4 s, 1.3 s for 1.7 s); a loop of pure Python is a quarter slower.
 */
function compilePlainly(): void {
  setFlagsFromString('--no-wasm-tier-up')
  setFlagsFromString('--no-wasm-dynamic-tiering')
}

export async function startPython(snapshotFile: string, write: RawOutput): Promise<PyodideAPI> {
  compilePlainly()
  const snapshot = openSnapshotFile(snapshotFile)
  try {
    return await startFrom(snapshot, write)
  } finally {
    snapshot.close()
  }
}

async function startFrom(snapshot: Snapshot, write: RawOutput): Promise<PyodideAPI> {
  const { loadPyodide, version } = await import('pyodide')
  if (snapshot.pyodide !== version) {
    throw new Error(
      `the Python snapshot is of pyodide ${snapshot.pyodide}, this is ${version}: \`npm run build\` makes it anew`,
    )
  }
  // @ts-expect-error: pyodide has no types for this file of its own
  const { default: createModule } = (await import('pyodide/pyodide.asm.mjs')) as { readonly default: CreateModule }
  const createPyodideModule: CreateModule = async (settings) => {
    const module = await createModule(settings)
    // pyodide begins with 30 MB; a snapshot that has grown beyond needs room first.
    if (module.HEAP8.length < snapshot.memoryBytes) module.growMemory(snapshot.memoryBytes)
    snapshot.readMemory(module.HEAP8)
    return module
  }
  return loadPyodide({
    _loadSnapshot: snapshot.state, // of its memory nothing is left for pyodide to copy
    createPyodideModule: createPyodideModule as never, // typed by pyodide's private PyodideModule
    jsglobals: emptyGlobals,
    stdin: () => null, // as /dev/null: input() ends in EOFError
    env: { HOME: '/workspace', PYTHONDONTWRITEBYTECODE: '1' },
    stdout: (line) => write('stdout', line),
    stderr: (line) => write('stderr', line),
  })
}
