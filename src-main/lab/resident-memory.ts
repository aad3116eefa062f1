/** How much memory processes hold now: /proc on Linux, `ps` on macOS, nothing on Windows. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** Resident bytes of each process that is there. */
export async function residentBytes(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (pids.length === 0 || process.platform === 'win32') return new Map()
  return process.platform === 'linux' ? fromProc(pids) : fromPs(pids)
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
