#!/usr/bin/env node
// `npm run bench`: how fast we are beside others doing the same work in the same run. `-- --json FILE` keeps the rows.
// A missed target is shown, not an error: what a busy machine measures must not fail a build.
import './setup/check-node.mjs'

const { keepJson, onBuiltApp, wordAfter } = await import('./setup/on-built-app.mjs')
const { bold, dim, green, red } = await import('./setup/say.mjs')

const jsonFile = wordAfter('--json', 'a file: npm run bench -- --json FILE')

function show({ metric, ours, peers, ratio, target, met }) {
  const mark = met === null ? dim('–') : met ? green('✓') : red('✗')
  console.log(`\n  ${mark} ${bold(metric)}\n      ours ${ours}`)
  for (const [name, value] of Object.entries(peers)) console.log(`      ${name} ${value}`)
  console.log(dim(ratio === null ? '      nobody here to compare with' : `      ratio ${ratio}, target ${target}`))
}

await onBuiltApp(async (load) => {
  const { runBenches } = await load('bench', 'run.ts')
  keepJson(jsonFile, { rows: await runBenches(show) })
})
