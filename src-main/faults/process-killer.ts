/**
 * Kills processes for real, and looks whether they are gone. SIGKILL is the only signal used: it cannot be caught, so what
 * a learner sees is what a crash, the kernel's memory killer or a pulled plug would do.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** A zombie (dead, not yet reaped by its parent) counts as gone: it runs nothing and holds nothing. */
export async function isAlive(pid: number): Promise<boolean> {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // somebody else's, but there
  }
  if (process.platform !== 'linux') return true
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1))
  } catch {
    return false // gone between the two questions
  }
}

/** Those of `pids` that are still there when the time is over; returns as soon as none is. */
export async function survivors(pids: readonly number[], withinMs: number): Promise<readonly number[]> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const alive = await Promise.all(pids.map(isAlive))
    const left = pids.filter((_pid, index) => alive[index] === true)
    if (left.length === 0 || Date.now() >= deadline) return left
    await delay(25)
  }
}

/**
 * SIGKILL; false when there was no such process or it may not be killed.
 * On Windows Node maps this to TerminateProcess, which takes one process only: callers kill each process of a tree themselves.
 */
export function killPid(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

export interface KilledTree {
  /** Children that were still there after their parent's death, and were killed as well. */
  readonly orphans: readonly number[]
  /** Could not be killed. Empty unless the system refuses. */
  readonly left: readonly number[]
}

/** As long as children may take to notice that their parent is gone: their channel to it closes at once. */
const NOTICE_MS = 1_500

/**
 * The parent first, then those of its children that do not end by themselves. On Linux and macOS our pool processes end when
 * their channel closes; on Windows TerminateProcess spares children altogether, so that each is killed here.
 */
export async function killTree(parent: number, children: readonly number[]): Promise<KilledTree> {
  killPid(parent)
  const orphans = await survivors([parent, ...children], NOTICE_MS)
  for (const pid of orphans) killPid(pid)
  return { orphans: orphans.filter((pid) => pid !== parent), left: await survivors(orphans, NOTICE_MS) }
}
