// Lays the app out as it is shipped: Electron under the app's own name (which is how Electron knows that it is
// packaged), and in resources/ everything that src-main/desktop/app-paths.ts looks for. No archive of sources: every
// path inside is a real file, because pool processes read Python's files and start threads from theirs.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { inRoot, snapshotFile } from '../setup/paths.mjs'
import { bundleRedis } from './redis-files.mjs'

const leftOut =
  /\.(?:map|d\.ts|d\.mts|d\.cts|md|markdown|ts|flow)$|(?:^|\/)(?:console(?:-v2)?\.html|__pycache__|\.bin|test|tests)$/
const notOurs = /(?:^|\/)(?:python|walk|app\.stamp)$/

/** Names of everything under node_modules that the app needs to run: what the lock file does not mark as for developers. */
function runtimePackages() {
  const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(
      ([path, entry]) => path !== '' && !entry.dev && !entry.devOptional && !path.startsWith('node_modules/@types/'),
    )
    .map(([path]) => path)
    .filter((path) => existsSync(inRoot(path)))
}

function copyPackage(path, goal) {
  const from = inRoot(path)
  cpSync(from, join(goal, path), {
    recursive: true,
    filter: (file) => {
      const inside = file.slice(from.length)
      return !inside.startsWith('/node_modules') && !leftOut.test(inside)
    },
  })
}

function copyElectron(program, folder, appName) {
  cpSync(dirname(program), folder, { recursive: true })
  renameSync(join(folder, basename(program)), join(folder, appName))
  rmSync(join(folder, 'resources'), { recursive: true, force: true })
  mkdirSync(join(folder, 'resources'))
  for (const name of ['LICENSE', 'LICENSE.electron.txt']) {
    if (existsSync(join(folder, name))) renameSync(join(folder, name), join(folder, 'LICENSE.electron'))
  }
}

function copyApp(folder, about) {
  cpSync(inRoot('out'), join(folder, 'out'), {
    recursive: true,
    filter: (file) => !leftOut.test(file) && !notOurs.test(file.slice(inRoot('out').length)),
  })
  for (const path of runtimePackages()) copyPackage(path, folder)
  const { name, productName, version, description, license, type, main } = about
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name, productName, version, description, license, type, main }, null, 2),
  )
}

/** Answers nothing; `folder` is then a complete app that needs no Node, Python or Redis beside it. */
export async function layOutApp(folder, electronProgram, about) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  copyElectron(electronProgram, folder, about.name)
  const resources = join(folder, 'resources')
  copyApp(join(resources, 'app'), about)
  cpSync(inRoot('lessons'), join(resources, 'lessons'), { recursive: true })
  cpSync(snapshotFile, join(resources, 'python-snapshot.bin'))
  if (existsSync(inRoot('resources', 'icons')))
    cpSync(inRoot('resources', 'icons'), join(resources, 'icons'), { recursive: true })
  if (existsSync(inRoot('LICENSE'))) cpSync(inRoot('LICENSE'), join(folder, 'LICENSE'))
  await bundleRedis(join(resources, 'redis', 'linux-x64'))
  makeReadable(folder)
}

/** Everybody may read and enter; what was executable stays so. */
function makeReadable(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name)
    if (entry.isDirectory()) {
      chmodSync(inside, 0o755)
      makeReadable(inside)
    }
  }
  chmodSync(path, 0o755)
}
