/** Processes of one app, from /proc: what descends from it now, and which of those are still there later. Linux only. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

export interface SeenProcess {
  readonly pid: number
  readonly parent: number
  /** Start time in clock ticks: tells a process from a later one with its pid. */
  readonly startedAt: string
  readonly command: string
}

function readProcess(pid: number): SeenProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces and brackets; the fields after it are plain.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null // ended; its parent has not looked yet
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '', command }
  } catch {
    return null // it ended meanwhile
  }
}

function allProcesses(): readonly SeenProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map((pid) => readProcess(Number(pid))).filter((found) => found !== null)
}

/** The process and everything below it. */
export function processTree(root: number): readonly SeenProcess[] {
  const all = allProcesses()
  const tree = all.filter(({ pid }) => pid === root)
  for (const found of tree) tree.push(...all.filter(({ parent }) => parent === found.pid))
  return tree
}

export function stillThere(seen: readonly SeenProcess[]): readonly SeenProcess[] {
  return seen.filter(({ pid, startedAt }) => readProcess(pid)?.startedAt === startedAt)
}

/** TCP ports of 127.0.0.1 that the process listens on. */
export function listeningPorts(pid: number): readonly number[] {
  const sockets = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => socketOf(pid, fd)))
  const lines = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').trim().split('\n').slice(1)
  return lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
    const isListening = state === '0A' && inode !== undefined && sockets.has(inode)
    return isListening ? [Number.parseInt(local?.split(':')[1] ?? '', 16)] : []
  })
}

function socketOf(pid: number, fd: string): string | null {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? null
  } catch {
    return null // closed meanwhile
  }
}
