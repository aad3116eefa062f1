// Makes sure that there is a redis-server: one that comes with the app, the system's (6.2 or newer), or one that
// redis-memory-server compiles into .cache/. The app looks in the same places in the same order (src-main/embedded-redis).
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run, tail } from './children.mjs'
import { inRoot, platformName, redisBuildFolder } from './paths.mjs'
import { SetupProblem } from './say.mjs'

const oldest = [6, 2]
const program = process.platform === 'win32' ? 'redis-server.exe' : 'redis-server'
const usualFolders = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/local/bin']

function candidates() {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...usualFolders]
  const built = existsSync(redisBuildFolder) ? readdirSync(redisBuildFolder) : []
  return [
    { from: 'bundled', file: inRoot('resources', 'redis', platformName, program) },
    ...[...new Set(folders)].map((folder) => ({ from: 'the system', file: join(folder, program) })),
    ...built.map((version) => ({ from: '.cache', file: join(redisBuildFolder, version, 'src', program) })),
    ...built.map((version) => ({ from: '.cache', file: join(redisBuildFolder, version, program) })),
  ]
}

const isNewEnough = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

/** Answers `{ file, version, from }` or null. */
export async function findRedis() {
  for (const { from, file } of candidates()) {
    if (!existsSync(file)) continue
    const { output } = await run(file, ['--version'], { timeoutMs: 5_000 })
    const version = /\bv=(\d+(?:\.\d+)+)/.exec(output)?.[1]
    if (version && isNewEnough(version)) return { file, version, from }
  }
  return null
}

export async function prepareRedis(tell) {
  const found = await findRedis()
  if (found) return `${found.version}, ${found.from === 'the system' ? `the system's (${found.file})` : found.from}`
  tell('none found: compiling one into .cache, a few minutes')
  const builder = inRoot('node_modules', 'redis-memory-server', 'scripts', 'postinstall.js')
  const built = await run(process.execPath, [builder], {
    cwd: inRoot(),
    env: {
      ...process.env,
      REDISMS_DOWNLOAD_DIR: redisBuildFolder,
      REDISMS_DISABLE_POSTINSTALL: '0',
      REDISMS_IGNORE_DOWNLOAD_CACHE: '0',
    },
  })
  const made = await findRedis()
  if (made) return `${made.version}, compiled into .cache`
  throw new SetupProblem(
    'There is no redis-server 6.2 or newer on this machine, and one could not be compiled.',
    process.platform === 'darwin'
      ? 'Run `brew install redis`, then the same command again.'
      : "Run `sudo apt-get install -y redis-server` (or your system's like), then the same command again.",
    tail(built.output),
  )
}
