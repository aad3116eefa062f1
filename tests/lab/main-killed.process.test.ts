/** The app's end by SIGKILL, 20 times in a row, at any moment: during the start, while building, while tasks run. */
import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entriesFolder } from '../support/entries.js'
import { waitFor } from '../support/wait-for.js'
import { TASKS_PY, WEB_PY, topology } from './lab-for-test.js'
import type { HostOrder } from './lab-host.js'

const ROUNDS = 20
const bundleFolder = resolve(`out/test-host-${process.pid}`)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'main-killed-'))
  await mkdir(join(folder, 'workdir'))
  await writeFile(join(folder, 'workdir', 'tasks.py'), TASKS_PY)
  await writeFile(join(folder, 'workdir', 'web.py'), WEB_PY)
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: resolve('tests/lab/lab-host.ts'),
      outDir: bundleFolder,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'lab-host.cjs' } },
    },
  })
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(bundleFolder, { recursive: true, force: true })
})

/** All that a host started, and what those started: by a marker in the environment, or, since Redis wipes its own, by the folder it works in. */
async function startedBy(marker: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '') // a zombie's is empty
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
      return environment.includes(marker) || cwd.startsWith(folder)
    }),
  )
  return pids.filter((_pid, index) => found[index])
}

interface Host {
  readonly child: ChildProcess
  readonly marker: string
  readonly said: { kind: string }[]
}

async function startHost(round: number): Promise<Host> {
  const marker = `CFZ_TEST_MARKER=${randomUUID()}`
  const [name = '', value = ''] = marker.split('=')
  const child = fork(join(bundleFolder, 'lab-host.cjs'), [], {
    env: { ...process.env, [name]: value },
    execArgv: [],
    silent: true,
  })
  const said: { kind: string }[] = []
  child.on('message', (message) => said.push(message as { kind: string }))
  child.stdout?.resume()
  child.stderr?.resume()
  const order: HostOrder = {
    places: {
      entriesFolder: entriesFolder(),
      execPath: process.execPath,
      snapshotFile: resolve(process.env['CFZ_SNAPSHOT'] ?? 'out/python/snapshot.bin'),
      bundledRedisFolder: null,
      builtRedisFolder: null,
      dataFolder: join(folder, `data-${round}`),
    },
    workdir: join(folder, 'workdir'),
    topology: topology(),
  }
  child.send(order)
  await waitFor('the host to run', async () => (await startedBy(marker)).length > 0)
  return { child, marker, said }
}

/** When the host is killed: in every fourth round with tasks running, else at some moment on the way there. */
async function untilTheMoment(round: number, host: Host): Promise<string> {
  if (round % 4 === 0) {
    await waitFor('the start state', () => host.said.some((message) => message.kind === 'built'), {
      timeoutSeconds: 60,
    })
    expect(host.said).toContainEqual({ kind: 'built', built: { ok: true, value: null } })
  }
  if (round % 4 === 1) await waitFor('the start', () => host.said.some((message) => message.kind === 'started'))
  const afterMs = Math.round(Math.random() * 1_500)
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  return `${afterMs} ms after ${host.said.at(-1)?.kind ?? 'its fork'}`
}

async function killed(round: number, host: Host): Promise<{ moment: string; before: readonly number[] }> {
  try {
    const moment = await untilTheMoment(round, host)
    return { moment, before: await startedBy(host.marker) }
  } finally {
    host.child.kill('SIGKILL') // also when the moment never came: a test that fails leaves nothing either
  }
}

test(`nothing is left five seconds after the main process was killed, ${ROUNDS} times in a row`, async () => {
  let most = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const host = await startHost(round)
    const { moment, before } = await killed(round, host)
    most = Math.max(most, before.length)
    const deadline = Date.now() + 5_000
    let left: readonly number[] = before
    while (left.length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      left = await startedBy(host.marker)
    }
    const commands = await Promise.all(
      left.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'gone by now')),
    )
    for (const pid of left) process.kill(pid, 'SIGKILL')
    expect(commands, `round ${round}, killed ${moment} with ${before.length} processes`).toEqual([])
  }
  // Host, redis-host, redis-server, its watchdog, world, web, worker and two children.
  expect(most).toBeGreaterThanOrEqual(9)
}, 300_000)
