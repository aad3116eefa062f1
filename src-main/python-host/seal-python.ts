/**
 * Closes what pyodide would let Python reach beyond itself: the machine's files, its network, and code from strings.
 * Python's side of the same wall is resources/python/lab_host/doors.py. It guards against accidents and curiosity of
 * learners' code that runs on their own machine; it is not a sandbox against an attacker.
 */
import { setFlagsFromString } from 'node:v8'
import type { PyodideAPI } from 'pyodide'

/**
 * Before the thread is made: its context is then born without eval and Function, so that
 * `anything.constructor.constructor('return process')()` ends in an EvalError.
 */
export function forbidCodeFromStrings(): void {
  setFlagsFromString('--disallow-code-generation-from-strings')
}

/** What stays of globalThis for Python's `js` module, which is closed as well: nothing. */
export const emptyGlobals = Object.freeze(Object.create(null)) as object

interface EmscriptenParts {
  SOCKFS: { createSocket: unknown }
  FS: { ErrnoError: new (errno: number) => Error; filesystems: Record<string, unknown>; mount: unknown }
  [fileSystem: string]: unknown
}

/** In the thread, after Python has loaded and before any code of the learner's. */
export function sealPython(python: PyodideAPI): void {
  const module = (python as unknown as { _module: EmscriptenParts })._module // pyodide's private parts, version pinned
  const refuse = (): never => {
    throw new module.FS.ErrnoError(63) // EPERM in Emscripten's numbers
  }
  module.SOCKFS.createSocket = refuse
  for (const name of ['NODEFS', 'IDBFS', 'WORKERFS', 'PROXYFS']) {
    const fileSystem = module[name] as { mount?: unknown } | undefined
    if (fileSystem !== undefined) fileSystem.mount = refuse
    delete module.FS.filesystems[name]
  }
  for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest', 'require', 'process', 'Buffer', 'WebAssembly'] as const) {
    Reflect.deleteProperty(globalThis, name)
  }
}
