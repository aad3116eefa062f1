// What `npm test` runs, in order: what is quick to tell comes first. `needs` names what must have gone well before.
import { existsSync } from 'node:fs'
import { buildApp, buildSnapshot } from '../setup/build-app.mjs'
import { startVirtualDisplay } from '../setup/display.mjs'
import { inRoot } from '../setup/paths.mjs'
import { report, SetupProblem } from '../setup/say.mjs'
import { realCeleryIsThere } from '../setup/system-packages.mjs'
import { lessons, nodeCheck, playwright, together, vitest } from './counted.mjs'

const program = (...parts) => inRoot('node_modules', ...parts)

const lint = () =>
  together(
    () => nodeCheck(program('eslint', 'bin', 'eslint.js'), '.'),
    () => nodeCheck(program('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.'),
    () => nodeCheck(inRoot('scripts', 'source-check.mjs')),
  )

const types = () =>
  together(
    () => nodeCheck(program('typescript', 'bin', 'tsc'), '--noEmit'),
    () =>
      nodeCheck(
        program('svelte-check', 'bin', 'svelte-check'),
        '--tsconfig',
        './tsconfig.json',
        '--threshold',
        'error',
      ),
  )

async function build() {
  const tell = (what) => console.log(`  · ${what} …`)
  try {
    console.log(`  app: ${await buildApp(tell)}`)
    console.log(`  Python snapshot: ${await buildSnapshot(tell)}`)
    return { passed: 1, failed: 0 }
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error
    report(error)
    return { passed: 0, failed: 1 }
  }
}

async function interop(options) {
  if (process.platform === 'linux' && (await realCeleryIsThere())) return await vitest('interop', options)
  return {
    passed: 0,
    failed: 0,
    note: 'no real Celery here: on Debian, `apt-get install python3-celery python3-redis`',
  }
}

/** On Linux windows open on a virtual display of a known size, also where there is a real one. */
async function onDisplay(work) {
  if (process.platform !== 'linux' || process.env.CFZ_SHOW === '1') return await work({})
  if (!existsSync('/usr/bin/Xvfb'))
    return { passed: 0, failed: 0, note: 'Xvfb is not installed; CFZ_SHOW=1 uses the real display' }
  const virtual = await startVirtualDisplay()
  try {
    return await work({ DISPLAY: virtual.display, WAYLAND_DISPLAY: '' })
  } finally {
    await virtual.stop()
  }
}

const windows = ({ filters, env }) => onDisplay((display) => playwright({ filters, env: { ...env, ...display } }))

async function packaged({ filters, env }) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { passed: 0, failed: 0, note: 'packages are made on Linux x64 only' }
  }
  const made = await nodeCheck(inRoot('scripts', 'package.mjs'), '--quick')
  if (made.failed > 0) return made
  const tested = await onDisplay((display) => vitest('package', { filters, env: { ...env, ...display } }))
  return { ...tested, passed: tested.passed + made.passed }
}

export const stages = [
  { name: 'lint', run: lint },
  { name: 'types', run: types },
  { name: 'build', run: build },
  { name: 'unit', run: (options) => vitest('unit', options) },
  { name: 'redis', run: (options) => vitest('redis', options) },
  { name: 'process', needs: 'build', run: (options) => vitest('process', options) },
  { name: 'interop', needs: 'build', run: interop },
  { name: 'lessons', needs: 'build', run: lessons },
  { name: 'e2e', needs: 'build', run: windows },
  { name: 'package', needs: 'build', run: packaged },
]
