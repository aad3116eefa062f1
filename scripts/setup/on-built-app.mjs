// What `npm run bench` and `npm run conformance` share: an app that is built, test modules run beside it, rows kept as JSON.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { endWithSignals } from './children.mjs'
import { installPackages } from './npm-packages.mjs'
import { inRoot, root } from './paths.mjs'
import { prepareBuild } from './prepare.mjs'
import { report, step } from './say.mjs'

const words = process.argv.slice(2)

/** The word after `name`; undefined when it was not given. Ends with 2 when it `needs` a word and has none. */
export function wordAfter(name, needs) {
  const at = words.indexOf(name)
  if (at < 0) return undefined
  if (words[at + 1] === undefined) {
    console.error(`${name} needs ${needs}`)
    process.exit(2)
  }
  return words[at + 1]
}

/** `load('bench', 'run.ts')` answers a module of tests/. */
export async function onBuiltApp(work) {
  endWithSignals()
  try {
    await step('Packages', installPackages)
    await prepareBuild()
    process.chdir(root)
    const { runnerImport } = await import('vite')
    const load = async (...parts) =>
      (await runnerImport(inRoot('tests', ...parts), { configFile: false, logLevel: 'error' })).module
    await work(load)
  } catch (error) {
    process.exitCode = report(error)
  }
}

/** A relative `file` is relative to where npm was called. */
export function keepJson(file, data) {
  if (file !== undefined)
    writeFileSync(resolve(process.env.INIT_CWD ?? '.', file), `${JSON.stringify(data, null, 2)}\n`)
}
