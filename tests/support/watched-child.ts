/** A process that a test has started: what it prints, how it ends, and that it does not outlive the test. */
import { spawn, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { entry } from './entries.js'

export interface WatchedChild {
  readonly child: ChildProcess
  /** So far. */
  readonly text: { out: string; err: string }
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
}

const running = new Set<ChildProcess>()
process.once('exit', killWatched)

export function watched(child: ChildProcess): WatchedChild {
  running.add(child)
  const text = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (text.err += chunk.toString()))
  const ended: WatchedChild['ended'] = new Promise((resolve) =>
    child.once('close', (code) => {
      running.delete(child)
      resolve({ code, ...text })
    }),
  )
  return { child, text, ended }
}

/** For `afterEach`: whatever this test file has started and not ended. */
export function killWatched(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** `celery` of the build as a terminal runs it. It knows of a broker what `args`, `environment` and its code say. */
export function startCelery(
  args: readonly string[],
  { cwd = tmpdir(), environment = {} }: { readonly cwd?: string; readonly environment?: Record<string, string> } = {},
): WatchedChild {
  const { CELERY_BROKER_URL: _broker, CELERY_RESULT_BACKEND: _backend, ...inherited } = process.env
  const env = { ...inherited, ...environment }
  return watched(spawn(process.execPath, [entry('cli'), ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }))
}
