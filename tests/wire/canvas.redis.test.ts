/**
 * What a pool process of real Celery sent after its tasks, and what ours sends for the same messages and the same
 * results: message by message, field by field. Chords are counted in a real Redis.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { draftTaskMessage, sealTaskMessage } from '../../src-main/engine/message/build.js'
import { defaultSettings } from '../../src-main/engine/app/settings.js'
import type { Envelope } from '../../src-main/engine/message/envelope.js'
import { Log } from '../../src-main/engine/ports/log.js'
import { systemClock, systemIds } from '../../src-main/engine/ports/system.js'
import { RedisBackend } from '../../src-main/engine/result-backend/redis-backend.js'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { Children } from '../../src-main/engine/trace/children.js'
import { Continuation } from '../../src-main/engine/trace/continuation.js'
import type { TaskOutcome } from '../../src-main/engine/trace/task-runner.js'
import type { TraceJob } from '../../src-main/engine/trace/trace-job.js'
import { startRedisServer } from '../support/redis-server.js'
import { Normalizer } from './normalize.js'
import { readRecording, readText, type Recording } from './recording.js'

const server = await startRedisServer()
const redis = server.client()
afterAll(() => server.stop())

describe.each([
  '06-link-5.6.3/all',
  '07-canvas-5.6.3/chain',
  '07-canvas-5.6.3/chain-fail',
  '07-canvas-5.6.3/chain-with-group',
  '07-canvas-5.6.3/chord',
  '07-canvas-5.6.3/chord-fail-header',
  '07-canvas-5.6.3/chord-one-header',
  '07-canvas-5.6.3/group',
  '07-canvas-5.6.3/group-of-chains',
])('%s', (folder) => {
  test('the same messages follow the same tasks, and the results list the same children', async () => {
    const recording = readRecording(folder)
    const ours = await replay(recording, folder)
    const theirs = bodies(folder).filter(({ fromClient }) => !fromClient)
    expect(ours.sent.map(shown).sort()).toEqual(theirs.map(({ envelope }) => shown(envelope)).sort())
    for (const [taskId, children] of ours.children) {
      const recorded = documents(recording).get(taskId)?.children
      expect(new Normalizer().text(stringifyJson(children))).toBe(
        new Normalizer().text(stringifyJson(recorded ?? null)),
      )
    }
    expect(ours.children.size).toBeGreaterThan(0)
  })
})

test('a broken header stores the recorded ChordError under the id of the body', async () => {
  const recording = readRecording('07-canvas-5.6.3/chord-fail-header')
  const { stored } = await replay(recording, recording.folder)
  const recorded = [...documents(recording).values()].find(
    ({ result }) => (result as WireObject | null)?.exc_type === 'ChordError',
  )
  const { traceback: _ours, date_done: _at, ...ours } = stored.get(recorded?.task_id as string) ?? {}
  const { traceback: _theirs, date_done: _then, ...theirs } = recorded ?? {}
  expect(ours).toEqual(theirs)
})

interface Replayed {
  readonly sent: readonly Envelope[]
  readonly children: ReadonlyMap<string, readonly WireValue[]>
  readonly stored: ReadonlyMap<string, WireObject>
}

/** Every recorded task ends as it did then, in the order it did then. */
async function replay(recording: Recording, folder: string): Promise<Replayed> {
  await redis.flushdb()
  const log = new Log({ processName: 'Test', level: 'CRITICAL', sink: () => Promise.resolve(), clock: systemClock })
  const backend = new RedisBackend({ url: server.url(), log })
  const children = new Children()
  const replyTo = systemIds.uuid()
  const sent: Envelope[] = []
  const stored = new Map<string, WireObject>()
  const continuation = new Continuation({
    // The recorded worker knew one errback that takes (request, exc, traceback): it is called and never sent.
    runner: { run: ({ kwargsJson }) => Promise.resolve(success(toSend(kwargsJson))) },
    canvas: {
      publish: (call, parent) => {
        const conf = defaultSettings
        const context = {
          nowMs: Date.now() + 0.5,
          ids: systemIds,
          origin: 'gen1@host',
          replyTo,
          conf,
          parent,
        }
        const built = sealTaskMessage(draftTaskMessage(call, context))
        sent.push(built.envelope)
        return Promise.resolve(built.taskId)
      },
      taskDefaults: () => ({}),
      setChordSize: (groupId, size) => backend.chords.setSize(groupId, size),
      saveGroup: (groupId, result) => backend.chords.saveGroup(groupId, result),
      chainsAreLinks: () => false,
      errbacksOnHeader: () => false,
      uuid: () => systemIds.uuid(),
      replyTo: () => replyTo,
    },
    children,
    backend: () => ({
      waitFor: (id) => backend.get(id),
      chords: backend.chords,
      store: (meta) => Promise.resolve(void stored.set(meta.task_id, meta as unknown as WireObject)),
    }),
    clock: systemClock,
    log,
    chordJoinTimeoutSeconds: () => 3,
    inheritPriority: () => false,
  })
  const listed = new Map<string, readonly WireValue[]>()
  const messages = new Map(
    bodies(folder).map(({ envelope, body }) => [(envelope.headers as WireObject).id as string, { envelope, body }]),
  )
  try {
    for (const [group, size] of chordSizes(folder)) await backend.chords.setSize(group, size)
    for (const [taskId, document] of documents(recording)) {
      const message = messages.get(taskId)
      if (message === undefined || document.status === 'RETRY') continue
      if (((message.envelope.headers as WireObject).task as string) === 'tasks.nope') continue // failed in the main process
      const job = jobOf(taskId, message)
      const outcome = outcomeOf(document)
      children.begin(taskId)
      await continuation.beforeStore(job, outcome)
      listed.set(taskId, children.of(taskId))
      await continuation.afterStore(job, outcome)
    }
  } finally {
    await backend.close()
  }
  return { sent, children: listed, stored }
}

