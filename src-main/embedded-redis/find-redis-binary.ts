/**
 * Which redis-server to run: one bundled with the app, else one installed on the system, else one that redis-memory-server
 * built earlier. A binary counts only when `--version` answers with a version we can use. Node only.
 */
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/** The oldest Redis whose command stream and LIFO lists behave as Celery's transport expects of ours. */
export const OLDEST_REDIS = '6.2'

export interface FoundRedis {
  readonly found: true
  readonly binary: string
  readonly version: string
  readonly from: 'bundled' | 'system' | 'built'
  /** Folder with the libraries that a bundled binary needs, or null. */
  readonly libraryFolder: string | null
}

export interface NoRedis {
  readonly found: false
  /** Each place and what was wrong with it, in the order in which they were tried. */
  readonly lookedFor: readonly string[]
}

export interface WhereToLook {
  readonly bundledFolder: string | null
  /** Where redis-memory-server keeps what it built. */
  readonly buildFolder: string | null
  /** Folders of PATH and the usual places; the default reads the environment. */
  readonly systemFolders?: readonly string[]
}

const EXECUTABLE = process.platform === 'win32' ? 'redis-server.exe' : 'redis-server'

const USUAL_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['/opt/homebrew/bin', '/usr/local/bin', '/opt/local/bin'],
  linux: ['/usr/bin', '/usr/local/bin', '/usr/sbin', '/snap/bin', '/opt/redis/bin'],
  win32: ['C:\\Program Files\\Redis', 'C:\\Program Files\\Memurai'],
}

export async function findRedisBinary(where: WhereToLook): Promise<FoundRedis | NoRedis> {
  const lookedFor: string[] = []
  for (const candidate of await candidates(where)) {
    const looked = await look(candidate)
    if (looked.found) return looked
    lookedFor.push(looked.why)
  }
  return { found: false, lookedFor }
}

interface Candidate {
  readonly binary: string
  readonly from: FoundRedis['from']
}

/** Names one redis-server to use, whatever else is there. */
export const OWN_CHOICE = 'CFZ_REDIS_BINARY'

async function candidates(where: WhereToLook): Promise<readonly Candidate[]> {
  const chosen = process.env[OWN_CHOICE]
  if (chosen !== undefined && chosen !== '') return [{ binary: chosen, from: 'system' }]
  const list: Candidate[] = []
  if (where.bundledFolder !== null) {
    const platformFolder = join(where.bundledFolder, `${process.platform}-${process.arch}`)
    for (const folder of [platformFolder, where.bundledFolder]) {
      list.push(
        { binary: join(folder, EXECUTABLE), from: 'bundled' },
        { binary: join(folder, 'bin', EXECUTABLE), from: 'bundled' },
      )
    }
  }
  for (const folder of where.systemFolders ?? systemFolders())
    list.push({ binary: join(folder, EXECUTABLE), from: 'system' })
  if (where.buildFolder !== null) {
    for (const binary of await builtBinaries(where.buildFolder)) list.push({ binary, from: 'built' })
  }
  return list
}

function systemFolders(): readonly string[] {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...new Set([...path, ...(USUAL_FOLDERS[process.platform] ?? USUAL_FOLDERS['linux'] ?? [])])]
}

/** redis-memory-server keeps `<build folder>/<version>/src/redis-server`, or without `src`. */
async function builtBinaries(buildFolder: string): Promise<readonly string[]> {
  try {
    const versions = await readdir(buildFolder)
    return versions.flatMap((version) => [
      join(buildFolder, version, 'src', EXECUTABLE),
      join(buildFolder, version, EXECUTABLE),
    ])
  } catch {
    return [] // nothing was ever built there
  }
}

async function look(candidate: Candidate): Promise<FoundRedis | { readonly found: false; readonly why: string }> {
  try {
    await access(candidate.binary, constants.X_OK)
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return { found: false, why: `${candidate.binary}: ${absent ? 'not there' : 'may not be run'}` }
  }
  const libraryFolder = candidate.from === 'bundled' ? await bundledLibraries(candidate.binary) : null
  const version = await redisVersion(candidate.binary, libraryFolder)
  if (version === null) return { found: false, why: `${candidate.binary}: did not answer --version` }
  if (!atLeast(version, OLDEST_REDIS))
    return { found: false, why: `${candidate.binary}: is ${version}, ${OLDEST_REDIS} or newer is needed` }
  return { found: true, binary: candidate.binary, version, from: candidate.from, libraryFolder }
}

async function bundledLibraries(binary: string): Promise<string | null> {
  for (const folder of [join(dirname(binary), 'lib'), join(dirname(binary), '..', 'lib')]) {
    try {
      const names = await readdir(folder)
      if (names.some((name) => /\.(so|dylib)/.test(name))) return folder
    } catch {
      continue // no such folder: the binary needs nothing beside itself
    }
  }
  return null
}

/** The environment in which a bundled binary finds its own libraries. */
export function redisEnvironment(libraryFolder: string | null): NodeJS.ProcessEnv {
  if (libraryFolder === null) return process.env
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  return { ...process.env, [variable]: [libraryFolder, process.env[variable]].filter(Boolean).join(delimiter) }
}

/** `Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=…` → `7.0.15` */
function redisVersion(binary: string, libraryFolder: string | null): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(binary, ['--version'], { timeout: 5_000, env: redisEnvironment(libraryFolder) }, (error, stdout) => {
      const version = /\bv=(\d+(?:\.\d+)+)/.exec(stdout)?.[1]
      resolve(error === null && version !== undefined ? version : null)
    })
  })
}

export function atLeast(version: string, oldest: string): boolean {
  const have = version.split('.').map(Number)
  const need = oldest.split('.').map(Number)
  for (const [index, wanted] of need.entries()) {
    const part = have[index] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}

/** The one command that installs Redis on this system. */
export function installCommand(platform: NodeJS.Platform = process.platform): string {
  switch (platform) {
    case 'darwin':
      return 'brew install redis'
    case 'win32':
      return 'winget install Memurai.MemuraiDeveloper'
    default:
      return 'sudo apt-get install -y redis-server'
  }
}
