/** Runs the canvas scenarios: one pairing of a client and a worker, each of real Celery or ours, in a database of its own. */
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { LabToShell } from '../../../src-main/processes/messages/shell-messages.js'
import { entry } from '../../support/entries.js'
import { learnerEnvironment, startOurWorker } from '../../support/our-worker.js'
import { python, realCeleryEnvironment, startRealWorker } from '../../support/real-celery.js'
import type { Outcome } from './outcome.js'

const here = import.meta.dirname
const mark = '@@scenario '
/** A scenario ends in 60 s at most, by itself. */
const silenceSeconds = 120

export interface CanvasPairing {
  readonly client: 'real' | 'ours'
  readonly worker: 'real' | 'ours'
  readonly brokerUrl: string
  /** Where our Python finds Redis: the port of an AttributedRelay. */
  readonly relayPort: number
  /** Only scenarios whose name has this in it. */
  readonly only?: string
}

/** What each scenario left behind, by its name. */
export async function runScenarios(pairing: CanvasPairing): Promise<ReadonlyMap<string, Outcome>> {
  const folder = await mkdtemp(join(tmpdir(), 'canvas-'))
  for (const file of ['tasks.py', 'scenarios.py', 'run_scenarios.py']) await cp(join(here, file), join(folder, file))
  await cp(resolve(here, '..', 'features', 'redis_probe.py'), join(folder, 'redis_probe.py'))
  const worker = await startWorker(pairing)
  try {
    return await readOutcomes(startClient(pairing, folder))
  } catch (error) {
    throw new Error(`the worker: ${worker.log().slice(-4000)}`, { cause: error })
  } finally {
    await worker.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

interface SomeWorker {
  readonly log: () => string
  stop(): Promise<void>
}

async function startWorker({ worker: kind, brokerUrl }: CanvasPairing): Promise<SomeWorker> {
  const tasksPy = await readFile(join(here, 'tasks.py'), 'utf8')
  if (kind === 'real') {
    const worker = await startRealWorker({ brokerUrl, tasksPy }, ['-c', '2', '--without-gossip', '--without-mingle'])
    return { log: () => worker.output, stop: () => worker.stop() }
  }
  const worker = await startOurWorker({ brokerUrl, tasksPy, concurrency: 2 })
  return { log: () => worker.stderr, stop: () => worker.stop() }
}

function startClient({ client, brokerUrl, relayPort, only = '' }: CanvasPairing, folder: string): ChildProcess {
  if (client === 'real') {
    const environ = { REDIS_PROBE: new URL(brokerUrl).host, SCENARIOS_ONLY: only }
    return spawn(python, ['run_scenarios.py'], {
      cwd: folder,
      env: { ...realCeleryEnvironment({ brokerUrl }), ...environ },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
  const child = fork(entry('shell'), [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  const environ = { REDIS_PROBE: `127.0.0.1:${relayPort}`, SCENARIOS_ONLY: only }
  const services = [{ name: 'api', host: '127.0.0.1', port: relayPort, attributedPort: relayPort } as const]
  const environment = { ...learnerEnvironment(folder, brokerUrl), environ, services }
  child.send({ kind: 'start', environment, appModule: 'tasks', script: 'run_scenarios' } satisfies LabToShell)
  return child
}

async function readOutcomes(child: ChildProcess): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  let [output, done] = ['', false]
  const limit = (): NodeJS.Timeout => setTimeout(() => child.kill('SIGKILL'), silenceSeconds * 1000)
  let timer = limit()
  child.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)))
  createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
    if (!line.startsWith(mark)) return void (output = `${output}${line}\n`.slice(-4000))
    clearTimeout(timer)
    timer = limit()
    const { name, ...outcome } = JSON.parse(line.slice(mark.length)) as Outcome & { name: string | null } // run_scenarios.py
    if (name === null) done = true
    else outcomes.set(name, outcome)
  })
  const end = await new Promise<string>((settle) => {
    child.once('error', (error) => settle(String(error)))
    child.once('close', (code, signal) => settle(String(signal ?? code)))
  })
  clearTimeout(timer)
  if (!done) throw new Error(`the client ended with ${end} after ${[...outcomes.keys()].at(-1)}\n${output}`)
  return outcomes
}
