#!/usr/bin/env node
// `npm run dev`: the app with hot reload of the window, through the Electron that `npm start` would use.
// Changes to main and the process entries need a restart of this command.
import './setup/check-node.mjs'

const { endWithSignals, ended, start } = await import('./setup/children.mjs')
const { sandboxArgs } = await import('./setup/electron-runtime.mjs')
const { inRoot, root } = await import('./setup/paths.mjs')
const { prepareBuild, prepareMachine } = await import('./setup/prepare.mjs')
const { report } = await import('./setup/say.mjs')

endWithSignals()
try {
  const electron = await prepareMachine()
  await prepareBuild()
  const env = { ...process.env, ELECTRON_EXEC_PATH: electron.program }
  delete env.ELECTRON_RUN_AS_NODE
  const noSandbox = sandboxArgs().length > 0 ? ['--noSandbox'] : []
  const appArguments = process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : []
  const viteProgram = inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  process.exitCode = await ended(
    start(process.execPath, [viteProgram, 'dev', ...noSandbox, ...appArguments], { cwd: root, env, stdio: 'inherit' }),
  )
} catch (error) {
  process.exitCode = report(error)
}
