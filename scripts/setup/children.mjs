// Every process that a script starts. None is left behind: when the script is asked to stop, or ends, what it started
// is asked to stop and, after five seconds, killed. Only own children are ever signalled, by their pid.
import { spawn } from 'node:child_process'

const graceMs = 5_000
const parentCheckMs = 500
const running = new Set()
let stopping = false

/** Starts a program; it is ended with this script. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, options)
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return child
}

/** Answers when the child is gone: its code, or 1 when a signal ended it or it could not start. */
export const ended = (child) =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode ?? 1)
    child.once('exit', (code) => resolve(code ?? 1))
    child.once('error', () => resolve(1))
  })

/** Runs a program to its end and answers `{ code, output }`; its output is also shown when `show` is set. */
export async function run(command, args, { show = false, timeoutMs, ...options } = {}) {
  let output = ''
  const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  const keep = (stream) => (chunk) => {
    output += chunk
    if (output.length > 400_000) output = output.slice(-200_000)
    if (show) stream.write(chunk)
  }
  child.stdout?.on('data', keep(process.stdout))
  child.stderr?.on('data', keep(process.stderr))
  child.once('error', (error) => (output += String(error)))
  const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const code = await ended(child)
  clearTimeout(timer)
  return { code, output }
}

export async function stop(child) {
  if (!running.has(child)) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await ended(child)
  clearTimeout(timer)
}

/** The last lines of an output, for a message about what went wrong. */
export const tail = (output, lines = 25) => output.trim().split('\n').slice(-lines).join('\n')

/**
 * Ctrl+C reaches the whole terminal group; other signals are passed on. npm hands a signal only to the shell between
 * it and us, so under npm the end of that shell counts as one. Either way the script ends after its children.
 */
export function endWithSignals() {
  const end = (code) => {
    if (stopping) return
    stopping = true
    void Promise.all([...running].map(stop)).then(() => process.exit(code))
  }
  process.on('SIGINT', () => end(130))
  process.on('SIGTERM', () => end(143))
  process.on('SIGHUP', () => end(129))
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL')
  })
  const parent = process.ppid
  if (process.env.npm_lifecycle_event && process.platform !== 'win32') {
    setInterval(() => process.ppid !== parent && end(143), parentCheckMs).unref()
  }
}

export const isStopping = () => stopping
