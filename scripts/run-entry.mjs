#!/usr/bin/env node
// `npm run celery -- …` and `npm run lessons:check`: runs a built entry of out/main under this Node. Builds first when
// the sources have changed, and says so only then: what the entry prints may be read by a program. Signals are handed
// on, and the entry decides how to end: a worker's warm stop may take as long as its tasks do.
import './setup/check-node.mjs'

const { spawn } = await import('node:child_process')
const { ended } = await import('./setup/children.mjs')
const { buildApp, buildIsFresh, buildSnapshot } = await import('./setup/build-app.mjs')
const { installPackages, packagesAreInstalled } = await import('./setup/npm-packages.mjs')
const { inRoot } = await import('./setup/paths.mjs')
const { SetupProblem } = await import('./setup/say.mjs')

const [entry, ...asked] = process.argv.slice(2)
/** A terminal's Ctrl+C reaches the child by itself; twice would mean something else to a worker. */
function handOn(child) {
  const parent = process.ppid
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGTERM'))
  // npm hands a signal only to the shell between it and us.
  if (process.env.npm_lifecycle_event && process.platform !== 'win32') {
    const watch = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(watch)
      child.kill('SIGTERM')
    }, 500)
    watch.unref()
  }
}

const tell = (what) => console.error(`(building first: ${what})`)

try {
  if (!packagesAreInstalled()) await installPackages(tell)
  if (!buildIsFresh()) {
    await buildApp(tell)
    await buildSnapshot(tell)
  }
  // npm runs scripts in the project folder; relative paths are meant from where the command was typed.
  const cwd = process.env.INIT_CWD ?? process.cwd()
  const child = spawn(process.execPath, [inRoot('out', 'main', `${entry}.cjs`), ...asked], { cwd, stdio: 'inherit' })
  handOn(child)
  process.exitCode = await ended(child)
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error
  console.error(`${error.detail}\n${error.message} ${error.next}`)
  process.exitCode = 1
}
