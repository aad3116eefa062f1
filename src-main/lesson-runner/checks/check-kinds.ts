/** Every kind of check a lab.json may name, with its parameters and how it watches. A new kind is a new file and three lines here. */
import * as v from 'valibot'
import { answerCheck, watchAnswer, type AnswerCheck, type RightAnswers } from './answer.js'
import { answeredCheck, watchAnswered, type AnsweredCheck } from './answered.js'
import { attemptsCheck, watchAttempts, type AttemptsCheck } from './attempts.js'
import { accountedCheck, watchAccounted, type AccountedCheck } from './accounted.js'
import { beatSentCheck, watchBeatSent, type BeatSentCheck } from './beat-sent.js'
import { burstCheck, watchBurst, type BurstCheck } from './burst.js'
import { cadenceCheck, watchCadence, type CadenceCheck } from './cadence.js'
import { CONDITIONS, watchAll, watchAny, watchInOrder, watchWhile, type Condition } from './combinators.js'
import { dbRowsCheck, watchDbRows, type DbRowsCheck } from './db-rows.js'
import { dbStatementCheck, watchDbStatement, type DbStatementCheck } from './db-statement.js'
import { deferredCheck, watchDeferred, type DeferredCheck } from './deferred.js'
import { eventsCheck, watchEvents, type EventsCheck } from './events.js'
import { failedAtOnceCheck, watchFailedAtOnce, type FailedAtOnceCheck } from './failed-at-once.js'
import { faultSeenCheck, watchFaultSeen, type FaultSeenCheck } from './fault-seen.js'
import { httpCheck, watchHttp, type HttpCheck } from './http.js'
import { ledgerCheck, watchLedger, type LedgerCheck } from './ledger.js'
import { loadedCodeCheck, watchLoadedCode, type LoadedCodeCheck } from './loaded-code.js'
import { logLineCheck, watchLogLine, type LogLineCheck } from './log-line.js'
import { lookedAtCheck, watchLookedAt, type LookedAtCheck } from './looked-at.js'
import { madeUpForCheck, watchMadeUpFor, type MadeUpForCheck } from './made-up-for.js'
import { noteCheck, watchNote, type NoteCheck } from './note.js'
import { overlapCheck, watchOverlap, type OverlapCheck } from './overlap.js'
import { peakRateCheck, watchPeakRate, type PeakRateCheck } from './peak-rate.js'
import { pingCheck, watchPing, type PingCheck } from './ping.js'
import { processCheck, watchProcess, type ProcessCheck } from './process.js'
import { queueLengthCheck, watchQueueLength, type QueueLengthCheck } from './queue-length.js'
import { ranAgainCheck, watchRanAgain, type RanAgainCheck } from './ran-again.js'
import { resultStateCheck, watchResultState, type ResultStateCheck } from './result-state.js'
import { runMarkedCheck, watchRunMarked, type RunMarkedCheck } from './run-marked.js'
import { twoBeatsCheck, watchTwoBeats, type TwoBeatsCheck } from './two-beats.js'
import { taskPathCheck, watchTaskPath, type TaskPathCheck } from './task-path.js'
import { groupPartsCheck, watchGroupParts, type GroupPartsCheck } from './group-parts.js'
import { keptResultsCheck, watchKeptResults, type KeptResultsCheck } from './kept-results.js'
import { pageSaysCheck, watchPageSays, type PageSaysCheck } from './page-says.js'
import { parentChildCheck, watchParentChild, type ParentChildCheck } from './parent-child.js'
import { resultAskedCheck, watchResultAsked, type ResultAskedCheck } from './result-asked.js'
import { resultRemovedCheck, watchResultRemoved, type ResultRemovedCheck } from './result-removed.js'
import { resultStepsCheck, watchResultSteps, type ResultStepsCheck } from './result-steps.js'
import { watchWire, wireCheck, type WireCheck } from './wire.js'
import { effectOfVersionCheck, watchEffectOfVersion, type EffectOfVersionCheck } from './effect-of-version.js'
import { ownTaskCheck, watchOwnTask, type OwnTaskCheck } from './own-task.js'
import { publishedCheck, watchPublished, type PublishedCheck } from './published.js'
import { ranLaterCheck, watchRanLater, type RanLaterCheck } from './ran-later.js'
import { unregisteredCheck, watchUnregistered, type UnregisteredCheck } from './unregistered.js'
import { batchesCheck, watchBatches, type BatchesCheck } from './batches.js'
import { childMemoryCheck, watchChildMemory, type ChildMemoryCheck } from './child-memory.js'
import { idleBesideCheck, watchIdleBeside, type IdleBesideCheck } from './idle-beside.js'
import { monitorGapCheck, watchMonitorGap, type MonitorGapCheck } from './monitor-gap.js'
import { priorityOrderCheck, watchPriorityOrder, type PriorityOrderCheck } from './priority-order.js'
import { recycledCheck, watchRecycled, type RecycledCheck } from './recycled.js'
import { waitsCheck, watchWaits, type WaitsCheck } from './waits.js'
import { workerEndCheck, watchWorkerEnd, type WorkerEndCheck } from './worker-end.js'
import type { Watch } from './watch.js'

