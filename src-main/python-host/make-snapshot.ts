/**
 * Build step: starts Python once, imports what every process needs, and writes its memory to a file.
 *
 *   node out/main/make-snapshot.cjs OUTFILE [FOLDER with the Python files; ../../resources/python beside this entry]
 */
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { writeSnapshotFile } from './snapshot-file.js'

const sitePackages = '/lib/python3.14/site-packages'

function pythonFiles(folder: string, prefix = ''): Record<string, string> {
  const files: Record<string, string> = {}
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const name = prefix + entry.name
    if (entry.isDirectory() && entry.name !== '__pycache__') Object.assign(files, pythonFiles(folder, `${name}/`))
    else if (name.endsWith('.py')) files[name] = readFileSync(join(folder, name), 'utf8')
  }
  return files
}

async function makeSnapshot(outFile: string, sources: string): Promise<void> {
  const startedAt = performance.now()
  const { loadPyodide, version } = await import('pyodide')
  const python = await loadPyodide({ _makeSnapshot: true, env: { HOME: '/workspace', PYTHONDONTWRITEBYTECODE: '1' } })
  const files = pythonFiles(sources)
  for (const [name, text] of Object.entries(files)) {
    python.FS.mkdirTree(dirname(`${sitePackages}/${name}`))
    python.FS.writeFile(`${sitePackages}/${name}`, text)
  }
  const filesJson = JSON.stringify(JSON.stringify(files)) // JSON text as a JSON string is a Python literal as well
  python.runPython(
    `import json, lab_host.boot; lab_host.boot.prepare(json.loads(${filesJson})); import gc; gc.collect()`,
  )
  const snapshot = python.makeMemorySnapshot()
  const { HEAP8 } = (python as unknown as { readonly _module: { readonly HEAP8: Int8Array } })._module // not in its types
  const stateBytes = snapshot.length - HEAP8.length
  mkdirSync(dirname(outFile), { recursive: true })
  writeSnapshotFile(outFile, version, snapshot.subarray(0, stateBytes), snapshot.subarray(stateBytes))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(
    `Python snapshot: ${(snapshot.length / 1e6).toFixed(1)} MB, ${Object.keys(files).length} Python files, ${seconds} s`,
  )
}

const outFile = process.argv[2]
if (outFile === undefined) {
  console.error('usage: make-snapshot OUTFILE [FOLDER with the Python files]')
  process.exitCode = 2
} else {
  const besideEntry = join(dirname(process.argv[1] ?? '.'), '../../resources/python')
  makeSnapshot(resolve(outFile), resolve(process.argv[3] ?? besideEntry)).catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
}
