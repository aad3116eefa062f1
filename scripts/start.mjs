#!/usr/bin/env node
// `npm start`: from a fresh checkout to the open window. Plain Node only, since nothing may be installed yet.
// Without a display it starts a virtual one and lets the app walk through Phase 1 by itself. Arguments go to the app.
import './setup/check-node.mjs'

const { endWithSignals, ended, isStopping, start, stop } = await import('./setup/children.mjs')
const { startVirtualDisplay } = await import('./setup/display.mjs')
const { sandboxArgs } = await import('./setup/electron-runtime.mjs')
const { inRoot, root } = await import('./setup/paths.mjs')
const { prepareBuild, prepareMachine } = await import('./setup/prepare.mjs')
const { quietly } = await import('./setup/chromium-noise.mjs')
const { bold, dim, report } = await import('./setup/say.mjs')
const { hasDisplay } = await import('./setup/system-packages.mjs')
const { mkdtempSync, rmSync } = await import('node:fs')
const { tmpdir } = await import('node:os')
const { join, relative } = await import('node:path')

endWithSignals()

const asked = process.argv.slice(2)
const walkShots = inRoot('out', 'walk')

async function openWindow(electron) {
  if (hasDisplay()) {
    console.log(`\n  The window opens. ${dim('Close it or press Ctrl+C here to end.')}\n`)
    return await runApp(electron, asked, {})
  }
  console.log('\n  There is no display, so the app runs under a virtual one and walks through Phase 1 by itself.')
  const virtual = await startVirtualDisplay()
  const shots = asked.find((word) => word.startsWith('--shots='))?.slice('--shots='.length)
  const pictures = shots === undefined ? `${relative(root, walkShots)}/` : shots
  console.log(`  Display ${virtual.display}; a picture of each step goes to ${pictures}\n`)
  // The walk begins where a new user begins, and leaves nobody's own progress changed.
  const firstStart = mkdtempSync(join(tmpdir(), 'celery-from-zero-walk-'))
  const walk = { '--walk': '--walk', '--shots': `--shots=${walkShots}`, '--data-dir': `--data-dir=${firstStart}` }
  const unasked = Object.keys(walk).filter((name) => !asked.some((word) => word.split('=')[0] === name))
  try {
    return await runApp(electron, [...unasked.map((name) => walk[name]), ...asked], { DISPLAY: virtual.display })
  } finally {
    await virtual.stop()
    rmSync(firstStart, { recursive: true, force: true })
  }
}

async function runApp(electron, args, environment) {
  const env = { ...process.env, ...environment }
  delete env.ELECTRON_RUN_AS_NODE
  const app = start(electron.program, [...sandboxArgs(), root, ...args], {
    cwd: root,
    env,
    stdio: ['inherit', 'inherit', 'pipe'],
  })
  quietly(app.stderr, process.stderr)
  const code = await ended(app)
  await stop(app)
  return code
}

try {
  console.log(bold('\nCelery From Zero\n'))
  const electron = await prepareMachine()
  await prepareBuild()
  const code = await openWindow(electron)
  if (!isStopping()) process.exitCode = code
} catch (error) {
  if (!isStopping()) process.exitCode = report(error)
}
