/**
 * One task of a chord's header has ended. Whoever ends last sends the body, or, when a part failed, stores ChordError
 * under the body's id and calls the body's errbacks.
 * Celery: celery/backends/redis.py (on_chord_part_return), celery/backends/base.py (chord_error_from_stack)
 */
import { plainSignature } from '../canvas/plain-signature.js'
import { TimeoutError } from '../errors.js'
import type { Embed, Signature } from '../message/envelope.js'
import { isObject, readSignatures } from '../message/shapes.js'
import type { Log } from '../ports/log.js'
import { exceptionResult, resultDocument, type ResultState } from '../result-backend/result-document.js'
import type { ChordHeader, ResultBackend } from '../result-backend/result-meta.js'
import { failGroupBody, type StoredError } from './failed-group-body.js'
import { HandlerRaised } from './own-code.js'
import { raisedResult } from './raised-result.js'
import { pythonRepr, reprString } from '../serialization/python-repr.js'
import type { WireValue } from '../serialization/wire-value.js'
import { FAILURE, propagateStates } from '../states.js'

export interface ChordMember {
  readonly taskId: string
  readonly groupId: string | null
  readonly groupIndex: number | null
  /** null: not in a chord. */
  readonly body: Signature | null
}

export interface ChordPorts {
  readonly backend: Pick<ResultBackend, 'store' | 'waitFor' | 'chords'>
  readonly sendBody: (body: Signature, args: readonly WireValue[]) => Promise<void>
  /** Answers all that the task that has ended has sent, those errbacks among them. A text: the message of a ChordError. */
  readonly callErrbacks: (
    errbacks: Embed['errbacks'],
    bodyId: string,
    error: string | StoredError,
  ) => Promise<readonly WireValue[]>
  readonly nowMs: () => number
  /**
   * `result_chord_join_timeout`: a group that ends a member of the header counts anew how many tasks there are, so that
   * its own last ones may still run when the header is complete.
   */
  readonly joinTimeoutSeconds: number
  readonly log: Log
}

type Gathered =
  { readonly kind: 'complete'; readonly results: readonly WireValue[] } | ({ readonly kind: 'broken' } & Broken)

interface Broken {
  readonly words: string
  readonly cause: string
  /** What a part has failed with, when one has. */
  readonly original?: WireValue
}

export async function addChordPart(
  member: ChordMember,
  part: { readonly state: string; readonly result: WireValue },
  ports: ChordPorts,
): Promise<void> {
  const { groupId, body } = member
  const { chords } = ports.backend
  if (body === null || groupId === null || chords === null) return
  const { complete } = await chords.add(groupId, { taskId: member.taskId, index: member.groupIndex, ...part })
  if (!complete) return
  const gathered = await gather(groupId, chords, ports)
  if (gathered.kind === 'broken') return failBody(groupId, plainSignature(body), gathered, ports)
  try {
    await ports.sendBody(body, [gathered.results])
  } catch (error) {
    const words = error instanceof Error ? `${error.name}(${reprString(error.message)})` : String(error)
    await failBody(groupId, plainSignature(body), { words: `Callback error: ${words}`, cause: words }, ports)
  } finally {
    await chords.clear(groupId)
  }
}

/** As Celery: a saved group result tells the header's shape; else the parts are the list. */
async function gather(groupId: string, chords: ChordHeader, ports: ChordPorts): Promise<Gathered> {
  const saved = await chords.saved(groupId)
  try {
    if (isObject(saved)) {
      const joined = await join(saved.result ?? null, ports)
      return { kind: 'complete', results: Array.isArray(joined) ? joined : [joined] }
    }
    const parts = await chords.collect(groupId)
    return { kind: 'complete', results: parts.map(({ taskId, state, result }) => partResult(taskId, state, result)) }
  } catch (error) {
    if (error instanceof BrokenPart)
      return { kind: 'broken', words: error.message, cause: error.causeWords, original: error.stored }
    if (!(error instanceof TimeoutError)) throw error
    const words = `TimeoutError(${reprString(error.message)})`
    return { kind: 'broken', words: `Join error: ${words}`, cause: `celery.exceptions.TimeoutError: ${error.message}` }
  }
}

