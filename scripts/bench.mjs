#!/usr/bin/env node
// `npm run bench`: how fast we are beside others doing the same work in the same run. `-- --json FILE` keeps the rows.
// A missed target is shown, not an error: what a busy machine measures must not fail a build.
import './setup/check-node.mjs'

const { writeFileSync } = await import('node:fs')
const { resolve } = await import('node:path')
const { endWithSignals } = await import('./setup/children.mjs')
const { installPackages } = await import('./setup/npm-packages.mjs')
const { inRoot, root } = await import('./setup/paths.mjs')
const { prepareBuild } = await import('./setup/prepare.mjs')
const { bold, dim, green, red, report, step } = await import('./setup/say.mjs')

const words = process.argv.slice(2)
const jsonAt = words.indexOf('--json')
const jsonFile = jsonAt >= 0 ? words[jsonAt + 1] : undefined

function show({ metric, ours, peers, ratio, target, met }) {
  const mark = met === null ? dim('–') : met ? green('✓') : red('✗')
  console.log(`\n  ${mark} ${bold(metric)}\n      ours ${ours}`)
  for (const [name, value] of Object.entries(peers)) console.log(`      ${name} ${value}`)
  console.log(dim(ratio === null ? '      nobody here to compare with' : `      ratio ${ratio}, target ${target}`))
}

endWithSignals()
try {
  if (jsonAt >= 0 && jsonFile === undefined) {
    console.error('--json needs a file: npm run bench -- --json FILE')
    process.exit(2)
  }
  await step('Packages', installPackages)
  await prepareBuild()
  process.chdir(root)
  const { runnerImport } = await import('vite')
  const { module } = await runnerImport(inRoot('tests', 'bench', 'run.ts'), { configFile: false, logLevel: 'error' })
  const rows = await module.runBenches(show)
  if (jsonFile) writeFileSync(resolve(process.env.INIT_CWD ?? '.', jsonFile), `${JSON.stringify({ rows }, null, 2)}\n`)
} catch (error) {
  process.exitCode = report(error)
}
