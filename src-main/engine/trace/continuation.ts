/**
 * What follows a task: callbacks and the next step of its chain before its result is stored, so that the result lists
 * them as children; the chord it belongs to, the rest of a broken chain and its errbacks after that.
 * Celery: celery/app/trace.py (build_tracer), celery/backends/base.py (mark_as_done, mark_as_failure)
 */
import {
  sendCanvas,
  sendTogether,
  type CanvasCall,
  type CanvasPorts,
  type OwnCall,
  type SentCanvas,
} from '../canvas/send-canvas.js'
import { plainSignature } from '../canvas/plain-signature.js'
import type { Embed, Signature } from '../message/envelope.js'
import type { ParentTask } from '../message/prepare-call.js'
import { isObject, numberOrNull, readEmbed } from '../message/shapes.js'
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import { resultDocument } from '../result-backend/result-document.js'
import type { ResultBackend } from '../result-backend/result-meta.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { FAILURE, SUCCESS } from '../states.js'
import type { Children } from './children.js'
import { addChordPart, type ChordMember } from './chord-part.js'
import type { StoredError } from './failed-group-body.js'
import { HandlerRaised } from './own-code.js'
import { raisedResult } from './raised-result.js'
import type { RaisedError, TaskOutcome, TaskRunner } from './task-runner.js'
import type { EndedElsewhere, TraceJob } from './trace-job.js'

/** A task, or a chord's body that never ran because of `chordMessage`. */
interface FailedTask {
  readonly id: string
  readonly chordMessage: string | null
  /** Set when it did not end in this process, or never ran. */
  readonly elsewhere?: {
    readonly requestJson: string
    readonly result: WireValue
    readonly traceback: string | null
  }
}

export interface ContinuationParts {
  readonly runner: Pick<TaskRunner, 'run'>
  readonly canvas: CanvasPorts
  readonly children: Children
  readonly backend: () => Pick<ResultBackend, 'store' | 'waitFor' | 'chords'>
  readonly clock: Clock
  readonly log: Log
  /** task_inherit_parent_priority */
  readonly inheritPriority: () => boolean
  /** result_chord_join_timeout */
  readonly chordJoinTimeoutSeconds: () => number
}

export class Continuation {
  private readonly parts: ContinuationParts

  constructor(parts: ContinuationParts) {
    const { canvas, runner } = parts
    const { ownApplyAsync } = canvas
    const sending = ownApplyAsync && { ownApplyAsync: { has: ownApplyAsync.has, call: applyAsyncBy(runner) } }
    this.parts = { ...parts, canvas: { ...canvas, ...sending } }
  }

  async beforeStore(job: TraceJob, outcome: TaskOutcome): Promise<void> {
    if (!job.continues || outcome.kind !== 'success') return
    const follows = this.readFollows(job)
    const { parent } = follows
    const options = { parent_id: parent.id, root_id: parent.rootId, priority: parent.priority }
    const call = { args: [parseJson(outcome.resultJson)], parent, options }
    const sent = await this.sendCallbacks(follows.embed, call)
    const chain = follows.embed.chain ?? []
    const next = chain.at(-1)
    if (next !== undefined) {
      const inChain = { ...call, options: { chain: chain.slice(0, -1), ...options } }
      sent.push(await sendCanvas(next, inChain, this.parts.canvas))
    }
    for (const { children } of sent) for (const child of children) this.parts.children.addTree(job.taskId, child)
  }

  async afterStore(job: TraceJob, outcome: TaskOutcome): Promise<void> {
    if (!job.continues || (outcome.kind !== 'success' && outcome.kind !== 'failure')) return
    const { embed, parent, groupIndex } = this.readFollows(job)
    const member = { taskId: job.taskId, groupId: job.groupId, groupIndex, body: embed.chord }
    if (outcome.kind === 'success') {
      await this.chordPart(member, { state: SUCCESS, result: parseJson(outcome.resultJson) }, parent)
      return
    }
    await this.afterFailure(job, outcome.error, {})
  }

