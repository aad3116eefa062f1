/**
 * 14-beat/worker-B: beat inside a worker of the command line, in real time. Until both are told to stop: what is logged and by
 * whom, the messages of each entry, the documents of the tasks. After that Celery's beat goes on: see docs/DIFFERENCES.md.
 */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import { stringifyJson } from '../../src-main/engine/serialization/json.js'
import { startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import type { Fact } from './facts.js'
import { logRecords } from './log-records.js'
import { Normalizer } from './normalize.js'
import { startPython, tasksFolder } from './python-worker.js'
import { readOrder } from './recorded-worker.js'
import { readTimeline } from './timeline.js'
import { WatchedRedis } from './watched-redis.js'

const recording = '14-beat-5.6.3/worker-B'
const server = await startRedisServer()
afterAll(() => server.stop())

test('worker-B: one worker that also sends what is due', async () => {
  const timeline = readTimeline(recording)
  const steps = timeline.moments.flatMap((moment) => (moment.kind === 'step' ? [moment.step] : []))
  const order = steps.map(readOrder).find((one) => one !== null)
  if (!order) throw new Error('the recording starts no worker')
  const folder = tasksFolder(recording)
  const watched = new WatchedRedis(server)
  await watched.start()
  const worker = startPython(server.url(), folder, order)
  try {
    const sent = (task: string): readonly Fact[] => messagesOf(watched.facts, task)
    const isSeen = (): boolean => watched.facts.some(isDocument) && sent('tasks.echo').length > 1
    await waitFor('both entries were sent and one ran', isSeen, { describe: () => worker.log() })
    await waitFor('it says so', () => / succeeded in /.test(worker.log()))
    const log = worker.log()
    await worker.signal('SIGTERM')
    expect(await worker.exited).toBe(0)

    const theirs = (timeline.logs['worker'] ?? '').split('\nworker: Warm shutdown')[0] ?? ''
    expect(said(log)).toEqual(said(theirs))
    expect(said(worker.log())).toContain('INFO MainProcess beat: Shutting down...')
    const told = timeline.moments.flatMap((moment) => (moment.kind === 'told' ? [moment.fact] : []))
    for (const task of ['tasks.add', 'tasks.echo']) {
      expect(shown(sent(task)[0])).toBe(shown(messagesOf(told, task)[0]))
    }
    expect(shown(watched.facts.find(isDocument))).toBe(shown(told.find(isDocument)))
    expect(existsSync(join(folder, 'rec-beatw'))).toBe(true)
  } finally {
    await worker.stop()
    watched.stop()
    rmSync(folder, { recursive: true })
  }
})

const isDocument = ({ kind }: Fact): boolean => kind === 'document'

function messagesOf(facts: readonly Fact[], task: string): readonly Fact[] {
  const taskOf = ({ value }: Fact): unknown => ((value as WireObject).headers as WireObject | undefined)?.task
  return facts.filter((fact) => fact.kind === 'message' && taskOf(fact) === task)
}

function shown(fact: Fact | undefined): string {
  if (!fact) return 'nothing'
  const { kind, op, key, ttl, value } = fact
  const names = new Normalizer()
  const text = kind === 'message' ? names.message(value as WireObject) : names.text(stringifyJson(value))
  return `${names.text(`${op} ${key} ${ttl}`)} ${text}`
}

/** Everything that is said at all, once: how often depends on how long they run, and no minute is sure to end meanwhile. */
function said(log: string): readonly string[] {
  const records = logRecords(log, { processes: true }).filter((record) => !record.includes('cron-minute'))
  return [...new Set(records.map((record) => new Normalizer().text(record)))].sort()
}
