/**
 * One client process that runs features in order: real Celery's Python, or ours in the shell process. A feature that
 * does not end in its time costs the process, and another one goes on after it.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import type { LabToShell } from '../../../src-main/processes/messages/shell-messages.js'
import { entry } from '../../support/entries.js'
import { learnerEnvironment } from '../../support/our-worker.js'
import { python, realCeleryEnvironment } from '../../support/real-celery.js'
import type { Outcome, Pairing } from './table.js'

const featuresFolder = resolve(import.meta.dirname, '..', 'features')
const mark = '@@feature '
/** Each wait in a feature lasts 60 s at most, and no feature fails two of them. */
const featureSeconds = 130
const startSeconds = 120

export interface ClientOptions {
  readonly pairing: Pairing
  readonly brokerUrl: string
  /** Where our Python finds Redis: the port of an AttributedRelay. */
  readonly relayPort: number
  /** Only features whose name has this in it. */
  readonly only: string
  readonly onOutcome: (outcome: Outcome) => void
}

type Said =
  | { readonly kind: 'features'; readonly names: readonly string[] }
  | { readonly kind: 'begin'; readonly at: number; readonly name: string }
  | {
      readonly kind: 'end'
      readonly at: number
      readonly name: string
      readonly outcome: string
      readonly seconds: number
      readonly traceback?: string
    }
  | { readonly kind: 'done' }

interface Progress {
  names: readonly string[]
  /** The feature that runs. */
  running: { readonly at: number; readonly name: string } | null
  /** The first one that has not been run. */
  next: number
  done: boolean
}

/** Answers the names of all features, in order. */
export async function runClient(options: ClientOptions): Promise<readonly string[]> {
  const progress: Progress = { names: [], running: null, next: 0, done: false }
  while (!progress.done) {
    const before = progress.next
    const end = await runProcess(options, progress)
    if (progress.done) break
    if (progress.running === null && progress.next === before) {
      throw new Error(`${options.pairing}: the client ${end}`)
    }
    if (progress.running !== null) {
      const { at, name } = progress.running
      options.onOutcome({ name, cell: 'fail', seconds: 0, detail: `the client ${end}` })
      progress.next = at + 1
      progress.running = null
    }
    if (progress.next >= progress.names.length) break
  }
  return progress.names
}

/** Answers how the process ended. */
async function runProcess(options: ClientOptions, progress: Progress): Promise<string> {
  const child = startProcess(options, progress.next)
  let output = ''
  let late = false
  const limit = (seconds: number): NodeJS.Timeout =>
    setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, seconds * 1000)
  let timer = limit(startSeconds)
  child.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)))
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  lines.on('line', (line) => {
    if (!line.startsWith(mark)) return void (output = `${output}${line}\n`.slice(-4000))
    clearTimeout(timer)
    timer = limit(featureSeconds)
    take(JSON.parse(line.slice(mark.length)) as Said, options, progress) // written by run_features.py
  })
  const ended = await new Promise<string>((settle) => {
    child.once('error', (error) => settle(`could not start: ${error.message}`))
    child.once('close', (code, signal) => settle(`ended with ${signal ?? code}`))
  })
  clearTimeout(timer)
  return `${late ? 'did not go on in time' : ended}\n${output}`
}

function take(said: Said, options: ClientOptions, progress: Progress): void {
  switch (said.kind) {
    case 'features':
      progress.names = said.names
      return
    case 'begin':
      progress.running = said
      return
    case 'end': {
      const { name, outcome, traceback, at, seconds } = said
      progress.running = null
      progress.next = at + 1
      options.onOutcome({ name, cell: outcome, seconds, ...(traceback === undefined ? {} : { detail: traceback }) })
      return
    }
    case 'done':
      progress.done = true
  }
}

function startProcess({ pairing, brokerUrl, relayPort, only }: ClientOptions, skip: number): ChildProcess {
  const environ = { CONFORMANCE_PAIRING: pairing, CONFORMANCE_SKIP: String(skip), CONFORMANCE_ONLY: only }
  if (pairing === 'celery-to-ours') {
    return spawn(python, ['run_features.py'], {
      cwd: featuresFolder,
      env: { ...realCeleryEnvironment({ brokerUrl }), ...environ, REDIS_PROBE: new URL(brokerUrl).host },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
  const child = fork(entry('shell'), [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, TZ: 'UTC' },
  })
  const probe = { name: 'api', host: '127.0.0.1', port: relayPort, attributedPort: relayPort } as const
  const environment = {
    ...learnerEnvironment(featuresFolder, brokerUrl),
    environ: { ...environ, REDIS_PROBE: `127.0.0.1:${relayPort}` },
    services: [probe],
  }
  child.send({ kind: 'start', environment, appModule: 'tasks', script: 'run_features' } satisfies LabToShell)
  return child
}
