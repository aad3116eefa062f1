// Builds out/: the app by electron-vite, then Python's memory snapshot by what was just built. Each is skipped while
// the files it is made from are the same, which a stamp with their hash beside the output tells.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { run, tail } from './children.mjs'
import { inRoot, root, snapshotFile } from './paths.mjs'
import { SetupProblem } from './say.mjs'

const appInputs = [
  'src-main',
  'src-renderer',
  'electron.vite.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  'package-lock.json',
]
const snapshotInputs = ['src-main/python-host', 'resources/python', 'node_modules/pyodide/package.json']
const appOutputs = ['out/main/main.cjs', 'out/preload/preload.cjs', 'out/renderer/index.html']

const app = {
  stampFile: inRoot('out', 'app.stamp'),
  inputs: appInputs,
  outputs: appOutputs.map((file) => inRoot(file)),
}
const snapshot = {
  stampFile: inRoot('out', 'python', 'snapshot.stamp'),
  inputs: snapshotInputs,
  outputs: [snapshotFile],
}

function* filesUnder(path) {
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) return yield path
  for (const name of readdirSync(path).sort()) {
    if (name !== '__pycache__') yield* filesUnder(join(path, name))
  }
}

function hashOf(inputs) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    for (const file of filesUnder(inRoot(input)))
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0')
  }
  return hash.digest('hex')
}

const isFresh = ({ stampFile, inputs, outputs }, hash = hashOf(inputs)) =>
  outputs.every((file) => existsSync(file)) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash

export const buildIsFresh = () => isFresh(app) && isFresh(snapshot)

async function make(target, tell, doing, command) {
  const hash = hashOf(target.inputs)
  if (isFresh(target, hash)) return 'unchanged'
  tell(doing)
  mkdirSync(dirname(target.stampFile), { recursive: true })
  const { code, output } = await run(process.execPath, command, { cwd: root, env: { ...process.env, NO_COLOR: '1' } })
  const missing = target.outputs.filter((file) => !existsSync(file)).map((file) => relative(root, file))
  if (code !== 0 || missing.length > 0) {
    throw new SetupProblem(
      missing.length > 0 && code === 0 ? `The build ended without ${missing.join(', ')}.` : 'The build failed.',
      'The lines above say where. Nothing was started.',
      tail(output, 40),
    )
  }
  writeFileSync(target.stampFile, hash)
  return 'built'
}

export const buildApp = (tell) =>
  make(app, tell, 'main, processes and window', [
    inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
    'build',
  ])

export const buildSnapshot = (tell) =>
  make(snapshot, tell, 'starting Python once and keeping its memory', [
    inRoot('out', 'main', 'make-snapshot.cjs'),
    snapshotFile,
  ])