type LookingCheck =
  | AccountedCheck
  | BeatSentCheck
  | BurstCheck
  | CadenceCheck
  | MadeUpForCheck
  | OverlapCheck
  | RunMarkedCheck
  | TwoBeatsCheck
  | AnswerCheck
  | DbRowsCheck
  | DbStatementCheck
  | AnsweredCheck
  | AttemptsCheck
  | DeferredCheck
  | EventsCheck
  | FailedAtOnceCheck
  | FaultSeenCheck
  | HttpCheck
  | LedgerCheck
  | LoadedCodeCheck
  | LogLineCheck
  | LookedAtCheck
  | NoteCheck
  | PeakRateCheck
  | PingCheck
  | ProcessCheck
  | TaskPathCheck
  | QueueLengthCheck
  | RanAgainCheck
  | ResultStateCheck
  | EffectOfVersionCheck
  | OwnTaskCheck
  | PublishedCheck
  | RanLaterCheck
  | UnregisteredCheck
  | BatchesCheck
  | ChildMemoryCheck
  | IdleBesideCheck
  | MonitorGapCheck
  | PriorityOrderCheck
  | RecycledCheck
  | WaitsCheck
  | WorkerEndCheck
  | GroupPartsCheck
  | KeptResultsCheck
  | PageSaysCheck
  | ParentChildCheck
  | ResultAskedCheck
  | ResultRemovedCheck
  | ResultStepsCheck
  | WireCheck

export type CheckSpec =
  | LookingCheck
  | { readonly kind: 'all' | 'any' | 'in-order'; readonly of: readonly CheckSpec[] }
  | { readonly kind: 'while'; readonly condition: Condition; readonly check: CheckSpec }

/** The schema refers to itself: `all` holds checks. */
const anyCheck: v.GenericSchema<unknown, CheckSpec> = v.lazy(() => checkSpec)
const several = v.pipe(v.array(anyCheck), v.minLength(1))

export const checkSpec = v.variant('kind', [
  accountedCheck,
  beatSentCheck,
  burstCheck,
  cadenceCheck,
  madeUpForCheck,
  overlapCheck,
  runMarkedCheck,
  twoBeatsCheck,
  answerCheck,
  dbRowsCheck,
  dbStatementCheck,
  answeredCheck,
  attemptsCheck,
  deferredCheck,
  eventsCheck,
  failedAtOnceCheck,
  faultSeenCheck,
  httpCheck,
  ledgerCheck,
  loadedCodeCheck,
  logLineCheck,
  lookedAtCheck,
  noteCheck,
  peakRateCheck,
  pingCheck,
  processCheck,
  taskPathCheck,
  queueLengthCheck,
  ranAgainCheck,
  resultStateCheck,
  effectOfVersionCheck,
  ownTaskCheck,
  publishedCheck,
  ranLaterCheck,
  unregisteredCheck,
  batchesCheck,
  childMemoryCheck,
  idleBesideCheck,
  monitorGapCheck,
  priorityOrderCheck,
  recycledCheck,
  waitsCheck,
  workerEndCheck,
  groupPartsCheck,
  keptResultsCheck,
  pageSaysCheck,
  parentChildCheck,
  resultAskedCheck,
  resultRemovedCheck,
  resultStepsCheck,
  wireCheck,
  v.strictObject({ kind: v.literal('all'), of: several }),
  v.strictObject({ kind: v.literal('any'), of: several }),
  v.strictObject({ kind: v.literal('in-order'), of: several }),
  v.strictObject({ kind: v.literal('while'), condition: v.picklist(CONDITIONS), check: anyCheck }),
]) satisfies v.GenericSchema<unknown, CheckSpec>