  /** The worker has stored the result. As Celery: of what was revoked only its chord hears, and that as a failed part. */
  async afterEnded(job: TraceJob, { state, error }: EndedElsewhere): Promise<void> {
    if (!job.continues) return
    if (state === FAILURE) return this.afterFailure(job, error, { elsewhere: job.requestJson })
    const { embed, parent, groupIndex } = this.readFollows(job)
    const member = { taskId: job.taskId, groupId: job.groupId, groupIndex, body: embed.chord }
    await this.chordPart(member, { state, result: raisedResult(error) }, parent)
  }

  private async afterFailure(job: TraceJob, error: RaisedError, { elsewhere }: { elsewhere?: string }): Promise<void> {
    const { embed, parent, groupIndex } = this.readFollows(job)
    const failed = { state: FAILURE, result: raisedResult(error) }
    await this.chordPart({ taskId: job.taskId, groupId: job.groupId, groupIndex, body: embed.chord }, failed, parent)
    await this.breakChain(job, embed, { ...failed, traceback: error.tracebackText }, parent)
    const how =
      elsewhere === undefined
        ? {}
        : { elsewhere: { requestJson: elsewhere, result: failed.result, traceback: error.tracebackText } }
    await this.followFailure(embed.errbacks, { id: job.taskId, chordMessage: null, ...how }, parent)
  }

  /** As Celery: one callback is sent alone, more than one as a group; groups among them stay groups of their own. */
  private async sendCallbacks(embed: Embed, call: CanvasCall): Promise<SentCanvas[]> {
    const callbacks = (embed.callbacks ?? []).map(plainSignature)
    const { canvas } = this.parts
    const [only] = callbacks
    if (only !== undefined && callbacks.length === 1) return [await sendCanvas(only, call, canvas)]
    const sent: SentCanvas[] = []
    for (const group of callbacks.filter((sig) => sig.subtask_type === 'group'))
      sent.push(await sendCanvas(group, call, canvas))
    const singles = callbacks.filter((sig) => sig.subtask_type !== 'group')
    if (singles.length > 0) sent.push(await sendTogether(singles, call, canvas))
    return sent
  }

  /** As Celery: whoever waits for a later step of the chain hears of the failure too. */
  private async breakChain(
    job: TraceJob,
    { chain }: Embed,
    failed: { readonly state: string; readonly result: WireValue; readonly traceback: string },
    parent: ParentTask,
  ): Promise<void> {
    const { clock } = this.parts
    for (const step of (chain ?? []).map(plainSignature)) {
      const { task_id: taskId, group_id: group, group_index: index, chord } = step.options
      if (typeof taskId !== 'string') continue
      const groupId = typeof group === 'string' ? group : null
      if (!job.ignoreResult || job.storeErrorsEvenIfIgnored) {
        // As Celery: a step tells what it would have been called with.
        const extended = job.resultExtended ? { ...asWritten(step), worker: null, retries: 0, queue: null } : null
        const of = { taskId, groupId, parentId: null, extended }
        const state = { status: failed.state, result: failed.result, traceback: failed.traceback, children: [] }
        await this.parts.backend().store(resultDocument(of, { ...state, atMs: clock.nowMs() }))
      }
      const body = readEmbed({ chord: chord ?? null }).chord
      await this.chordPart(
        { taskId, groupId, groupIndex: typeof index === 'number' ? index : null, body },
        failed,
        parent,
      )
    }
  }

  /**
   * As Celery: an errback that takes (request, exc, traceback) is called here; any other one is sent with the id of what
   * failed, as a group even when alone. Answers what was sent.
   */
  private async followFailure(
    errbacks: Embed['errbacks'],
    failed: FailedTask,
    parent: ParentTask,
  ): Promise<readonly WireValue[]> {
    if (errbacks === null || errbacks.length === 0) return []
    const toSend = await this.callHere(errbacks, failed)
    if (toSend.length === 0) return []
    const options = { parent_id: failed.id, root_id: parent.rootId }
    const call = { args: [failed.id], parent: { ...parent, id: failed.id }, options }
    return (await sendTogether(toSend, call, this.parts.canvas)).children
  }

