/** `--pidfile`: one process at a time, as far as the file can say. Celery: celery/platforms.py (Pidfile, create_pidlock) */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Exit code of a process that is not the only one (sysexits.h EX_CANTCREAT). */
export const cannotCreate = 73

/** Null: another one runs, and this was said. A file left by a process that is gone is replaced. */
export function takePidfile(path: string, say: (text: string) => void): { release(): void } | null {
  const found = pidIn(path)
  if (found === 'broken') say('Broken pidfile found - Removing it.\n')
  else if (found !== null && isAlive(found)) {
    say(`\nERROR: Pidfile (${path}) already exists.\nSeems we're already running? (pid: ${found})\n`)
    return null
  } else if (found !== null) say('Stale pidfile exists - Removing it.\n')
  writeFileSync(path, `${process.pid}\n`)
  return { release: () => rmSync(path, { force: true }) }
}

function pidIn(path: string): number | 'broken' | null {
  try {
    const text = readFileSync(path, 'utf8')
    return /^\d+\n/.test(text) ? Number(text.trim()) : 'broken'
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null
    throw error
  }
}

/** As Celery: a process of somebody else's does not count. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
