/**
 * The command line against recording 19: with the replies that Celery's worker gave, `inspect`, `control` and `status` print
 * what Celery 5.6.3 printed and send what it sent; `events --dump` prints the recorded events as it did.
 */
import { describe, expect, it } from 'vitest'
import type { BroadcastOptions } from '../../src-main/engine/control/broadcast.js'
import { EventDump } from '../../src-main/engine/cli/event-dump.js'
import type { CliPorts } from '../../src-main/engine/cli/ports.js'
import { runCli } from '../../src-main/engine/cli/program.js'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import { PyFloat, type WireObject, type WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { readText } from './recording.js'

const folder = '19-cli-5.6.3/all'

interface Printed {
  readonly line: readonly string[]
  readonly out: string
  readonly err: string
  readonly exitCode: number
}

/** `$ celery …`, what it printed, `[stderr]`, `[exit 0]` */
const printed: readonly Printed[] = readText(`${folder}/cli.log.txt`)
  .split(/^\$ celery /m)
  .slice(1)
  .map((section) => {
    const [, line = '', text = '', exit = ''] = /^(.*)\n([^]*)\[exit (\d+)\]\n/.exec(section) ?? []
    const [out = '', err = ''] = text.split('[stderr]\n')
    return { line: line.split(' '), out, err: err.replaceAll('python -m celery', 'celery'), exitCode: Number(exit) }
  })

const messages = readText(`${folder}/messages.json`)
  .split('\n')
  .filter((line) => line.startsWith('{"t":'))
  .map((line) => parseJson(line.replace(/,$/, '')) as WireObject)
const bodyOf = (message: WireObject): WireObject => message.body_decoded as WireObject
const requests = messages
  .filter(({ channel }) => channel === '/0.celery.pidbox')
  .map(bodyOf)
  .filter(({ method }) => method !== 'hello' && method !== 'heartbeat')

function repliesTo({ ticket }: WireObject): readonly WireObject[] {
  return messages
    .filter(({ key }) => String(key).endsWith('.reply.celery.pidbox'))
    .filter(({ envelope }) => ((envelope as WireObject).headers as WireObject).ticket === ticket)
    .map(bodyOf)
}

interface Sent {
  readonly method: string
  readonly arguments: WireObject
  readonly destination: readonly string[] | null
}

async function run(line: readonly string[], replies: readonly WireObject[]): Promise<Printed & { sent: Sent | null }> {
  const text = { out: '', err: '' }
  const seen: { sent: Sent | null } = { sent: null }
  const notAsked = (): never => {
    throw new Error('not asked for')
  }
  const ports: CliPorts = {
    out: (words) => (text.out += words),
    err: (words) => (text.err += words),
    hostname: 'host',
    cpus: 2,
    runWorker: notAsked,
    runBeat: notAsked,
    readLine: notAsked,
    ownCommands: () => Promise.resolve([]),
    untilInterrupted: notAsked,
    openApp: () =>
      Promise.resolve({
        eventExchange: 'celeryev',
        control: {
          broadcast: (
            method: string,
            args: WireObject = {},
            { destination = null, onReply }: BroadcastOptions = {},
          ) => {
            seen.sent = { method, arguments: args, destination }
            for (const reply of replies) onReply?.(reply)
            return Promise.resolve(replies)
          },
          purge: () => Promise.resolve(0),
        },
        channel: { subscribe: notAsked },
        queueNames: ['celery'],
        bindings: () => Promise.resolve([{ queue: 'celery', exchange: 'celery', routingKey: 'celery', pattern: '' }]),
        report: notAsked,
        send: notAsked,
        result: notAsked,
        traceback: notAsked,
        close: () => Promise.resolve(),
      }),
  } as CliPorts
  const exitCode = await runCli(line, ports)
  return { line, ...text, exitCode, sent: seen.sent }
}

const asked = printed.filter(
  ({ line }) => ['inspect', 'control', 'status'].includes(line[2] ?? '') && !line.includes('--help'),
)

describe('the command line prints what was recorded', () => {
  it.each(asked.map((one) => [one.line.join(' '), one] as const))('celery %s', async (_title, recorded) => {
    const order = asked.filter(({ exitCode }) => exitCode !== 2)
    const request = requests[order.indexOf(recorded)]
    const ours = await run(recorded.line, request ? repliesTo(request) : [])
    const { out, err, exitCode } = ours
    expect({ out, err, exitCode }).toEqual({
      out: recorded.out.replace(/\n\n$/, '\n'),
      err: recorded.err,
      exitCode: recorded.exitCode,
    })
    if (!request || recorded.exitCode === 2) return
    const theirs = {
      method: request.method ?? null,
      arguments: request.arguments ?? null,
      destination: request.destination ?? null,
    }
    expect(stringifyJson(ours.sent as unknown as WireValue)).toEqual(stringifyJson(theirs))
  })

  it.each(['list bindings', 'purge -f'])('celery %s', async (words) => {
    const recorded = printed.find(({ line }) => line.slice(2).join(' ') === words)
    const ours = await run(words.split(' '), [])
    expect([ours.out, ours.exitCode]).toEqual([recorded?.out.replace(/\n\n$/, '\n'), 0])
  })

  it('events --dump: each event in a line as it was printed', () => {
    const dump = new EventDump()
    const expected = readText(`${folder}/events-dump.log.txt`)
    const events = readText(`${folder}/events.json`)
      .split('\n')
      .filter((line) => line.startsWith('{"t":'))
      .map((line) => (parseJson(line.replace(/,$/, '')) as WireObject).event ?? null)
      .flatMap((event) => (Array.isArray(event) ? (event as readonly WireObject[]) : [event as WireObject]))
    const compared = events.flatMap((event) => {
      const line = new RegExp(`^celery@host .*\\bclock=${String(event.clock)}, [^]*?utcoffset=0\n`, 'm').exec(
        expected,
      )?.[0]
      const received = Number(/local_received=([\d.]+)/.exec(line ?? '')?.[1])
      if (line === undefined) return [] // before it was started
      return [[dump.line(event, { receivedSeconds: received, utcOffsetHours: 0 }), line] as const]
    })
    expect(compared.length).toBeGreaterThan(15)
    for (const [ours, theirs] of compared) expect(ours).toBe(theirs)
  })
})

describe('words of the command line', () => {
  it('are read as the command takes them', async () => {
    const { sent } = await run(['control', 'time_limit', 'tasks.add', '10', '20'], [])
    expect(sent?.arguments).toEqual({ task_name: 'tasks.add', soft: new PyFloat(10), hard: new PyFloat(20) })
    expect((await run(['control', 'terminate', 'KILL', 'a', 'b'], [])).sent?.arguments).toEqual({
      signal: 'KILL',
      task_id: ['a', 'b'],
    })
    expect((await run(['inspect', 'conf', 'yes'], [])).sent?.arguments).toEqual({ with_defaults: true })
    expect((await run(['control', 'pool_grow', '1', '2'], [])).err).toContain(
      "Error: Command 'pool_grow' takes arguments: [N=1]",
    )
  })

  it('a command that is not here says why', async () => {
    const { err, exitCode } = await run(['shell'], [])
    expect([exitCode, err]).toEqual([
      2,
      expect.stringContaining('celery shell is not in this app: it opens a Python shell'),
    ])
  })

  it('--list names every command with its words', async () => {
    const { out } = await run(['control', '--list'], [])
    expect(out).toMatch(
      /^Control Commands:\n {2}add_consumer <queue> \[exchange \[type \[routing_key\]\]\]\n {34}Tell worker\(s\)/,
    )
  })
})
