/**
 * Closes what pyodide would let Python reach beyond itself: the machine's programs, files and network, and code from
 * strings. Python's side of the same wall is resources/python/lab_host/doors.py. It guards against accidents and
 * curiosity of learners' code on their own machine; it is not a sandbox against an attacker.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module'
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

/** The modules of Node that pyodide has at hand. A thread has its own copies: the main thread keeps its own. */
const nodeModules = ['child_process', 'fs', 'fs/promises', 'net', 'tls', 'vm']
const globals = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'require', 'process', 'Buffer', 'WebAssembly']

interface EmscriptenParts {
  SOCKFS: { createSocket: unknown }
  FS: { ErrnoError: new (errno: number) => Error; filesystems: Record<string, unknown> }
  [fileSystem: string]: unknown
}

/** In the thread, after Python has loaded and before any code of the learner's. Nothing is imported after it. */
export function sealPython(python: PyodideAPI): void {
  closeEmscripten((python as unknown as { _module: EmscriptenParts })._module) // pyodide's private parts; version pinned
  closeNode()
  for (const name of globals) Reflect.deleteProperty(globalThis, name)
}

function closeEmscripten(module: EmscriptenParts): void {
  const refuse = (): never => {
    throw new module.FS.ErrnoError(63) // EPERM in Emscripten's numbers
  }
  module.SOCKFS.createSocket = refuse
  for (const name of ['NODEFS', 'IDBFS', 'WORKERFS', 'PROXYFS']) {
    const fileSystem = module[name] as { mount?: unknown } | undefined
    if (fileSystem !== undefined) fileSystem.mount = refuse
    delete module.FS.filesystems[name]
  }
}

function closeNode(): void {
  const require = createRequire(__filename)
  const refuse = (): never => {
    throw new Error('closed: Python runs without access to the machine')
  }
  const modules = nodeModules.map((name) => require(`node:${name}`) as Record<string, unknown>)
  const childProcess = require('node:child_process') as object
  for (const module of modules) {
    for (const member of Object.keys(module)) {
      if (typeof module[member] === 'function') Reflect.set(module, member, refuse)
    }
  }
  // What C's system() runs commands with (os.system()): it wants a status, an exception would break the interpreter.
  Reflect.set(childProcess, 'spawnSync', () => ({ status: 126, signal: null }))
  syncBuiltinESMExports()
}
