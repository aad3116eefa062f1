/**
 * Remote control against the recordings of 11 and 12: each recorded request is asked again of a worker in the same state,
 * and its answer must be the recorded one; so must the log. What differs from run to run (clock, memory, resources) is named.
 */
import { describe, expect, it } from 'vitest'
import { panelOfWorker } from '../../src-main/engine/control/commands/panel-of-worker.js'
import { Mailbox } from '../../src-main/engine/control/mailbox.js'
import type { Envelope } from '../../src-main/engine/message/envelope.js'
import { plainEnvelope, readPlainBody } from '../../src-main/engine/message/plain-envelope.js'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import {
  controlledWorkerForTest,
  type ControlledForTest,
  type ControlledWorkerForTest,
} from '../support/controlled-worker.js'
import { readRecording, readText } from './recording.js'

interface Exchange {
  readonly request: WireObject
  readonly envelope: Envelope
  /** undefined: nobody answered. */
  readonly reply: WireValue | undefined
  readonly replyHeaders: WireObject | null
}

/** Requests of clients, each with the answer of `nodename`, in their order. */
function exchangesOf(folder: string, nodename: string): readonly Exchange[] {
  const messages = readText(`${folder}/messages.json`)
    .split('\n')
    .filter((line) => line.startsWith('{"t":'))
    .map((line) => parseJson(line.replace(/,$/, '')) as WireObject)
  const bodyOf = (message: WireObject): WireObject => message.body_decoded as WireObject
  const headersOf = (message: WireObject): WireObject => (message.envelope as WireObject).headers as WireObject
  const replies = messages.filter(({ key }) => String(key).endsWith('.reply.celery.pidbox'))
  return messages
    .filter(({ channel, conn }) => channel === '/0.celery.pidbox' && String(conn).startsWith('client'))
    .map((message) => {
      const request = bodyOf(message)
      const answered = replies.find((reply) => headersOf(reply).ticket === request.ticket && nodename in bodyOf(reply))
      const wire = { body: request, headers: headersOf(message), exchange: 'celery.pidbox', routingKey: '' }
      return {
        request,
        // The recorder wrote the body beside the envelope; here it goes back into it.
        envelope: plainEnvelope({ ...wire, deliveryMode: 2 }, { uuid: () => 'tag' }),
        reply: answered && bodyOf(answered)[nodename],
        replyHeaders: answered ? headersOf(answered) : null,
      }
    })
}

async function askAgain(of: ControlledWorkerForTest, { envelope }: Exchange): Promise<Envelope | undefined> {
  let hear: (envelope: Envelope, routingKey: string) => void = () => {}
  const replies: Envelope[] = []
  const closed = { close: () => Promise.resolve() }
  await new Mailbox({
    channel: {
      subscribe: (_exchange, _pattern, onMessage) => {
        hear = onMessage
        return Promise.resolve(closed)
      },
      ownQueue: () => Promise.resolve(closed),
      publishBound: (_exchange, _key, reply) => Promise.resolve(replies.push(reply)),
    },
    worker: of.worker,
    panel: panelOfWorker,
    lamport: of.lamport,
    clock: of.clock,
    ids: { uuid: () => 'uuid' },
    log: of.log,
  }).start()
  hear(envelope, '')
  await new Promise(setImmediate)
  return replies[0]
}

const unlike: Readonly<Record<string, (value: WireValue) => WireValue>> = {
  clock: () => '<clock>',
  hello: (value) => ({ ...(value as WireObject), clock: '<clock>' }),
  memsample: (value) => String(value).replace(/^[\d.]+MB$/, '<memory>'),
  stats: (value) => shapeOf({ ...(value as WireObject), total: {} }),
}

/** Keys and kinds: the numbers are those of one run. */
function shapeOf(value: WireValue): WireValue {
  if (Array.isArray(value)) return [...new Set((value as readonly WireValue[]).map(shapeOf))]
  if (typeof value !== 'object' || value === null) return value === null ? null : `<${typeof value}>`
  if (!(value.constructor === Object)) return '<number>'
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]))
}

async function compareAll(
  folder: string,
  given: ControlledForTest,
  skip: readonly string[] = [],
): Promise<ControlledWorkerForTest> {
  const of = controlledWorkerForTest(given)
  const exchanges = exchangesOf(folder, of.worker.nodename)
  expect(exchanges.length).toBeGreaterThan(0)
  for (const exchange of exchanges) {
    const method = String(exchange.request.method)
    const asked = exchange.envelope.headers as WireObject
    const again = await askAgain(of, {
      ...exchange,
      envelope: { ...exchange.envelope, headers: { ...asked, expires: 0 } } as Envelope,
    })
    if (skip.includes(method)) continue
    const title = `${method} ${stringifyJson(exchange.request.arguments ?? null)}`
    const shown = (reply: WireValue | undefined): unknown =>
      reply === undefined ? 'no reply' : stringifyJson((unlike[method] ?? ((same) => same))(reply))
    const reply = again && (readPlainBody(again) as WireObject)[of.worker.nodename]
    expect([title, shown(reply)]).toEqual([title, shown(exchange.reply)])
    if (again && exchange.replyHeaders) expect(Object.keys(again.headers)).toEqual(Object.keys(exchange.replyHeaders))
  }
  return of
}

/** INFO and above of control, without times and tracebacks. */
function controlLines(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => /^\[.*MainProcess\] /.test(line))
    .map((line) => line.replace(/^\[[^\]]*: (\w+)\/MainProcess\]/, '$1'))
    .filter((line) => !/Connected to|mingle:|ready\.$|Task tasks\.|Restoring|joined|elected|won the/.test(line))
}

