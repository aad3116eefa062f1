// The peer of python-start.ts: nothing but pyodide from a memory snapshot with nothing imported.
//   bare-pyodide.mjs make FILE    bare-pyodide.mjs load FILE
import { readFileSync, writeFileSync } from 'node:fs'
import { loadPyodide } from 'pyodide'

const [what, file] = process.argv.slice(2)
if (what === 'make') {
  const python = await loadPyodide({ _makeSnapshot: true })
  writeFileSync(file, python.makeMemorySnapshot())
} else {
  const python = await loadPyodide({ _loadSnapshot: readFileSync(file) })
  process.send?.(python.runPython('1 + 1'))
}
