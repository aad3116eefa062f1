/**
 * What was asked for on the command line: `--data-dir=DIR`, `--walk[=N]`, `--shots=DIR`, `--no-tour`. Chromium's own switches and the
 * app's path are in the same list and are passed over. Read once by main.ts; a mistake ends the start with one clear line.
 */
import { resolve } from 'node:path'

export interface LaunchOptions {
  /** Folder for progress, edits and settings instead of the user's own; tests give each app its own. */
  readonly dataFolder: string | null
  /** How many steps the app shall walk through by itself; null: it is used by a person. */
  readonly walkSteps: number | null
  /** The tour is not shown by itself. */
  readonly noTour: boolean
  /** Where the walk keeps a picture of each step. */
  readonly shotsFolder: string | null
}

export class LaunchOptionError extends Error {}

export function readLaunchOptions(argv: readonly string[], workingFolder: string): LaunchOptions {
  const folder = (name: string): string | null => {
    const text = valueOf(argv, name)
    if (text === null) return null
    if (text === '') throw new LaunchOptionError(`--${name} needs a folder: --${name}=DIR. The app was not started.`)
    return resolve(workingFolder, text)
  }
  return {
    dataFolder: folder('data-dir'),
    walkSteps: readWalkSteps(argv),
    shotsFolder: folder('shots'),
    noTour: argv.includes('--no-tour'),
  }
}

function readWalkSteps(argv: readonly string[]): number | null {
  const text = valueOf(argv, 'walk')
  if (text === null) return null
  if (text === '') return Number.POSITIVE_INFINITY
  const steps = Number(text)
  if (!Number.isInteger(steps) || steps < 1) {
    throw new LaunchOptionError(`--walk=${text}: expected a whole number of steps from 1 up. The app was not started.`)
  }
  return steps
}

/** `--name=value` gives the value, a bare `--name` gives '', absence gives null. The last one counts. */
function valueOf(argv: readonly string[], name: string): string | null {
  const found = argv.filter((argument) => argument === `--${name}` || argument.startsWith(`--${name}=`)).at(-1)
  return found === undefined ? null : found.slice(name.length + 3)
}
