// Shared libraries and programs that come from the operating system. On Debian and Ubuntu as root they are installed;
// anybody else gets the one command that installs them. What is missing is asked of the loader (ldd), not guessed.
import { existsSync, readFileSync } from 'node:fs'
import { run, tail } from './children.mjs'
import { SetupProblem } from './say.mjs'

/** What Electron links to that a bare Debian lacks; each brings along what it needs itself. */
const electronPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1']

const isDebian = () =>
  existsSync('/usr/bin/apt-get') && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
const isRoot = () => process.getuid?.() === 0
const works = async (command, args) => (await run(command, args, { timeoutMs: 20_000 })).code === 0

export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY)

/** Names of shared libraries that the loader cannot find for a program. */
export async function missingLibraries(program) {
  if (process.platform !== 'linux') return []
  const { output } = await run('ldd', [program])
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1])
}

/** Packages that are wanted, by what they are for. Each entry says whether it is there already. */
export async function wantedForApp(electronProgram, redisIsThere) {
  if (process.platform !== 'linux') return []
  const wanted = []
  const missing = await missingLibraries(electronProgram)
  if (missing.length > 0) wanted.push(...electronPackages)
  if (!hasDisplay() && !existsSync('/usr/bin/Xvfb')) wanted.push('xvfb')
  if (!redisIsThere) wanted.push('redis-server')
  return wanted
}

export async function wantedForTests() {
  if (process.platform !== 'linux') return []
  const wanted = existsSync('/usr/bin/Xvfb') ? [] : ['xvfb']
  if (!(await realCeleryIsThere())) wanted.push('python3-celery', 'python3-redis')
  return wanted
}

/** Interop tests run against Debian's own Celery. */
export const realCeleryIsThere = () => works('/usr/bin/python3', ['-c', 'import celery, redis'])

/** Ubuntu 24.04 renamed some libraries when time became 64 bits wide. */
async function nameHere(name) {
  const renamed = `${name}t64`
  return (await works('apt-cache', ['show', renamed])) ? renamed : name
}

const aptEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }

/** Installs by apt as root; otherwise throws with the one command. Answers the names installed. */
export async function installSystemPackages(names, tell) {
  if (names.length === 0) return []
  const command = `apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`
  if (!isDebian()) {
    throw new SetupProblem(
      `This system lacks what Debian calls ${names.join(', ')}.`,
      "Install the same with this system's package manager, then run the same command again.",
    )
  }
  if (!isRoot()) {
    throw new SetupProblem(
      `System packages are missing: ${names.join(', ')}.`,
      `Run this once, then the same command again:\n\n  sudo sh -c '${command}'\n`,
    )
  }
  tell('apt-get update')
  await run('apt-get', ['update'], { env: aptEnvironment }) // a stale mirror may still have what is wanted
  const resolved = []
  for (const name of names) resolved.push(await nameHere(name))
  tell(`apt-get install ${resolved.join(' ')}`)
  const { code, output } = await run('apt-get', ['install', '-y', '--no-install-recommends', ...resolved], {
    env: aptEnvironment,
  })
  if (code !== 0) {
    throw new SetupProblem(
      `apt-get could not install ${resolved.join(', ')}.`,
      `Run \`${command}\` by hand to see why, then the same command again.`,
      tail(output),
    )
  }
  return resolved
}