  /** Answers those that were not called. */
  private async callHere(errbacks: readonly Signature[], failed: FailedTask): Promise<readonly Signature[]> {
    const { id, chordMessage, elsewhere } = failed
    const chord = chordMessage === null ? {} : { chord: { id, message: chordMessage } }
    const told = elsewhere && {
      elsewhere: {
        request: parseJson(elsewhere.requestJson),
        result: elsewhere.result,
        traceback: elsewhere.traceback,
      },
    }
    const outcome = await this.parts.runner.run({
      taskName: 'lab_host.call_errbacks',
      argsJson: '[]',
      kwargsJson: stringifyJson({ errbacks, ...chord, ...told }),
      requestJson: '{}',
    })
    if (outcome.kind === 'success') {
      const places = parseJson(outcome.resultJson)
      return errbacks.filter((_, index) => Array.isArray(places) && places.includes(index))
    }
    if (outcome.kind === 'failure') throw new HandlerRaised(outcome.error)
    throw new Error(`an errback of ${failed.id} ended as ${outcome.kind}`)
  }

  private async chordPart(
    member: ChordMember,
    part: { readonly state: string; readonly result: WireValue },
    parent: ParentTask,
  ): Promise<void> {
    const { canvas, clock, log } = this.parts
    const backend = this.parts.backend()
    await addChordPart(member, part, {
      backend,
      sendBody: async (body, args) => void (await sendCanvas(body, { args, parent }, canvas)),
      callErrbacks: async (errbacks, bodyId, error) => {
        const sent = await this.followFailure(errbacks, failedBody(bodyId, error), parent)
        const { children } = this.parts
        // As Celery: those of the task that runs here, and of one that ended elsewhere there are none.
        return children.isOf(parent.id) ? [...children.of(parent.id), ...sent] : []
      },
      nowMs: () => clock.nowMs(),
      joinTimeoutSeconds: this.parts.chordJoinTimeoutSeconds(),
      log,
    })
  }

  private readFollows(job: TraceJob): {
    readonly embed: Embed
    readonly parent: ParentTask
    readonly groupIndex: number | null
  } {
    const read = parseJson(job.requestJson)
    const request: WireObject = isObject(read) ? read : {}
    const { root_id: rootId, group_index: groupIndex, delivery_info: info } = request
    const priority = isObject(info) ? numberOrNull(info.priority) : null
    return {
      embed: readEmbed(request),
      parent: {
        id: job.taskId,
        rootId: typeof rootId === 'string' ? rootId : job.taskId,
        priority: this.parts.inheritPriority() ? priority : null,
      },
      groupIndex: typeof groupIndex === 'number' ? groupIndex : null,
    }
  }
}

/** In the process where the task has just ended, which is its parent. */
function applyAsyncBy(runner: ContinuationParts['runner']): (call: OwnCall) => Promise<void> {
  return async (call) => {
    const outcome = await runner.run({
      taskName: 'lab_host.apply_async',
      argsJson: '[]',
      kwargsJson: stringifyJson(call as unknown as WireValue), // plain data
      requestJson: '{}',
    })
    if (outcome.kind === 'failure') throw new HandlerRaised(outcome.error)
  }
}

function asWritten({ task, args, kwargs }: Signature): { name: string; argsJson: string; kwargsJson: string } {
  return { name: task, argsJson: stringifyJson(args), kwargsJson: stringifyJson(kwargs) }
}

/** The body of a chord whose header is broken: a ChordError, or, where it is one of a group, what the header broke of. */
function failedBody(id: string, error: string | StoredError): FailedTask {
  if (typeof error === 'string') return { id, chordMessage: error }
  const requestJson = stringifyJson({ id, delivery_info: {} })
  return { id, chordMessage: null, elsewhere: { requestJson, result: error.result, traceback: null } }
}
