/**
 * How many Python processes with the learner's code loaded start a second, one after the other: ours (fork, thread,
 * snapshot, celery, the learner's tasks.py) beside a fork that does nothing but load pyodide from a bare snapshot.
 */
import { execFileSync, fork } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { CodeCheckToLab } from '../../src-main/processes/messages/code-check-messages.js'
import { entriesFolder, entry } from '../support/entries.js'
import { row, type Row } from './rows.js'

const runs = 7
const bare = resolve('tests/bench/bare-pyodide.mjs')
const snapshotFile = resolve(entriesFolder(), '../python/snapshot.bin')

export async function pythonStartRow(): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'python-start-'))
  try {
    const bareSnapshot = join(folder, 'bare.bin')
    execFileSync(process.execPath, [bare, 'make', bareSnapshot])
    await writeFile(
      join(folder, 'tasks.py'),
      "from celery import Celery\napp = Celery('tasks')\n\n@app.task\ndef add(x, y): return x + y\n",
    )
    const ours: number[] = []
    const peer: number[] = []
    // In turns, so that what else the machine does meets both.
    for (let run = 0; run < runs; run++) {
      ours.push(await secondsToLoad(folder))
      peer.push(await secondsUntil(fork(bare, ['load', bareSnapshot]), () => true))
    }
    return row({
      metric: 'Python processes started, tasks.py loaded, per second (one after the other)',
      ours: 1 / middle(ours),
      peers: { 'bare loadPyodide from a snapshot': 1 / middle(peer) },
      target: 0.5,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function secondsToLoad(workdir: string): Promise<number> {
  const child = fork(entry('code-check'), [])
  const nowhere = 'redis://127.0.0.1:1/0'
  const environment = { workdir, brokerUrl: nowhere, resultBackend: nowhere, environ: {}, services: [], snapshotFile }
  child.send({ kind: 'check', environment, modules: ['tasks'] })
  return secondsUntil(child, (message) => {
    if ((message as CodeCheckToLab).kind !== 'passed') throw new Error(JSON.stringify(message))
    return true
  })
}

async function secondsUntil(child: ReturnType<typeof fork>, isIt: (message: unknown) => boolean): Promise<number> {
  const begun = performance.now()
  const seconds = await new Promise<number>((settle, fail) => {
    child.once('message', (message) => isIt(message) && settle((performance.now() - begun) / 1000))
    child.once('error', fail)
  })
  const gone = new Promise((settle) => child.once('exit', settle))
  child.kill('SIGKILL')
  await gone
  return seconds
}

function middle(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