interface Recorded {
  readonly envelope: WireObject
  readonly body: WireValue
  readonly fromClient: boolean
}

/** The recorder put the decoded body beside the envelope; here it goes back into it. */
function bodies(folder: string): readonly Recorded[] {
  const list = parseJson(readText(`${folder}/messages.json`)) as readonly WireObject[]
  return list.map((one) => {
    const body = one.body_decoded as WireValue
    const envelope = { ...(one.envelope as WireObject), body: Buffer.from(stringifyJson(body)).toString('base64') }
    return { envelope, body, fromClient: (one.conn as string).startsWith('client') }
  })
}

function documents(recording: Recording): ReadonlyMap<string, WireObject> {
  const metas = recording.results.filter(({ key }) => key.startsWith('celery-task-meta-'))
  return new Map(metas.map(({ text }) => parseJson(text) as WireObject).map((meta) => [meta.task_id as string, meta]))
}

function chordSizes(folder: string): readonly (readonly [string, number])[] {
  const { writes } = parseJson(readText(`${folder}/results.json`)) as { readonly writes: readonly WireObject[] }
  const sizes = writes.filter(
    ({ key, conn }) => (key as string).endsWith('.s') && (conn as string).startsWith('client'),
  )
  return sizes.map(({ key, value }) => [(key as string).slice('celery-taskset-meta-'.length, -2), Number(value)])
}

function jobOf(taskId: string, { envelope, body }: Pick<Recorded, 'envelope' | 'body'>): TraceJob {
  const headers = envelope.headers as WireObject
  const [, , embed] = body as readonly WireValue[]
  return {
    taskName: headers.task as string,
    displayName: headers.task as string,
    taskId,
    argsJson: '[]',
    kwargsJson: '{}',
    requestJson: stringifyJson({ ...headers, ...(embed as WireObject) }),
    groupId: headers.group as string | null,
    parentId: headers.parent_id as string | null,
    retries: 0,
    queue: 'celery',
    ignoreResult: false,
    storeErrorsEvenIfIgnored: false,
    trackStarted: false,
    resultExtended: false,
    deduplicates: false,
    continues: true,
  }
}

function outcomeOf({ status, result, traceback }: WireObject): TaskOutcome {
  if (status === 'SUCCESS') return success(stringifyJson(result ?? null))
  const { exc_type: excType, exc_module: excModule, exc_message: message } = result as WireObject
  const error = {
    excType: excType as string,
    excModule: excModule as string,
    excMessageJson: stringifyJson(message ?? null),
    repr: '',
    tracebackText: traceback as string,
  }
  return { kind: 'failure', error, runtimeSeconds: 0, expected: false }
}

function success(resultJson: string): TaskOutcome {
  return { kind: 'success', resultJson, resultRepr: '', runtimeSeconds: 0 }
}

function toSend(kwargsJson: string): string {
  const { errbacks } = parseJson(kwargsJson) as { readonly errbacks: readonly WireObject[] }
  return stringifyJson(errbacks.flatMap(({ task }, index) => (task === 'tasks.on_err' ? [] : [index])))
}

function shown(envelope: Envelope | WireObject): string {
  return new Normalizer().message(envelope as WireObject)
}
