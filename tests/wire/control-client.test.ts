/**
 * What `app.control` sends against the recordings of 12: for the same calls in the same order, each request equals the one
 * that Celery 5.6.3 sent, field by field. Tickets, addresses and times aside.
 */
import { describe, expect, it } from 'vitest'
import { Control } from '../../src-main/engine/control/control.js'
import type { BroadcastOptions } from '../../src-main/engine/control/broadcast.js'
import { LamportClock } from '../../src-main/engine/events/lamport-clock.js'
import { plainEnvelope, readPlainBody } from '../../src-main/engine/message/plain-envelope.js'
import type { Envelope } from '../../src-main/engine/message/envelope.js'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import { PyFloat, type WireObject, type WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { HeldClock } from '../support/held-clock.js'
import { readText } from './recording.js'

const nowMs = 1_000_000

interface Sent {
  readonly control: Control
  readonly clock: HeldClock
  readonly envelopes: Envelope[]
  readonly bound: string[]
  /** Puts a reply into the list of the last request. */
  answer(body: WireValue, ticket?: string): void
}

function controlForTest(): Sent {
  const clock = new HeldClock(nowMs)
  const envelopes: Envelope[] = []
  const bound: string[] = []
  let ids = 0
  let hear: (envelope: Envelope) => void = () => {}
  const control = new Control({
    channel: {
      broadcast: (_exchange, _key, envelope) => Promise.resolve(void envelopes.push(envelope)),
      ownQueue: (queue, { exchange, routingKey }, onMessage) => {
        hear = onMessage ?? hear
        bound.push(`${exchange} ${routingKey} ${queue}`)
        return Promise.resolve({ close: () => Promise.resolve(void bound.push(`closed ${queue}`)) })
      },
      purge: () => Promise.resolve(0),
    },
    lamport: new LamportClock(),
    clock,
    ids: { uuid: () => `id-${++ids}` },
    queueNames: () => ['celery'],
    warn: () => {},
  })
  const answer = (body: WireValue, ticket = String((readPlainBody(envelopes.at(-1)!) as WireObject).ticket)): void => {
    const wire = { exchange: 'reply.celery.pidbox', routingKey: 'x', deliveryMode: 1 as const }
    hear(plainEnvelope({ body, headers: { ticket, clock: 7 }, ...wire }, { uuid: () => 'tag' }))
  }
  return { control, clock, envelopes, bound, answer }
}

function recorded(folder: string): readonly WireObject[] {
  return readText(`12-remote-control-5.6.3/${folder}/messages.json`)
    .split('\n')
    .filter((line) => line.startsWith('{"t":'))
    .map((line) => parseJson(line.replace(/,$/, '')) as WireObject)
    .filter(({ channel, conn }) => channel === '/0.celery.pidbox' && String(conn).startsWith('client'))
}

function shown(envelope: WireObject, body: WireObject): string {
  const headers = { ...(envelope.headers as WireObject), clock: 1, expires: '<time>' }
  const properties = { ...(envelope.properties as WireObject), delivery_tag: '<tag>' }
  const { ticket, reply_to: replyTo, ...request } = body
  const address =
    ticket === undefined ? {} : { ticket: '<ticket>', reply_to: { ...(replyTo as WireObject), routing_key: '<oid>' } }
  return stringifyJson({ ...envelope, body: { ...request, ...address }, headers, properties })
}

const ours = (envelope: Envelope): string =>
  shown(envelope as unknown as WireObject, readPlainBody(envelope) as WireObject)
const theirs = (message: WireObject): string =>
  shown(message.envelope as WireObject, message.body_decoded as WireObject)

async function sentBy(calls: (control: Control) => readonly (() => Promise<unknown>)[]): Promise<readonly Envelope[]> {
  const { control, clock, envelopes } = controlForTest()
  for (const call of calls(control)) {
    const done = call()
    await new Promise(setImmediate)
    clock.advance(2000)
    await done
  }
  return envelopes
}

const r: BroadcastOptions = { reply: true, timeoutSeconds: 0.6 }

describe('requests of app.control equal those that were recorded', () => {
  it('12/control: every control command', async () => {
    const envelopes = await sentBy((c) => [
      () => c.broadcast('ping', {}, r),
      () => c.ping({ timeoutSeconds: 0.6 }),
      () => c.rateLimit('tasks.add', '10/m', r),
      () => c.rateLimit('tasks.add', 'xx', r),
      () => c.rateLimit('tasks.nope', '1/s', r),
      () => c.rateLimit('tasks.add', 0, r),
      () => c.timeLimit('tasks.add', { soft: 10, hard: 20 }, r),
      () => c.timeLimit('tasks.nope', { soft: 10, hard: 20 }, r),
      () => c.autoscale(4, 2, r),
      () => c.poolGrow(1, r),
      () => c.poolShrink(1, r),
      () => c.addConsumer('newq', r),
      () => c.addConsumer('newq', r),
      () => c.addConsumer('newq2', { ...r, exchange: 'ex2', exchangeType: 'topic', routingKey: 'a.#' }),
      () => c.cancelConsumer('newq', r),
      () => c.cancelConsumer('newq', r),
      () => c.enableEvents(r),
      () => c.disableEvents(r),
      () => c.disableEvents(r),
      () => c.heartbeat(r),
      () => c.poolRestart(r),
      () => c.broadcast('no_such_command', {}, r),
      () => c.broadcast('rate_limit', { wrong: 1 }, r),
      () => c.broadcast('ping', {}, { ...r, destination: ['celery@host'] }),
      () => c.broadcast('ping', {}, { ...r, destination: ['nobody@host'] }),
      () => c.broadcast('ping', {}, { ...r, pattern: 'celery@*', matcher: 'glob' }),
      () => c.broadcast('ping', {}, { ...r, pattern: 'nomatch.*', matcher: 'pcre' }),
      () => c.broadcast('ping', {}, { ...r, limit: 1 }),
      () => c.broadcast('ping'),
      () => c.shutdown(r),
    ])
    expect(envelopes.map(ours)).toEqual(recorded('control').map(theirs))
  })

  it('12/inspect: every inspect command', async () => {
    const envelopes = await sentBy((c) => {
      const i = c.inspect({ timeoutSeconds: 0.6 })
      return [
        () => i.ping(),
        () => i.active(),
        () => i.reserved(),
        () => i.scheduled(),
        () => i.registered(),
        () => i.registered('rate_limit', 'max_retries'),
        () => i.stats(),
        () => i.conf(),
        () => i.conf(true),
        () => i.activeQueues(),
        () => i.report(),
        () => i.queryTask('active-1', 'reserved-1', 'nope'),
        () => i.revoked(),
        () => i.clock(),
        () => i.memsample(),
        () => i.hello('other@host', {}),
        () => i.active(true),
      ]
    })
    expect(envelopes.map(ours)).toEqual(recorded('inspect').map(theirs))
  })

  it('a request expires after its timeout, a cast after a second, and the clock goes on', async () => {
    const { control, envelopes } = controlForTest()
    await control.broadcast('ping')
    await control.revoke('id')
    const headers = envelopes.map((envelope) => envelope.headers)
    expect(headers).toEqual([
      { clock: 1, expires: new PyFloat(nowMs / 1000 + 1) },
      { clock: 2, expires: new PyFloat(nowMs / 1000 + 1) },
    ])
  })
})

describe('replies are collected', () => {
  it('until the timeout, which each of them renews; those to other questions are left out', async () => {
    const { control, clock, answer, bound } = controlForTest()
    const replies = control.ping({ timeoutSeconds: 1 })
    await new Promise(setImmediate)
    clock.advance(900)
    answer({ 'a@host': { ok: 'pong' } })
    answer({ 'late@host': { ok: 'pong' } }, 'another ticket')
    clock.advance(900)
    answer({ 'b@host': { ok: 'pong' } })
    clock.advance(1000)
    expect(await replies).toEqual([{ 'a@host': { ok: 'pong' } }, { 'b@host': { ok: 'pong' } }])
    expect(bound).toEqual(['reply.celery.pidbox id-1 id-1.reply.celery.pidbox', 'closed id-1.reply.celery.pidbox'])
  })

  it('no longer than there are destinations, or the limit says', async () => {
    const { control, answer } = controlForTest()
    const one = control.ping({ destination: ['a@host'] })
    await new Promise(setImmediate)
    answer({ 'a@host': { ok: 'pong' } })
    expect(await one).toHaveLength(1)
    const told: unknown[] = []
    const two = control.inspect({ limit: 2, onReply: (reply) => told.push(reply) }).clock()
    await new Promise(setImmediate)
    answer({ 'a@host': { clock: 1 } })
    answer({ 'b@host': { clock: 2 } })
    expect(await two).toEqual({ 'a@host': { clock: 1 }, 'b@host': { clock: 2 } })
    expect(told).toHaveLength(2)
  })

  it('null when nobody answers an inspect', async () => {
    const { control, clock } = controlForTest()
    const nobody = control.inspect().active()
    await new Promise(setImmediate)
    clock.advance(1000)
    expect(await nobody).toBeNull()
  })
})
