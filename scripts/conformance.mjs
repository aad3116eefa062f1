#!/usr/bin/env node
// `npm run conformance`: every feature in three pairings with real Celery; writes docs/CONFORMANCE.md. `-- --json FILE`
// keeps the table as data, `-- --only TEXT` runs the features with TEXT in their name (and writes nothing),
// `-- --logs` shows what the workers wrote. Ends with 1 when a cell has failed.
import './setup/check-node.mjs'

const { writeFileSync } = await import('node:fs')
const { keepJson, onBuiltApp, wordAfter } = await import('./setup/on-built-app.mjs')
const { inRoot } = await import('./setup/paths.mjs')
const { bold, dim, green, red, seconds } = await import('./setup/say.mjs')

const jsonFile = wordAfter('--json', 'a file: npm run conformance -- --json FILE')
const only = wordAfter('--only', 'a part of the names of features')
const pairing = wordAfter('--pairing', 'celery-to-ours, ours-to-celery or ours-to-ours')
const showsLogs = process.argv.includes('--logs')

function tell(pairing, { name, cell, seconds: took, detail }) {
  const mark = cell === 'pass' ? green('✓') : cell === 'fail' ? red('✗') : dim('–')
  console.log(
    `  ${mark} ${dim(pairing.padEnd(14))} ${name}${cell.startsWith('n/a') ? dim(` ${cell}`) : ''} ${dim(seconds(took * 1000))}`,
  )
  if (detail) console.log(dim(detail.trimEnd().replaceAll(/^/gm, '      ')))
}

await onBuiltApp(async (load) => {
  const run = await load('interop', 'conformance', 'run.ts')
  const table = await load('interop', 'conformance', 'table.ts')
  const begunMs = Date.now()
  const tellLog = (pairing, log) => showsLogs && console.log(`\n${bold(pairing)}\n${log}`)
  const made = await run.runConformance({ tell, tellLog, only, ...(pairing ? { pairings: [pairing] } : {}) })
  const cells = made.features.flatMap(({ cells }) => Object.values(cells))
  const count = (what) => cells.filter((cell) => cell.startsWith(what)).length
  keepJson(jsonFile, made)
  if (only === undefined && pairing === undefined)
    writeFileSync(inRoot('docs', 'CONFORMANCE.md'), await table.toMarkdown(made))
  console.log(
    `\n${made.features.length} features: ${count('pass')} pass, ${count('fail')} fail, ${count('n/a')} n/a ${dim(seconds(Date.now() - begunMs))}`,
  )
  process.exitCode = count('fail') > 0 ? 1 : 0
})
