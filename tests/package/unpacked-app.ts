/**
 * The packaged app as a stranger has it: unpacked from dist/*.tar.gz into a fresh folder, started by a user who is not
 * root, with an empty PATH. As root the source tree, Node, Python and Redis are hidden as well, in a mount namespace
 * of its own (a tmpfs over the tree, an empty file over each program); elsewhere a stripped PATH has to do.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const projectFolder = resolve(import.meta.dirname, '../..')
const distFolder = join(projectFolder, 'dist')
const nobody = 65534
const hiddenPrograms = ['node', 'npm', 'python3', 'redis-server', 'redis-cli', 'redis-check-rdb']

export interface AppRun {
  readonly code: number | null
  readonly output: string
}

export function builtFile(ending: '.tar.gz' | '.deb'): string {
  const found = existsSync(distFolder) ? readdirSync(distFolder).filter((name) => name.endsWith(ending)) : []
  if (found.length !== 1)
    throw new Error(`dist/ holds ${found.length} files ending in ${ending}, expected one: run npm run package`)
  return join(distFolder, found[0]!)
}

export const canHide = (): boolean => {
  if (process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export class UnpackedApp {
  readonly folder: string
  readonly homeFolder: string
  readonly #temporary: string

  constructor() {
    this.#temporary = mkdtempSync(join(tmpdir(), 'celery-package-'))
    chmodSync(this.#temporary, 0o755)
    execFileSync('tar', ['-xzf', builtFile('.tar.gz'), '-C', this.#temporary])
    this.folder = join(this.#temporary, readdirSync(this.#temporary)[0]!)
    this.homeFolder = join(this.#temporary, 'home')
    mkdirSync(this.homeFolder)
    mkdirSync(join(this.#temporary, 'empty'))
    if (process.getuid?.() === 0) chownSync(this.homeFolder, nobody, nobody)
  }

  get program(): string {
    return join(this.folder, 'celery-from-zero')
  }

  /** Runs the app to its end. */
  async run(args: readonly string[], timeoutMs: number): Promise<AppRun> {
    const [command, ...words] = this.#command(args)
    // Its own process group, so that a run that hangs can be ended as a whole.
    const child = spawn(command!, words, {
      cwd: '/',
      env: this.#environment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (output += String(chunk)))
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), timeoutMs)
    const code = await new Promise<number | null>((done, failed) => {
      child.once('close', done)
      child.once('error', failed)
    })
    clearTimeout(timer)
    return { code, output }
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      PATH: join(this.#temporary, 'empty'),
      HOME: this.homeFolder,
      LANG: 'C.UTF-8',
      DISPLAY: process.env['DISPLAY'],
    }
  }

  #command(args: readonly string[]): readonly string[] {
    const app = [this.program, ...args]
    if (process.getuid?.() !== 0) return app
    const asNobody = ['/usr/bin/setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...app]
    if (!canHide()) return asNobody
    const hide = [
      `mount -t tmpfs none '${projectFolder}'`,
      ...programsToHide().map((file) => `mount --bind /dev/null '${file}'`),
    ]
    const script = `export PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${hide.join(' && ')} && PATH='${join(this.#temporary, 'empty')}' exec "$@"`
    return ['/usr/bin/unshare', '-m', '/bin/sh', '-c', script, 'sh', ...asNobody]
  }

  /** Processes that run a program of this folder, whoever started them. */
  processesLeft(): readonly string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const program = readlinkSync(`/proc/${pid}/exe`)
          return program.startsWith(`${this.#temporary}/`) ? [`${pid} ${program}`] : []
        } catch {
          return [] // it ended meanwhile, or belongs to the kernel
        }
      })
  }

  remove(): void {
    rmSync(this.#temporary, { recursive: true, force: true })
  }
}

function programsToHide(): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(':').concat('/usr/bin', '/usr/local/bin')
  const files = folders
    .flatMap((folder) => hiddenPrograms.map((name) => join(folder, name)))
    .filter((file) => existsSync(file))
  return [...new Set(files.map((file) => realpathSync(file)).concat(process.execPath))]
}