const recordedTasks = (): NonNullable<ControlledForTest['tasks']> => {
  const { output } = (
    parseJson(readText('12-remote-control-5.6.3/inspect/scenario.json')) as unknown as {
      clients: readonly { readonly output: string }[]
    }
  ).clients[0]!
  const [, listed = ''] = /== registered\+info\n\{\n "celery@host": \[\n([^\]]*(?:\][^\]]*)*?)\n \]/.exec(output) ?? []
  return Object.fromEntries(
    [...listed.matchAll(/"([\w.]+) \[([^\]]*)\]"/g)].map(([, name = '', info = '']) => [
      name,
      Object.fromEntries(
        info
          .split(' ')
          .map((pair) => pair.split('='))
          .map(([key, value]) => [key, value]),
      ),
    ]),
  )
}

describe('control requests that were recorded get the answers that were recorded', () => {
  it('12/control: every control command, with --autoscale=3,1 and -E', async () => {
    const folder = '12-remote-control-5.6.3/control'
    const of = await compareAll(folder, { taskEvents: true, autoscale: { max: 3, min: 1 } })
    expect(controlLines(of.logText())).toEqual(controlLines(readText(`${folder}/worker.log.txt`)))
    expect(of.done.filter((one) => /consume|cancel|shutdown/.test(one))).toEqual([
      'consume newq',
      'consume newq2',
      'cancel newq',
      'cancel newq',
      'shutdown',
    ])
  })

  it('12/grow-shrink: pool sizes without --autoscale', async () => {
    const folder = '12-remote-control-5.6.3/grow-shrink'
    const of = await compareAll(folder, { concurrency: 1 })
    expect(of.pool.size).toBe(0)
    expect(of.done).toEqual(['prefetch 2', 'prefetch -1', 'prefetch -2'])
    expect(controlLines(of.logText())).toEqual(controlLines(readText(`${folder}/worker.log.txt`)))
  })

  it('12/inspect: every inspect command of a worker that has nothing to do', async () => {
    const folder = '12-remote-control-5.6.3/inspect'
    const busy = ['active', 'reserved', 'scheduled', 'report']
    const of = await compareAll(folder, { taskEvents: true, tasks: recordedTasks() }, busy)
    expect(controlLines(of.logText())).toEqual(controlLines(readText(`${folder}/worker.log.txt`)))
  })

  it('12/election: the request is answered with nothing, and held', async () => {
    const of = await compareAll('12-remote-control-5.6.3/election', { nodename: 'a@host' })
    expect(of.done).toEqual(['election e1', 'election e2'])
  })

  it('11/mingle: revoked ids that were cast are listed', async () => {
    const of = controlledWorkerForTest({ nodename: 'a@host' })
    for (const exchange of exchangesOf('11-revoke-5.6.3/mingle', 'a@host')) {
      const again = await askAgain(of, {
        ...exchange,
        envelope: { ...exchange.envelope, headers: { clock: 1, expires: 0 } } as unknown as Envelope,
      })
      if (exchange.reply === undefined) expect(again).toBeUndefined()
      else
        expect(new Set((readPlainBody(again!) as WireObject)['a@host'] as string[])).toEqual(
          new Set(exchange.reply as string[]),
        )
    }
  })
})

describe('revoke as recorded in 11', () => {
  /** What ran while it was recorded, and what waited. */
  function busyWorker(): ControlledWorkerForTest & { readonly terminated: string[] } {
    const of = controlledWorkerForTest({ taskEvents: true })
    const terminated: string[] = []
    for (const taskId of ['term', 'kill', 'via-result']) {
      const request = {
        task: { name: 'tasks.sleeper', taskId },
        stamps: {},
        info: {},
        safeInfo: {},
        terminate: (signal: string) => void terminated.push(`${taskId} ${signal}`),
        cancel: () => {},
      }
      of.state.taskReserved(request)
      of.state.taskAccepted(request)
    }
    return { ...of, terminated }
  }

  it('answers, log lines and stored documents', async () => {
    const folder = '11-revoke-5.6.3/all'
    const of = busyWorker()
    const recorded = exchangesOf(folder, 'celery@host')
    for (const exchange of recorded.slice(0, -1)) {
      const envelope = { ...exchange.envelope, headers: { clock: 1, expires: 0 } } as unknown as Envelope
      const again = await askAgain(of, { ...exchange, envelope })
      const reply = again && (readPlainBody(again) as WireObject)['celery@host']
      expect([exchange.request.method, reply]).toEqual([exchange.request.method, exchange.reply])
    }
    expect(of.terminated).toEqual(['term SIGTERM', 'kill SIGKILL', 'via-result SIGTERM'])
    const lines = controlLines(readText(`${folder}/worker.log.txt`)).filter((line) => !line.includes('Discarding'))
    expect(controlLines(of.logText())).toEqual(lines)
    const atOnce = readRecording(folder).results.map(({ text }) => parseJson(text) as WireObject)
    const expected = atOnce
      .filter(({ children }) => children === null)
      .map((meta) => ({ ...meta, date_done: '<time>' }))
    const stored = of.stored.map((meta) => ({ ...meta, date_done: '<time>' }) as unknown as WireObject)
    const order = (all: readonly WireObject[]): readonly string[] => all.map((one) => stringifyJson(one)).sort()
    expect(order(stored)).toEqual(order(expected))
  })
})
