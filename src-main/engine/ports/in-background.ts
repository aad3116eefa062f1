/** A promise nobody waits for still has somebody to tell when it fails: a name for the log line, and the log. */
import { withTraceback, type Log } from './log.js'

export function inBackground(name: string, promise: Promise<unknown>, log: Pick<Log, 'error'>): void {
  promise.catch((error: unknown) => log.error(withTraceback(`${name} failed`, error)))
}

export function assertNever(value: never): never {
  throw new Error(`a case nobody handles: ${JSON.stringify(value)}`)
}
