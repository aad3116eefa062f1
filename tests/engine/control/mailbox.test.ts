import { describe, expect, it } from 'vitest'
import { panelOfWorker } from '../../../src-main/engine/control/commands/panel-of-worker.js'
import { Mailbox, nodeMatches } from '../../../src-main/engine/control/mailbox.js'
import type { Envelope } from '../../../src-main/engine/message/envelope.js'
import { plainEnvelope, readPlainBody } from '../../../src-main/engine/message/plain-envelope.js'
import { PyFloat, type WireObject, type WireValue } from '../../../src-main/engine/serialization/wire-value.js'
import { controlledWorkerForTest } from '../../support/controlled-worker.js'

const ids = { uuid: () => 'uuid' }

async function setUp({ isGreeting = false } = {}) {
  const made = controlledWorkerForTest({ nodename: 'celery@ours' })
  const { worker, done, lamport, clock, log, logText } = made
  made.state.revoked.add('gone', 990)
  const replies: { readonly routingKey: string; readonly envelope: Envelope }[] = []
  let hear: (envelope: Envelope, routingKey: string) => void = () => {}
  const channel = {
    subscribe: (_exchange: string, _pattern: string, onMessage: typeof hear) => {
      hear = onMessage
      return Promise.resolve({ close: () => Promise.resolve() })
    },
    ownQueue: () => Promise.resolve({ close: () => Promise.resolve() }),
    publishBound: (_exchange: string, routingKey: string, envelope: Envelope) => {
      replies.push({ routingKey, envelope })
      return Promise.resolve(1)
    },
  }
  const parts = { channel, worker, panel: panelOfWorker, lamport, clock, ids, log, isGreeting: () => isGreeting }
  await new Mailbox(parts).start()
  const ask = async (
    request: WireObject,
    headers: WireObject = { clock: 5, expires: 0 },
  ): Promise<WireValue | undefined> => {
    replies.length = 0
    const body = { arguments: {}, destination: null, pattern: null, matcher: null, ...request }
    hear(plainEnvelope({ body, headers, exchange: 'celery.pidbox', routingKey: '', deliveryMode: 2 }, ids), '')
    await new Promise(setImmediate)
    const reply = replies[0]
    return reply ? (readPlainBody(reply.envelope) as WireObject)['celery@ours'] : undefined
  }
  const replyTo = { ticket: 't', reply_to: { exchange: 'reply.celery.pidbox', routing_key: 'oid' } }
  return { ...made, ask, replyTo, replies, lamport, done, hear: (e: Envelope) => hear(e, ''), log: logText }
}

