/**
 * What a caller's program sends for a canvas: real Celery 5.6.3 built each one of canvases.txt and applied it (record.py
 * beside it wrote down the signature, the messages, the chord's counters and the result), and ours sends the same for
 * the same signature: message by message, in the same order.
 */
import { describe, expect, test } from 'vitest'
import { defaultSettings } from '../../src-main/engine/app/settings.js'
import { sendWritten } from '../../src-main/engine/canvas/send-canvas.js'
import { asTuple } from '../../src-main/engine/canvas/result-node.js'
import { draftTaskMessage, sealTaskMessage } from '../../src-main/engine/message/build.js'
import type { Envelope, Signature } from '../../src-main/engine/message/envelope.js'
import { systemIds } from '../../src-main/engine/ports/system.js'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { readText } from './recording.js'

interface Recorded {
  readonly source: string
  readonly call: string
  readonly signature: Signature
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  readonly options: WireObject
  readonly sends: readonly WireValue[]
  readonly result: WireValue
}

const folder = 'canvas-from-caller-5.6.3'
const recorded = parseJson(readText(`${folder}/canvases.json`)) as unknown as readonly Recorded[]
// Python takes chunks apart before it sends them, and the body that a chord is called with is part of it.
const sent = recorded.filter(({ signature, kwargs }) => signature.task !== 'celery.chunks' && !('body' in kwargs))

test('the recording holds every line of its list', () => {
  expect(recorded.length).toBe(readText(`${folder}/canvases.txt`).trim().split('\n').length)
  expect(sent.length).toBeGreaterThan(60)
})

describe('the same is sent, and the result is the same tree', () => {
  test.each(sent.map((one) => [`${one.source} ${one.call}`, one] as const))('%s', async (_, one) => {
    const ours = await send(one)
    expect(named(ours)).toEqual(named({ sends: one.sends.map(withoutTuples), result: one.result }))
  })
})

async function send({ signature, args, kwargs, options }: Recorded): Promise<WireObject> {
  const sends: WireValue[] = []
  const replyTo = systemIds.uuid()
  const { result } = await sendWritten(
    signature,
    { args, kwargs, options, parent: null },
    {
      publish: (call, parent) => {
        const conf = defaultSettings
        const context = { nowMs: Date.now(), ids: systemIds, origin: 'gen1@host', replyTo, conf, parent }
        const message = sealTaskMessage(draftTaskMessage(call, context))
        sends.push({ publish: published(message.envelope) })
        return Promise.resolve(message.taskId)
      },
      taskDefaults: () => ({ ignore_result: false }),
      setChordSize: (groupId, size) => Promise.resolve(void sends.push({ size: [groupId, size] })),
      saveGroup: (groupId, tree) => Promise.resolve(void sends.push({ save: [groupId, tree] })),
      chainsAreLinks: () => false,
      errbacksOnHeader: () => false,
      uuid: () => systemIds.uuid(),
      replyTo: () => replyTo,
    },
  )
  return { sends: sends.map(withoutTuples), result: asTuple(result) }
}

function published(envelope: Envelope): WireObject {
  const { headers, properties, body } = envelope as unknown as Record<string, WireValue>
  const { origin: _ours, ...rest } = headers as WireObject
  const { correlation_id, reply_to, immutable, priority, delivery_info: info } = properties as WireObject
  return {
    headers: rest,
    properties: {
      ...(immutable === undefined ? {} : { immutable }),
      ...(priority === 0 ? {} : { priority: priority ?? null }),
      ...{ correlation_id: correlation_id ?? null, reply_to: reply_to ?? null },
      routing_key: (info as WireObject).routing_key ?? null,
    },
    body: parseJson(Buffer.from(body as string, 'base64').toString('utf8')),
  }
}

/** What celery.map and celery.starmap got is written as lists; that some were tuples is known to Python alone. */
function withoutTuples(sends: WireValue): WireValue {
  const { publish } = sends as { readonly publish?: { readonly headers: WireObject } }
  const isMap = publish?.headers.task === 'celery.map' || publish?.headers.task === 'celery.starmap'
  return isMap
    ? { publish: { ...publish, headers: { ...publish.headers, kwargsrepr: '<its tuples as lists>' } } }
    : sends
}

/** Keys in one order, ids by their first place: two that mean the same are the same text. */
function named(value: WireValue): unknown {
  const names = new Map<string, string>()
  const text = JSON.stringify(sorted(JSON.parse(stringifyJson(value))))
  const renamed = text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|<id \d+>/g, (id) => {
    const name = names.get(id) ?? `#${names.size + 1}`
    names.set(id, name)
    return name
  })
  return JSON.parse(renamed) as unknown
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]))
}
