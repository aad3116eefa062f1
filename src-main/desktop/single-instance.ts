/**
 * One app for one data folder: two would write the same progress. The second says so in one line and exits; the first
 * comes to the front, and is given the second's command line. Electron keeps the lock in the data folder, so apps with
 * their own --data-dir do not meet.
 */
import { app } from 'electron'

/** False: another one runs, and this one is on its way out. */
export function claimSingleInstance(onSecond: (argv: readonly string[]) => void): boolean {
  if (app.requestSingleInstanceLock()) {
    app.on('second-instance', (_event, argv) => onSecond(argv))
    return true
  }
  process.stderr.write(`${app.name} is already running with this data folder: its window was brought to the front.\n`)
  app.exit(0)
  return false
}