describe('the mailbox of a worker', () => {
  it('answers ping to the caller, with its ticket and a later clock', async () => {
    const { ask, replyTo, replies } = await setUp()
    expect(await ask({ method: 'ping', ...replyTo })).toEqual({ ok: 'pong' })
    expect(replies[0]!.routingKey).toBe('oid')
    expect(replies[0]!.envelope.headers).toEqual({ ticket: 't', clock: 7 })
    expect(replies[0]!.envelope.properties.delivery_mode).toBe(1)
  })

  it('does what is cast without a reply address, and answers nobody', async () => {
    const { ask, events, replies } = await setUp()
    await ask({ method: 'heartbeat' })
    expect(events).toEqual([expect.objectContaining({ type: 'worker-heartbeat', freq: 5 })])
    expect(replies).toEqual([])
  })

  it('lists each task with the attributes that are asked for, its name among them', async () => {
    const { ask, replyTo } = await setUp()
    const listed = await ask({ method: 'registered', arguments: { taskinfoitems: ['name'] }, ...replyTo })
    expect(listed).toEqual(['tasks.add [name=tasks.add]'])
  })

  it('never replies to shutdown', async () => {
    const { ask, replyTo, done, replies } = await setUp()
    await ask({ method: 'shutdown', ...replyTo })
    expect(done).toEqual(['shutdown'])
    expect(replies).toEqual([])
  })

  it('answers hello of others with what it knows, and not its own', async () => {
    const { ask, replyTo, state, log } = await setUp()
    const from = (node: string): WireObject => ({
      arguments: { from_node: node, revoked: { theirs: [995, 'theirs'] } },
    })
    expect(await ask({ method: 'hello', ...replyTo, ...from('celery@other') })).toEqual({
      revoked: { gone: [new PyFloat(990), 'gone'], theirs: [new PyFloat(995), 'theirs'] },
      clock: 7,
    })
    expect([...state.revoked.ids.keys()]).toEqual(['gone', 'theirs'])
    expect(log()).toContain('sync with celery@other')
    expect(await ask({ method: 'hello', ...replyTo, ...from('celery@ours') })).toBeNull()
  })

  it('does not answer its own greeting while it greets, and answers everybody else', async () => {
    const { ask, replyTo } = await setUp({ isGreeting: true })
    const from = (node: string): WireObject => ({ method: 'hello', arguments: { from_node: node }, ...replyTo })
    expect(await ask(from('celery@ours'))).toBeUndefined()
    expect(await ask(from('celery@other'))).toMatchObject({ revoked: { gone: [new PyFloat(990), 'gone'] } })
    expect(await ask({ method: 'ping', ...replyTo })).toEqual({ ok: 'pong' })
  })

  it('answers an unknown command with the error Celery answers', async () => {
    const { ask, replyTo, log } = await setUp()
    expect(await ask({ method: 'no_such_command', ...replyTo })).toEqual({ error: "KeyError('no_such_command')" })
    expect(log()).toContain("ERROR/MainProcess] pidbox command error: KeyError('no_such_command')")
  })

  it('passes over what is for other nodes, and what has expired', async () => {
    const { ask, replyTo } = await setUp()
    expect(await ask({ method: 'ping', ...replyTo, destination: ['celery@other'] })).toBeUndefined()
    expect(await ask({ method: 'ping', ...replyTo, destination: ['celery@ours'] })).toEqual({ ok: 'pong' })
    expect(await ask({ method: 'ping', ...replyTo, pattern: 'celery@o*', matcher: 'glob' })).toEqual({ ok: 'pong' })
    expect(await ask({ method: 'ping', ...replyTo, pattern: 'w*', matcher: 'glob' })).toBeUndefined()
    expect(await ask({ method: 'ping', ...replyTo }, { clock: 1, expires: 999 })).toBeUndefined()
  })

  it('takes an empty destination as nobody in particular, and one name as a text that holds it', async () => {
    const { ask, replyTo } = await setUp()
    for (const destination of [[], '', {}, 0, false, 'celery@ours', { 'celery@ours': 1 }])
      expect(await ask({ method: 'ping', ...replyTo, destination })).toEqual({ ok: 'pong' })
    for (const destination of ['celery@other', { 'celery@other': 1 }])
      expect(await ask({ method: 'ping', ...replyTo, destination })).toBeUndefined()
    expect(await ask({ method: 'ping', ...replyTo, destination: [], pattern: 'w*', matcher: 'glob' })).toBeUndefined()
  })

  it('counts processes with whole numbers only', async () => {
    const { ask, replyTo, pool } = await setUp()
    const before = pool.size
    for (const n of ['2', 0.5, null, [1]] as const)
      for (const method of ['pool_grow', 'pool_shrink'])
        expect(await ask({ method, arguments: { n }, ...replyTo })).toEqual({
          error: expect.stringMatching(/^TypeError\(.* cannot be interpreted as an integer/) as string,
        })
    expect(await ask({ method: 'pool_grow', arguments: { n: -5 }, ...replyTo })).toEqual({ ok: 'pool will grow' })
    expect(pool.size).toBe(before)
    await ask({ method: 'pool_grow', arguments: { n: 3 }, ...replyTo })
    await ask({ method: 'pool_shrink', arguments: { n: -5 }, ...replyTo })
    expect(pool.size).toBe(before + 2)
  })

  it('goes on after a request that cannot be read', async () => {
    const { ask, replyTo, hear, log } = await setUp()
    const message = { body: 'x', headers: {}, exchange: 'celery.pidbox', routingKey: '', deliveryMode: 2 } as const
    hear(plainEnvelope(message, ids))
    hear({ ...plainEnvelope(message, ids), body: Buffer.from('{not json').toString('base64') })
    expect(log().match(/cannot be read/g)).toHaveLength(2)
    expect(await ask({ method: 'ping', ...replyTo })).toEqual({ ok: 'pong' })
  })
})

describe('nodeMatches', () => {
  it.each([
    ['celery@ours', 'glob', true],
    ['celery@*', 'glob', true],
    ['c?lery@ours', 'glob', true],
    ['celery', 'glob', false],
    ['celery@.*', 'pcre', true],
    ['w\\d', 'pcre', false],
    ['c[ae]lery@*', 'glob', true],
    ['c[!e]lery@*', 'glob', false],
    ['celery@(', 'pcre', false],
    ['celery@ours', 'other', false],
  ])('%s by %s: %s', (pattern, matcher, expected) => {
    expect(nodeMatches('celery@ours', pattern, matcher)).toBe(expected)
  })
})
