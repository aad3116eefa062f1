/** Every kind of check a lab.json may name: its parameters as a schema, and how it watches. A new kind is a new file and two lines here. */
import * as v from 'valibot'
import { accountedCheck, watchAccounted } from './accounted.js'
import { answerCheck, watchAnswer, type RightAnswers } from './answer.js'
import { answeredCheck, watchAnswered } from './answered.js'
import { attemptsCheck, watchAttempts } from './attempts.js'
import { batchesCheck, watchBatches } from './batches.js'
import { beatSentCheck, watchBeatSent } from './beat-sent.js'
import { burstCheck, watchBurst } from './burst.js'
import { cadenceCheck, watchCadence } from './cadence.js'
import { cancelledTaskCheck, watchCancelledTask } from './cancelled-task.js'
import { childMemoryCheck, watchChildMemory } from './child-memory.js'
import { CONDITIONS, watchAll, watchAny, watchInOrder, watchWhile, type Condition } from './combinators.js'
import { dbRowsCheck, watchDbRows } from './db-rows.js'
import { dbStatementCheck, watchDbStatement } from './db-statement.js'
import { deferredCheck, watchDeferred } from './deferred.js'
import { effectOfVersionCheck, watchEffectOfVersion } from './effect-of-version.js'
import { eventsCheck, watchEvents } from './events.js'
import { exportedCheck, watchExported } from './exported.js'
import { failedAtOnceCheck, watchFailedAtOnce } from './failed-at-once.js'
import { faultSeenCheck, watchFaultSeen } from './fault-seen.js'
import { groupPartsCheck, watchGroupParts } from './group-parts.js'
import { heldForLaterCheck, watchHeldForLater } from './held-for-later.js'
import { httpCheck, watchHttp } from './http.js'
import { idleBesideCheck, watchIdleBeside } from './idle-beside.js'
import { keptResultsCheck, watchKeptResults } from './kept-results.js'
import { ledgerCheck, watchLedger } from './ledger.js'
import { loadedCodeCheck, watchLoadedCode } from './loaded-code.js'
import { logLineCheck, watchLogLine } from './log-line.js'
import { lookedAtCheck, watchLookedAt } from './looked-at.js'
import { madeUpForCheck, watchMadeUpFor } from './made-up-for.js'
import { monitorGapCheck, watchMonitorGap } from './monitor-gap.js'
import { noteCheck, watchNote } from './note.js'
import { overlapCheck, watchOverlap } from './overlap.js'
import { ownTaskCheck, watchOwnTask } from './own-task.js'
import { pageSaysCheck, watchPageSays } from './page-says.js'
import { parentChildCheck, watchParentChild } from './parent-child.js'
import { peakRateCheck, watchPeakRate } from './peak-rate.js'
import { pingCheck, watchPing } from './ping.js'
import { priorityOrderCheck, watchPriorityOrder } from './priority-order.js'
import { processCheck, watchProcess } from './process.js'
import { publishedCheck, watchPublished } from './published.js'
import { queueLengthCheck, watchQueueLength } from './queue-length.js'
import { ranAgainCheck, watchRanAgain } from './ran-again.js'
import { ranLaterCheck, watchRanLater } from './ran-later.js'
import { recycledCheck, watchRecycled } from './recycled.js'
import { redisRestartCheck, watchRedisRestart } from './redis-restart.js'
import { resultAskedCheck, watchResultAsked } from './result-asked.js'
import { resultRemovedCheck, watchResultRemoved } from './result-removed.js'
import { resultStateCheck, watchResultState } from './result-state.js'
import { resultStepsCheck, watchResultSteps } from './result-steps.js'
import { retryWaitCheck, watchRetryWait } from './retry-wait.js'
import { runMarkedCheck, watchRunMarked } from './run-marked.js'
import { silenceNoticedCheck, watchSilenceNoticed } from './silence-noticed.js'
import { softLimitCheck, watchSoftLimit } from './soft-limit.js'
import { taskPathCheck, watchTaskPath } from './task-path.js'
import { twoBeatsCheck, watchTwoBeats } from './two-beats.js'
import { unregisteredCheck, watchUnregistered } from './unregistered.js'
import { waitsCheck, watchWaits } from './waits.js'
import type { Watch } from './watch.js'
import { wireCheck, watchWire } from './wire.js'
import { workerEndCheck, watchWorkerEnd } from './worker-end.js'

/** `watch` gets what `schema` lets through. */
function kind<
  const S extends { readonly entries: { readonly kind: v.LiteralSchema<string, undefined> } } & v.GenericSchema,
>(schema: S, watch: (spec: v.InferOutput<S>, rightAnswers: RightAnswers) => Watch) {
  return { schema, watch }
}

