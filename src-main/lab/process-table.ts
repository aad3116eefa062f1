/** What the operating system says about a process: is it there, and how much memory does it hold. */
import { execFile } from 'node:child_process'
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

/** Resident memory of each process that is there: /proc on Linux, `ps` on macOS; nothing on Windows. */
export async function residentBytes(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (pids.length === 0 || process.platform === 'win32') return new Map()
  return process.platform === 'linux' ? await fromProc(pids) : await fromPs(pids)
}

async function fromProc(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const found = await Promise.all(
    pids.map(async (pid): Promise<readonly [number, number] | null> => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
      return kilobytes === undefined ? null : [pid, Number(kilobytes) * 1024]
    }),
  )
  return new Map(found.filter((entry) => entry !== null))
}

function fromPs(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'pid=,rss=', '-p', pids.join(',')], { timeout: 2_000 }, (_error, stdout) => {
      const rows = [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)]
      resolve(new Map(rows.map((row) => [Number(row[1]), Number(row[2]) * 1024])))
    })
  })
}
