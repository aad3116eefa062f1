#!/usr/bin/env node
// `npm run conformance`: every feature in three pairings with real Celery; writes docs/CONFORMANCE.md. `-- --json FILE`
// keeps the table as data, `-- --only TEXT` runs the features with TEXT in their name (and writes nothing),
// `-- --logs` shows what the workers wrote. Ends with 1 when a cell has failed.
import './setup/check-node.mjs'

const { writeFileSync } = await import('node:fs')
const { resolve } = await import('node:path')
const { endWithSignals } = await import('./setup/children.mjs')
const { installPackages } = await import('./setup/npm-packages.mjs')
const { inRoot, root } = await import('./setup/paths.mjs')
const { prepareBuild } = await import('./setup/prepare.mjs')
const { bold, dim, green, red, report, seconds, step } = await import('./setup/say.mjs')

const words = process.argv.slice(2)
function after(name, what) {
  const at = words.indexOf(name)
  if (at < 0) return undefined
  if (words[at + 1] === undefined) {
    console.error(`${name} needs ${what}`)
    process.exit(2)
  }
  return words[at + 1]
}
const jsonFile = after('--json', 'a file: npm run conformance -- --json FILE')
const only = after('--only', 'a part of the names of features')
const pairing = after('--pairing', 'celery-to-ours, ours-to-celery or ours-to-ours')

function tell(pairing, { name, cell, seconds: took, detail }) {
  const mark = cell === 'pass' ? green('✓') : cell === 'fail' ? red('✗') : dim('–')
  console.log(
    `  ${mark} ${dim(pairing.padEnd(14))} ${name}${cell.startsWith('n/a') ? dim(` ${cell}`) : ''} ${dim(seconds(took * 1000))}`,
  )
  if (detail) console.log(dim(detail.trimEnd().replaceAll(/^/gm, '      ')))
}

endWithSignals()
try {
  await step('Packages', installPackages)
  await prepareBuild()
  process.chdir(root)
  const { runnerImport } = await import('vite')
  const load = (...parts) =>
    runnerImport(inRoot('tests', 'interop', 'conformance', ...parts), { configFile: false, logLevel: 'error' })
  const { module: run } = await load('run.ts')
  const { module: table } = await load('table.ts')
  const begunMs = Date.now()
  const tellLog = (pairing, log) => words.includes('--logs') && console.log(`\n${bold(pairing)}\n${log}`)
  const made = await run.runConformance({ tell, tellLog, only, ...(pairing ? { pairings: [pairing] } : {}) })
  const cells = made.features.flatMap(({ cells }) => Object.values(cells))
  const count = (what) => cells.filter((cell) => cell.startsWith(what)).length
  if (jsonFile) writeFileSync(resolve(process.env.INIT_CWD ?? '.', jsonFile), `${JSON.stringify(made, null, 2)}\n`)
  if (only === undefined && pairing === undefined)
    writeFileSync(inRoot('docs', 'CONFORMANCE.md'), await table.toMarkdown(made))
  console.log(
    `\n${made.features.length} features: ${count('pass')} pass, ${count('fail')} fail, ${count('n/a')} n/a ${dim(seconds(Date.now() - begunMs))}`,
  )
  process.exitCode = count('fail') > 0 ? 1 : 0
} catch (error) {
  process.exitCode = report(error)
}
