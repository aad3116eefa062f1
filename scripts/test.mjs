#!/usr/bin/env node
// `npm test`: the set-up of `npm start`, then every stage; a failing stage does not stop the next ones. Names choose
// stages (`npm test -- unit redis`), a word with a slash chooses test files (`npm test -- unit tests/wire`).
// The last line is `N passed, N failed`.
import './setup/check-node.mjs'
import { delimiter, dirname } from 'node:path'

const { endWithSignals, isStopping } = await import('./setup/children.mjs')
const { prepareMachine } = await import('./setup/prepare.mjs')
const { findRedis } = await import('./setup/redis-binary.mjs')
const { bold, dim, green, red, report, seconds } = await import('./setup/say.mjs')
const { stages } = await import('./test-stages/stages.mjs')

const words = process.argv.slice(2)
const filters = words.filter((word) => word.includes('/'))
const names = words.filter((word) => !word.includes('/'))
const unknown = names.filter((name) => !stages.some((stage) => stage.name === name))
if (unknown.length > 0) {
  console.error(`No such stage: ${unknown.join(', ')}. There are ${stages.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

/** The chosen stages, and what they need before them. */
function chosen() {
  if (names.length === 0) return stages
  const wanted = new Set(names)
  for (const stage of stages) if (wanted.has(stage.name) && stage.needs) wanted.add(stage.needs)
  return stages.filter(({ name }) => wanted.has(name))
}

async function runStage(stage, broken, env) {
  const begunMs = Date.now()
  console.log(bold(`\n── ${stage.name}\n`))
  const outcome = broken.has(stage.needs)
    ? { passed: 0, failed: 1, note: `not run: ${stage.needs} failed` }
    : await stage.run({ filters, env })
  if (outcome.failed > 0) broken.add(stage.name)
  return { name: stage.name, tookMs: Date.now() - begunMs, skipped: 0, ...outcome }
}

function line({ name, passed, failed, skipped, note, tookMs }) {
  const mark = failed > 0 ? red('✗') : green('✓')
  const counts = [
    `${passed} passed`,
    ...(failed ? [`${failed} failed`] : []),
    ...(skipped ? [`${skipped} skipped`] : []),
  ]
  return `  ${mark} ${name.padEnd(8)} ${counts.join(', ')} ${dim(seconds(tookMs))}${note ? ` · ${note}` : ''}`
}

/** What every test program finds: the Electron to drive, and redis-server on its path wherever it was found or compiled. */
async function environment(electron) {
  const redis = await findRedis()
  const folders = [...(redis ? [dirname(redis.file)] : []), process.env.PATH ?? '']
  return { ELECTRON_EXEC_PATH: electron.program, PATH: folders.join(delimiter) }
}

endWithSignals()
try {
  console.log(bold('\nCelery From Zero: tests\n'))
  const electron = await prepareMachine({ forTests: true })
  const env = await environment(electron)
  const broken = new Set()
  const outcomes = []
  for (const stage of chosen()) {
    outcomes.push(await runStage(stage, broken, env))
    if (isStopping()) break
  }
  const sum = (what) => outcomes.reduce((total, outcome) => total + outcome[what], 0)
  console.log(`\n${outcomes.map(line).join('\n')}\n\n${sum('passed')} passed, ${sum('failed')} failed`)
  if (!isStopping()) process.exitCode = sum('failed') > 0 ? 1 : 0
} catch (error) {
  if (!isStopping()) process.exitCode = report(error)
}
