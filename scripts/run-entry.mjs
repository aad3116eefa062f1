#!/usr/bin/env node
// `npm run celery -- …` and `npm run lessons:check`: runs a built entry of out/main under this Node. Builds first when
// the sources have changed, and says so only then: what the entry prints may be read by a program.
import './setup/check-node.mjs'

const { endWithSignals, ended, start } = await import('./setup/children.mjs')
const { buildApp, buildIsFresh, buildSnapshot } = await import('./setup/build-app.mjs')
const { installPackages, packagesAreInstalled } = await import('./setup/npm-packages.mjs')
const { inRoot } = await import('./setup/paths.mjs')
const { SetupProblem } = await import('./setup/say.mjs')

const [entry, ...asked] = process.argv.slice(2)
const tell = (what) => console.error(`(building first: ${what})`)

endWithSignals()
try {
  if (!packagesAreInstalled()) await installPackages(tell)
  if (!buildIsFresh()) {
    await buildApp(tell)
    await buildSnapshot(tell)
  }
  // npm runs scripts in the project folder; relative paths are meant from where the command was typed.
  const cwd = process.env.INIT_CWD ?? process.cwd()
  const child = start(process.execPath, [inRoot('out', 'main', `${entry}.cjs`), ...asked], { cwd, stdio: 'inherit' })
  process.exitCode = await ended(child)
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error
  console.error(`${error.detail}\n${error.message} ${error.next}`)
  process.exitCode = 1
}