/** Those that look at facts themselves. */
const LOOKING = [
  kind(accountedCheck, watchAccounted),
  kind(answerCheck, watchAnswer),
  kind(answeredCheck, watchAnswered),
  kind(attemptsCheck, watchAttempts),
  kind(batchesCheck, watchBatches),
  kind(beatSentCheck, watchBeatSent),
  kind(burstCheck, watchBurst),
  kind(cadenceCheck, watchCadence),
  kind(cancelledTaskCheck, watchCancelledTask),
  kind(childMemoryCheck, watchChildMemory),
  kind(dbRowsCheck, watchDbRows),
  kind(dbStatementCheck, watchDbStatement),
  kind(deferredCheck, watchDeferred),
  kind(effectOfVersionCheck, watchEffectOfVersion),
  kind(eventsCheck, watchEvents),
  kind(exportedCheck, watchExported),
  kind(failedAtOnceCheck, watchFailedAtOnce),
  kind(faultSeenCheck, watchFaultSeen),
  kind(groupPartsCheck, watchGroupParts),
  kind(heldForLaterCheck, watchHeldForLater),
  kind(httpCheck, watchHttp),
  kind(idleBesideCheck, watchIdleBeside),
  kind(keptResultsCheck, watchKeptResults),
  kind(ledgerCheck, watchLedger),
  kind(loadedCodeCheck, watchLoadedCode),
  kind(logLineCheck, watchLogLine),
  kind(lookedAtCheck, watchLookedAt),
  kind(madeUpForCheck, watchMadeUpFor),
  kind(monitorGapCheck, watchMonitorGap),
  kind(noteCheck, watchNote),
  kind(overlapCheck, watchOverlap),
  kind(ownTaskCheck, watchOwnTask),
  kind(pageSaysCheck, watchPageSays),
  kind(parentChildCheck, watchParentChild),
  kind(peakRateCheck, watchPeakRate),
  kind(pingCheck, watchPing),
  kind(priorityOrderCheck, watchPriorityOrder),
  kind(processCheck, watchProcess),
  kind(publishedCheck, watchPublished),
  kind(queueLengthCheck, watchQueueLength),
  kind(ranAgainCheck, watchRanAgain),
  kind(ranLaterCheck, watchRanLater),
  kind(recycledCheck, watchRecycled),
  kind(redisRestartCheck, watchRedisRestart),
  kind(resultAskedCheck, watchResultAsked),
  kind(resultRemovedCheck, watchResultRemoved),
  kind(resultStateCheck, watchResultState),
  kind(resultStepsCheck, watchResultSteps),
  kind(retryWaitCheck, watchRetryWait),
  kind(runMarkedCheck, watchRunMarked),
  kind(silenceNoticedCheck, watchSilenceNoticed),
  kind(softLimitCheck, watchSoftLimit),
  kind(taskPathCheck, watchTaskPath),
  kind(twoBeatsCheck, watchTwoBeats),
  kind(unregisteredCheck, watchUnregistered),
  kind(waitsCheck, watchWaits),
  kind(wireCheck, watchWire),
  kind(workerEndCheck, watchWorkerEnd),
] as const

type LookingCheck = v.InferOutput<(typeof LOOKING)[number]['schema']>

export type CheckSpec =
  | LookingCheck
  | { readonly kind: 'all' | 'any' | 'in-order'; readonly of: readonly CheckSpec[] }
  | { readonly kind: 'while'; readonly condition: Condition; readonly check: CheckSpec }

/** The schema refers to itself: `all` holds checks. */
const anyCheck: v.GenericSchema<unknown, CheckSpec> = v.lazy(() => checkSpec)
const several = v.pipe(v.array(anyCheck), v.minLength(1))

export const checkSpec = v.variant('kind', [
  ...LOOKING.map(({ schema }) => schema),
  v.strictObject({ kind: v.literal('all'), of: several }),
  v.strictObject({ kind: v.literal('any'), of: several }),
  v.strictObject({ kind: v.literal('in-order'), of: several }),
  v.strictObject({ kind: v.literal('while'), condition: v.picklist(CONDITIONS), check: anyCheck }),
]) satisfies v.GenericSchema<unknown, CheckSpec>

type StartLooking = (spec: LookingCheck, rightAnswers: RightAnswers) => Watch
const STARTS = new Map<string, StartLooking>(
  // Each is found by the kind that its own schema demands, so it only ever gets its own parameters.
  LOOKING.map(({ schema, watch }) => [schema.entries.kind.literal, watch as StartLooking]),
)

/** A fresh watch that has seen nothing. */
export function startWatch(spec: CheckSpec, rightAnswers: RightAnswers): Watch {
  const part = (one: CheckSpec): Watch => startWatch(one, rightAnswers)
  switch (spec.kind) {
    case 'all':
      return watchAll(spec.of.map(part))
    case 'any':
      return watchAny(spec.of.map(part))
    case 'in-order':
      return watchInOrder(spec.of.map(part))
    case 'while':
      return watchWhile(spec.condition, part(spec.check))
    default: {
      const start = STARTS.get(spec.kind)
      if (start === undefined) throw new Error(`no check of kind ${spec.kind}`) // the schema knows no other
      return start(spec, rightAnswers)
    }
  }
}

/** Questions that a check waits for, those inside combinators included. */
export function questionsOf(spec: CheckSpec): readonly string[] {
  return lookingIn(spec).flatMap((one) => (one.kind === 'answer' || one.kind === 'answered' ? one.questions : []))
}

/** Those of them whose right answer it waits for. */
export function rightAsked(spec: CheckSpec): readonly string[] {
  return lookingIn(spec).flatMap((one) => (one.kind === 'answer' ? one.questions : []))
}

function lookingIn(spec: CheckSpec): readonly LookingCheck[] {
  switch (spec.kind) {
    case 'all':
    case 'any':
    case 'in-order':
      return spec.of.flatMap(lookingIn)
    case 'while':
      return lookingIn(spec.check)
    default:
      return [spec]
  }
}
