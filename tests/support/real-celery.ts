/**
 * Real Celery from Debian's python3-celery (5.2.6), for interop tests: a worker process on a tasks.py of the test's,
 * and short client scripts. Each has its own temporary folder; `stop()` ends the worker and removes the folder.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from './wait-for.js'

export const python = '/usr/bin/python3'

export interface RealCelery {
  readonly brokerUrl: string
  /** Defaults to the broker's URL. */
  readonly resultBackend?: string
  /** Defaults to `defaultTasksPy`. */
  readonly tasksPy?: string
}

export const defaultTasksPy = `
from celery import Celery
app = Celery('tasks')

@app.task
def add(x, y):
    return x + y

@app.task
def same(x):
    return x

@app.task
def echo(*args, **kwargs):
    return {'args': args, 'kwargs': kwargs}

@app.task
def fail(message):
    raise ValueError(message)

@app.task(bind=True)
def info(self):
    r = self.request
    return {'id': r.id, 'eta': r.eta, 'expires': r.expires, 'priority': r.delivery_info['priority'],
            'root_id': r.root_id, 'parent_id': r.parent_id, 'origin': r.origin, 'x_my': r.get('x-my'),
            'shadow': r.shadow, 'retries': r.retries, 'timelimit': r.timelimit, 'routing_key': r.delivery_info['routing_key']}
`

export class RealWorker {
  /** Everything the worker wrote so far, banner and log. */
  output = ''
  readonly folder: string
  private readonly child: ChildProcess
  private readonly atExit = (): void => killGroup(this.child)

  constructor(folder: string, child: ChildProcess) {
    this.folder = folder
    this.child = child
    process.once('exit', this.atExit)
    const collect = (chunk: Buffer): void => void (this.output += chunk.toString())
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  async waitForOutput(text: string | RegExp, timeoutSeconds = 30): Promise<void> {
    await waitFor(
      `real worker says ${text}`,
      () => {
        if (this.child.exitCode !== null)
          throw new Error(`the real worker ended with ${this.child.exitCode}:\n${this.output}`)
        return typeof text === 'string' ? this.output.includes(text) : text.test(this.output)
      },
      { timeoutSeconds, describe: () => this.output },
    )
  }

  /** Ends it at once with its pool processes (its whole process group), and removes its folder. */
  async stop(): Promise<void> {
    const { child } = this
    const exited =
      child.exitCode !== null || child.signalCode !== null
        ? null
        : new Promise((resolve) => child.once('exit', resolve))
    killGroup(child) // also when the worker itself is gone: its pool processes may live on
    await exited
    process.off('exit', this.atExit)
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** `args` follow `celery -A tasks worker`, for example `['-c', '1', '-Q', 'mail']`. Answers when the worker is ready. */
export async function startRealWorker(celery: RealCelery, args: readonly string[] = ['-c', '1']): Promise<RealWorker> {
  const folder = await folderWith({ 'tasks.py': celery.tasksPy ?? defaultTasksPy })
  const child = spawn(python, ['-m', 'celery', '-A', 'tasks', 'worker', '--loglevel=INFO', ...args], {
    cwd: folder,
    env: realCeleryEnvironment(celery),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its own process group, so that stop() reaches the pool processes
  })
  const worker = new RealWorker(folder, child)
  try {
    await worker.waitForOutput(' ready.')
  } catch (error) {
    await worker.stop()
    throw error
  }
  return worker
}

/** Runs a Python script next to the tasks.py (`from tasks import *`) and answers what it printed. */
export async function runRealClient(celery: RealCelery, source: string, timeoutSeconds = 60): Promise<string> {
  const folder = await folderWith({ 'tasks.py': celery.tasksPy ?? defaultTasksPy, 'client.py': source })
  try {
    return await runPython([join(folder, 'client.py')], {
      env: realCeleryEnvironment(celery),
      cwd: folder,
      timeoutSeconds,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Debian's Python with `input` on stdin; rejects with stderr when it fails. */
export function runPython(
  args: readonly string[],
  options: {
    readonly input?: string
    readonly env?: NodeJS.ProcessEnv
    readonly cwd?: string
    readonly timeoutSeconds?: number
  } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      python,
      [...args],
      {
        cwd: options.cwd,
        env: options.env ?? process.env,
        timeout: (options.timeoutSeconds ?? 60) * 1000,
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) =>
        error ? reject(new Error(`${error.message}\n${stdout}\n${stderr}`)) : resolve(stdout),
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input ?? '')
  })
}

export function realCeleryEnvironment(celery: RealCelery): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CELERY_BROKER_URL: celery.brokerUrl,
    CELERY_RESULT_BACKEND: celery.resultBackend ?? celery.brokerUrl,
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    TZ: 'UTC',
  }
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'real-celery-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // already gone is what we wanted
  }
}
