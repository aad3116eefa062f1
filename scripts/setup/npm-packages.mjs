// Installs what package-lock.json names, when node_modules does not hold it already. Compares the two lock files by
// what they say, not by their dates, so that a fresh checkout with restored folders is not installed twice.
import { existsSync, readFileSync } from 'node:fs'
import { inRoot, root } from './paths.mjs'
import { run, tail } from './children.mjs'
import { SetupProblem } from './say.mjs'

const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

/** True when every package that this machine needs is there in the locked version. */
export function packagesAreInstalled() {
  const installedFile = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = read(installedFile)
  return Object.entries(read(inRoot('package-lock.json'))).every(([path, entry]) => {
    if (path === '' || entry.link) return true
    const here = installed[path]
    return here ? here.version === entry.version : entry.optional === true || entry.devOptional === true
  })
}

export const npm = (args, options) =>
  process.env.npm_execpath
    ? run(process.execPath, [process.env.npm_execpath, ...args], options)
    : run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { shell: process.platform === 'win32', ...options })

export async function installPackages(tell) {
  const count = () => `${Object.keys(read(inRoot('node_modules', '.package-lock.json'))).length} packages`
  if (packagesAreInstalled()) return count()
  tell('npm ci, about half a minute')
  const { code, output } = await npm(['ci', '--no-progress'], { cwd: root })
  if (code !== 0) {
    throw new SetupProblem(
      'npm could not install the packages.',
      'Check the network (npm needs its registry), then run the same command again.',
      tail(output),
    )
  }
  return `${count()} installed`
}