/** A fresh watch that has seen nothing. */
export function startWatch(spec: CheckSpec, rightAnswers: RightAnswers): Watch {
  const part = (one: CheckSpec): Watch => startWatch(one, rightAnswers)
  switch (spec.kind) {
    case 'accounted':
      return watchAccounted(spec)
    case 'beat-sent':
      return watchBeatSent(spec)
    case 'burst':
      return watchBurst(spec)
    case 'cadence':
      return watchCadence(spec)
    case 'made-up-for':
      return watchMadeUpFor(spec)
    case 'overlap':
      return watchOverlap(spec)
    case 'run-marked':
      return watchRunMarked(spec)
    case 'two-beats':
      return watchTwoBeats(spec)
    case 'answer':
      return watchAnswer(spec, rightAnswers)
    case 'db-rows':
      return watchDbRows(spec)
    case 'db-statement':
      return watchDbStatement(spec)
    case 'answered':
      return watchAnswered(spec)
    case 'attempts':
      return watchAttempts(spec)
    case 'deferred':
      return watchDeferred(spec)
    case 'events':
      return watchEvents(spec)
    case 'failed-at-once':
      return watchFailedAtOnce(spec)
    case 'fault-seen':
      return watchFaultSeen(spec)
    case 'http':
      return watchHttp(spec)
    case 'ledger':
      return watchLedger(spec)
    case 'loaded-code':
      return watchLoadedCode(spec)
    case 'log-line':
      return watchLogLine(spec)
    case 'looked-at':
      return watchLookedAt(spec)
    case 'note':
      return watchNote(spec)
    case 'peak-rate':
      return watchPeakRate(spec)
    case 'ping':
      return watchPing(spec)
    case 'task-path':
      return watchTaskPath(spec)
    case 'process':
      return watchProcess(spec)
    case 'queue-length':
      return watchQueueLength(spec)
    case 'ran-again':
      return watchRanAgain(spec)
    case 'result-state':
      return watchResultState(spec)
    case 'effect-of-version':
      return watchEffectOfVersion(spec)
    case 'own-task':
      return watchOwnTask(spec)
    case 'published':
      return watchPublished(spec)
    case 'ran-later':
      return watchRanLater(spec)
    case 'unregistered':
      return watchUnregistered(spec)
    case 'group-parts':
      return watchGroupParts(spec)
    case 'kept-results':
      return watchKeptResults(spec)
    case 'page-says':
      return watchPageSays(spec)
    case 'parent-child':
      return watchParentChild(spec)
    case 'result-asked':
      return watchResultAsked(spec)
    case 'result-removed':
      return watchResultRemoved(spec)
    case 'result-steps':
      return watchResultSteps(spec)
    case 'wire':
      return watchWire(spec)
    case 'batches':
      return watchBatches(spec)
    case 'child-memory':
      return watchChildMemory(spec)
    case 'idle-beside':
      return watchIdleBeside(spec)
    case 'monitor-gap':
      return watchMonitorGap(spec)
    case 'priority-order':
      return watchPriorityOrder(spec)
    case 'recycled':
      return watchRecycled(spec)
    case 'waits':
      return watchWaits(spec)
    case 'worker-end':
      return watchWorkerEnd(spec)
    case 'all':
      return watchAll(spec.of.map(part))
    case 'any':
      return watchAny(spec.of.map(part))
    case 'in-order':
      return watchInOrder(spec.of.map(part))
    case 'while':
      return watchWhile(spec.condition, part(spec.check))
  }
}

/** Questions whose right answer a check waits for. */
export function rightAsked(spec: CheckSpec): readonly string[] {
  if (spec.kind === 'answer') return spec.questions
  if (spec.kind === 'while') return rightAsked(spec.check)
  return 'of' in spec ? spec.of.flatMap(rightAsked) : []
}

/** Questions that a check waits for, those inside combinators included. */
export function questionsOf(spec: CheckSpec): readonly string[] {
  if (spec.kind === 'answer' || spec.kind === 'answered') return spec.questions
  if (spec.kind === 'while') return questionsOf(spec.check)
  return 'of' in spec ? spec.of.flatMap(questionsOf) : []
}
