/**
 * The stops of 09: what our worker says for the recorded signals is what Celery printed, and what it stores for a task
 * that it ends itself is what Celery stored. The exit codes are those of the processes.
 */
import { describe, expect, it } from 'vitest'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { cancelledArgs } from '../../src-main/engine/worker/request/cancelled.js'
import { exceptionDocument } from '../../src-main/engine/worker/request/exception-document.js'
import { softShutdownSeconds } from '../../src-main/engine/worker/soft-shutdown.js'
import { StopSignals, type StopSignal } from '../../src-main/engine/worker/stop-signals.js'
import type { TraceJob } from '../../src-main/engine/trace/trace-job.js'
import { readRecording, readText, recordingsOf } from './recording.js'

const tree = '09-shutdown-5.6.3'
const folders = recordingsOf(tree)
  .map(({ folder }) => folder.slice(tree.length + 1))
  .filter((folder) => !['sighup', 'sigusr1'].includes(folder)) // no stops; sighup failed as it was started

function scenario(folder: string): WireObject {
  return parseJson(readText(`${tree}/${folder}/scenario.json`)) as WireObject
}

function signalsOf(folder: string): readonly StopSignal[] {
  return [...String(scenario(folder).about).matchAll(/Signals\.(SIG\w+)/g)].map((match) => match[1] as StopSignal)
}

/** What stands in the output without a log record around it. */
function saidIn(folder: string): readonly string[] {
  return readText(`${tree}/${folder}/worker.log.txt`)
    .split('\n')
    .filter((line) => line.startsWith('worker: '))
}

describe.each(folders)('%s', (folder) => {
  const answers = (): ReturnType<StopSignals['on']>[] => {
    const signals = new StopSignals({ remapped: folder === 'remap-sigterm' })
    return signalsOf(folder).map((signal) => signals.on(signal))
  }

  it('is announced in the same words', () => {
    const said = answers().flatMap(({ hint, notice }) => [hint, notice])
    expect(said.filter((line) => line !== null)).toEqual(saidIn(folder))
  })

  it('ends with the same exit code', () => {
    const exitCodes = answers().map((answer) => (answer.kind === 'warm' ? answer.exitCode : 0))
    const [{ exit }] = scenario(folder).processes as readonly [WireObject]
    expect(exitCodes.at(-1)).toBe(exit)
  })

  it('has the same soft part', () => {
    const conf = confOf(folder)
    const announced = /Initiating Soft Shutdown, terminating in (\d+) seconds/.exec(
      readText(`${tree}/${folder}/worker.log.txt`),
    )
    const isCold = answers().some(({ kind }) => kind === 'cold')
    expect(isCold ? softShutdownSeconds(conf, 1) : 0).toBe(Number(announced?.[1] ?? 0))
  })
})

describe('a task that was acked early and is ended by a cold stop', () => {
  it.each(['cold-sigquit', 'cold-second-int', 'remap-sigterm', 'soft-sigquit'])('%s', (folder) => {
    const [recorded] = readRecording(`${tree}/${folder}`).results
    const job = { taskId: 'running', groupId: null, parentId: null } as unknown as TraceJob // nothing else is stored of it
    const ended = { status: 'RETRY', type: 'Retry', module: 'celery.exceptions', args: cancelledArgs }
    const document = exceptionDocument(job, ended, { nodename: 'celery@host', resultExtended: false, atMs: 0 })
    expect(stringifyJson(document as unknown as WireValue)).toBe(recorded?.text)
  })

  it('leaves no result when it acks late', () => {
    expect(readRecording(`${tree}/cold-sigquit-late`).results).toEqual([])
  })
})

describe('the soft part of a stop', () => {
  it('is left out while nothing runs, unless it is asked for', () => {
    expect(softShutdownSeconds({ worker_soft_shutdown_timeout: 2 }, 0)).toBe(0)
    expect(softShutdownSeconds({ worker_soft_shutdown_timeout: 2, worker_enable_soft_shutdown_on_idle: true }, 0)).toBe(
      2,
    )
  })

  it('is cut short by the next signal, and the one after that ends the process', () => {
    const signals = new StopSignals({ remapped: false })
    const kinds = (['SIGTERM', 'SIGQUIT', 'SIGINT', 'SIGTERM', 'SIGQUIT'] as const).map((one) => signals.on(one).kind)
    expect(kinds).toEqual(['warm', 'cold', 'cancel', 'warm', 'hard'])
  })
})

function confOf(folder: string): Record<string, unknown> {
  const text = String(scenario(folder)['conf (python expression, applied with app.conf.update)'])
  return JSON.parse(text.replaceAll("'", '"').replaceAll('True', 'true')) as Record<string, unknown>
}
