/**
 * Runs after every test file (vitest.config.ts names it as a set-up file): nothing that the file started may be left.
 * Processes are known by a variable in their environment that they inherit, so a grandchild whose parent is gone is
 * found too; sockets, servers and timers by what keeps this process's event loop alive.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { afterAll } from 'vitest'
import { waitFor } from './wait-for.js'

const graceSeconds = 5
const mark = `CELERY_TEST_FILE=${process.pid}-${randomBytes(6).toString('hex')}`
process.env['CELERY_TEST_FILE'] = mark.slice('CELERY_TEST_FILE='.length)

/** What may not be more after a file than before it. Pipes are left out: vitest's own channels are pipes. */
const counted = ['TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap', 'Timeout', 'UDPWrap', 'FSEventWrap']

const countResources = (): ReadonlyMap<string, number> => {
  const counts = new Map(counted.map((kind) => [kind, 0]))
  for (const kind of process.getActiveResourcesInfo()) {
    const before = counts.get(kind)
    if (before !== undefined) counts.set(kind, before + 1)
  }
  return counts
}
const atStart = countResources()

interface LeftProcess {
  readonly pid: number
  readonly command: string
}

function processesLeft(): readonly LeftProcess[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)) return []
        return [{ pid, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }]
      } catch {
        return [] // it ended meanwhile, or is another user's
      }
    })
}

function resourcesLeft(): readonly string[] {
  return (
    [...countResources()]
      .map(([kind, count]) => ({ kind, more: count - (atStart.get(kind) ?? 0) }))
      // One timer is the waiting below.
      .filter(({ kind, more }) => more > (kind === 'Timeout' ? 1 : 0))
      .map(({ kind, more }) => `${more} × ${kind}`)
  )
}

const describe = (): string =>
  [...processesLeft().map(({ pid, command }) => `process ${pid}: ${command}`), ...resourcesLeft()].join('\n')

afterAll(async () => {
  try {
    await waitFor(
      'nothing is left of this test file',
      () => processesLeft().length === 0 && resourcesLeft().length === 0,
      {
        timeoutSeconds: graceSeconds,
        describe,
      },
    )
  } finally {
    for (const { pid } of processesLeft()) process.kill(pid, 'SIGKILL') // ours by the mark
  }
})
