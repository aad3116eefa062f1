#!/usr/bin/env node
// `npm run build`: out/ with the app and Python's memory snapshot, skipping what is unchanged.
import './setup/check-node.mjs'

const { endWithSignals } = await import('./setup/children.mjs')
const { installPackages } = await import('./setup/npm-packages.mjs')
const { prepareBuild } = await import('./setup/prepare.mjs')
const { report, step } = await import('./setup/say.mjs')

endWithSignals()
try {
  await step('Packages', installPackages)
  await prepareBuild()
} catch (error) {
  process.exitCode = report(error)
}