/** `[[id, parent], null]` is one task, `[[id, parent], [...]]` a group of them. */
async function join(tree: WireValue, ports: ChordPorts): Promise<WireValue> {
  const [head, members] = Array.isArray(tree) ? (tree as readonly WireValue[]) : []
  if (Array.isArray(members)) {
    const results: WireValue[] = []
    for (const member of members as readonly WireValue[]) results.push(await join(member, ports))
    return results
  }
  const id = Array.isArray(head) ? (head as readonly WireValue[])[0] : null
  if (typeof id !== 'string') return null
  const { status, result } = await ports.backend.waitFor(id, { timeoutSeconds: ports.joinTimeoutSeconds })
  return partResult(id, status, result)
}

class BrokenPart extends Error {
  readonly causeWords: string
  readonly stored: WireValue
  constructor(message: string, causeWords: string, stored: WireValue) {
    super(message)
    this.causeWords = causeWords
    this.stored = stored
  }
}

function partResult(taskId: string, state: string, result: WireValue): WireValue {
  if (!propagateStates.has(state)) return result
  const { repr, words } = shownException(result)
  throw new BrokenPart(`Dependency ${taskId} raised ${repr}`, words, result)
}

function shownException(stored: WireValue): { readonly repr: string; readonly words: string } {
  const { exc_type: type, exc_message: message } = isObject(stored) ? stored : {}
  const name = typeof type === 'string' ? type : 'Exception'
  const args = Array.isArray(message) ? (message as readonly WireValue[]) : [message ?? null]
  const shown = args.map((arg) => pythonRepr(arg))
  const only = args.length === 1 && typeof args[0] === 'string' ? args[0] : `(${shown.join(', ')})`
  return { repr: `${name}(${shown.join(', ')})`, words: `${name}: ${only}` }
}

/** Its keys stay until they expire, as Celery's do. */
async function failBody(groupId: string, body: Signature, broken: Broken, ports: ChordPorts): Promise<void> {
  const traceback = `${broken.cause}\n\nThe above exception was the direct cause of the following exception:\n\ncelery.exceptions.ChordError: ${broken.words}\n`
  const shown = `ChordError(${reprString(broken.words)})`
  ports.log.error(`Chord ${reprString(groupId)} raised: ${shown}\n${traceback.trimEnd()}`)
  const chordError = { result: exceptionResult('ChordError', 'celery.exceptions', [broken.words]), traceback }
  if (body.subtask_type === 'group') {
    const { original, cause } = broken
    const error = original === undefined ? chordError : { result: original, traceback: `${cause}\n` }
    return failGroupBody(body, error, ports)
  }
  const bodyId = body.options.task_id
  if (typeof bodyId !== 'string') return
  const broke = { ...chordError, children: [] }
  const after = await afterErrbacks(readSignatures(body.options.link_error), bodyId, broken.words, ports)
  const of = { taskId: bodyId, groupId: null, parentId: null, extended: null }
  await ports.backend.store(resultDocument(of, { status: FAILURE, ...broke, ...after, atMs: ports.nowMs() }))
}

/** As Celery: what an errback of the body raises becomes the body's error, and the children are those of the task that ran. */
async function afterErrbacks(
  errbacks: Embed['errbacks'],
  bodyId: string,
  words: string,
  { callErrbacks }: ChordPorts,
): Promise<Partial<Pick<ResultState, 'result' | 'traceback' | 'children'>>> {
  try {
    return { children: await callErrbacks(errbacks, bodyId, words) }
  } catch (error) {
    if (!(error instanceof HandlerRaised)) throw error
    const { raised } = error
    return { result: raisedResult(raised), traceback: raised.tracebackText }
  }
}
