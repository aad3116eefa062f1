/** The schema of lab.json: what a step asks of the lab, how it is checked, and how it is solved. Nothing here is code: kinds and parameters. */
import * as v from 'valibot'
import type { FaultOrder } from '../../contract/fault-orders.js'
import type { Topology } from '../../contract/topology.js'
import type { LearnerAction } from '../../contract/views.js'
import { checkSpec } from '../checks/check-kinds.js'

const text = v.pipe(v.string(), v.nonEmpty())
const whole = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least))
const workerName = v.pipe(v.string(), v.regex(/^worker@\d+$/, 'a worker such as “worker@1”'))
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const path = v.pipe(v.string(), v.startsWith('/'))

const topology = v.strictObject({
  workers: v.array(
    v.strictObject({
      name: workerName,
      concurrency: whole(1),
      queues: v.exactOptional(v.array(text)),
      running: v.boolean(),
    }),
  ),
  beat: v.exactOptional(v.strictObject({ running: v.boolean() })),
  web: v.strictObject({ running: v.boolean() }),
  mail: v.strictObject({ running: v.boolean(), delayMs: whole(0) }),
  api: v.strictObject({
    running: v.boolean(),
    latencyMs: whole(0),
    failureRate: share,
    limitPerSecond: v.exactOptional(whole(0), 0),
  }),
  resultBackend: v.exactOptional(v.boolean()),
  db: v.exactOptional(v.strictObject({ commitDelayMs: whole(0) })),
  redis: v.exactOptional(v.strictObject({ appendOnly: v.boolean() })),
}) satisfies v.GenericSchema<unknown, Topology>

const faultOrder = v.variant('kind', [
  v.strictObject({ kind: v.literal('kill-worker'), worker: workerName }),
  v.strictObject({
    kind: v.literal('kill-child'),
    worker: workerName,
    pid: v.exactOptional(whole(1)),
    at: v.exactOptional(v.literal('after-effect')),
  }),
  v.strictObject({ kind: v.literal('kill-web') }),
  v.strictObject({ kind: v.literal('slow-mail'), delayMs: whole(0) }),
  v.strictObject({ kind: v.literal('stop-mail') }),
  v.strictObject({ kind: v.literal('start-mail') }),
  v.strictObject({ kind: v.literal('flush-results') }),
  v.strictObject({ kind: v.literal('slow-api'), latencyMs: whole(0) }),
  v.strictObject({ kind: v.literal('flaky-api'), failureRate: share }),
  v.strictObject({ kind: v.literal('limit-api'), perSecond: whole(0) }),
  v.strictObject({ kind: v.literal('stop-api') }),
  v.strictObject({ kind: v.literal('start-api') }),
  v.strictObject({ kind: v.literal('slow-commit'), delayMs: whole(0) }),
  v.strictObject({ kind: v.literal('stop-redis'), forMs: whole(0), keepData: v.boolean() }),
  v.strictObject({ kind: v.literal('start-redis') }),
  v.strictObject({ kind: v.literal('bounce-redis'), times: whole(1) }),
  v.strictObject({ kind: v.literal('deaf-monitor'), forMs: whole(1) }),
  v.strictObject({ kind: v.literal('kill-beat') }),
  v.strictObject({ kind: v.literal('duplicate-beat') }),
  v.strictObject({ kind: v.literal('end-duplicate-beat') }),
]) satisfies v.GenericSchema<unknown, FaultOrder>

const buy = { do: v.literal('buy'), count: whole(1), path, together: v.exactOptional(v.boolean(), false) }
const visit = { do: v.literal('visit'), path, method: v.exactOptional(v.picklist(['GET', 'POST']), 'GET') }
const workerAction = { do: v.picklist(['start-worker', 'restart-worker']), worker: workerName }
const stopWorker = {
  do: v.literal('stop-worker'),
  worker: workerName,
  how: v.exactOptional(v.picklist(['warm', 'cold']), 'warm'),
}
const restartWeb = { do: v.literal('restart-web') }
const exportProject = { do: v.literal('export-project') }
const crontabTable = { crontab: text, zones: v.pipe(v.array(text), v.minLength(1), v.maxLength(2)) }
const markRun = {
  do: v.literal('mark-run'),
  mark: v.strictObject({ ...crontabTable, column: whole(0), run: whole(0), as: v.picklist(['twice', 'left-out']) }),
}
const beatAction = { do: v.picklist(['start-beat', 'stop-beat', 'restart-beat']) }
const fault = { do: v.literal('fault'), fault: faultOrder }
const wait = { do: v.literal('wait'), forMs: whole(1) }
const typed = {
  do: v.picklist(['python', 'console']),
  line: v.pipe(text, v.maxLength(10_000)),
  waitSeconds: v.exactOptional(whole(1)),
}
const label = { label: text }
const look = { do: v.literal('look-at') }

const scripted = v.variant('do', [
  v.strictObject(buy),
  v.strictObject(visit),
  v.strictObject(workerAction),
  v.strictObject(stopWorker),
  v.strictObject(restartWeb),
  v.strictObject(beatAction),
  v.strictObject(fault),
  v.strictObject(wait),
  v.strictObject(typed),
])
const sequence = { do: v.literal('sequence'), of: v.pipe(v.array(scripted), v.minLength(1)) }

/** Buttons of a step. */
const stepAction = v.variant('do', [
  v.strictObject({ ...label, ...buy }),
  v.strictObject({ ...label, ...visit }),
  v.strictObject({ ...label, ...workerAction }),
  v.strictObject({ ...label, ...stopWorker }),
  v.strictObject({ ...label, ...restartWeb }),
  v.strictObject({ ...label, ...beatAction }),
  v.strictObject({ ...label, ...fault }),
  v.strictObject({ ...label, ...sequence }),
  v.strictObject({ ...label, ...typed }),
  v.strictObject({ ...label, ...exportProject }),
])

const learnerAction = v.variant('do', [
  v.strictObject(buy),
  v.strictObject(visit),
  v.strictObject(workerAction),
  v.strictObject(stopWorker),
  v.strictObject(restartWeb),
  v.strictObject(beatAction),
  v.strictObject(fault),
  v.strictObject(sequence),
  v.strictObject(wait),
  v.strictObject(typed),
  v.strictObject({
    do: v.literal('save-file'),
    file: text,
    fromSolution: v.literal(true),
    version: v.exactOptional(text),
  }),
  v.strictObject({ do: v.literal('answer'), question: text, choice: v.array(text) }),
  v.strictObject(markRun),
  v.strictObject(exportProject),
  v.strictObject({ do: v.literal('write-note'), text }),
  v.strictObject({ ...look, what: v.literal('message'), part: v.exactOptional(text) }),
  v.strictObject({ ...look, what: v.picklist(['worker', 'pool-process']), worker: workerName }),
  v.strictObject({ ...look, what: v.picklist(['pause', 'go-on']) }),
  v.strictObject({
    do: v.literal('wait-for'),
    checks: v.pipe(v.array(text), v.minLength(1)),
    timeoutSeconds: whole(1),
  }),
  v.strictObject({
    do: v.literal('wait-for-children'),
    worker: workerName,
    ready: whole(1),
    timeoutSeconds: whole(1),
  }),
]) satisfies v.GenericSchema<unknown, LearnerAction>

const question = v.strictObject({
  id: text,
  text,
  /** `reason`, needed where an answer can be wrong, says why the option is right or wrong; shown after the answer. */
  options: v.pipe(
    v.array(
      v.strictObject({
        id: text,
        text,
        reason: v.exactOptional(v.string(), ''),
        speaksFor: v.exactOptional(v.array(text)),
      }),
    ),
    v.minLength(2),
  ),
  /** Empty: about the learner's own work, where no answer is wrong. */
  right: v.array(text),
  many: v.exactOptional(v.boolean(), false),
  /** To be put in order: `right` names every option, first to last. `options` stand in the order in which they are offered. */
  ordered: v.exactOptional(v.boolean(), false),
})
export type Question = v.InferOutput<typeof question>

export const labJson = v.strictObject({
  kind: v.picklist(['do', 'quiz', 'challenge', 'note']),
  /** Left out: as in the step before. */
  topology: v.exactOptional(topology),
  /** Files of lessons/common/ that belong to the start files. Like those, they carry on to the next steps. */
  common: v.exactOptional(
    v.array(v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_]*\.[a-z]+$/, 'a file name such as “database.py”'))),
    [],
  ),
  /** What the lab itself does once the topology stands, before the learner's facts count. */
  prepare: v.exactOptional(v.array(learnerAction), []),
  /** The start state has so many messages waiting in the queues (`prepare` put them there). */
  waiting: v.exactOptional(whole(0), 0),
  actions: v.exactOptional(v.array(stepAction), []),
  /** What one would type for this in a real project. */
  command: v.exactOptional(v.union([text, v.array(text)]), []),
  /** Times that are not as in production. */
  shortened: v.exactOptional(v.array(v.strictObject({ what: text, here: text, production: text, why: text })), []),
  /** False: a save restarts the web app, as a development server does, and leaves the workers with what they have loaded, as Celery does. */
  restartOnSave: v.exactOptional(v.boolean(), true),
  /** Shows when it runs on the nights on which clocks jump, with each of these values of `timezone`. */
  crontab: v.exactOptional(v.strictObject(crontabTable)),
  /** Why the step has no task file in TypeScript, as the switch says it. */
  pythonOnly: v.exactOptional(text),
  prediction: v.exactOptional(question),
  questions: v.exactOptional(v.array(question), []),
  /** What the answers may lead to: an option `speaksFor` some of these, and those with most voices are shown. */
  advice: v.exactOptional(v.array(v.strictObject({ id: text, title: text, text })), []),
  /** Checks that measure something for the learner's note: what they saw last stands below it. */
  measured: v.exactOptional(v.array(text), []),
  /** Numbers of the entries of lessons/pitfalls.json that the learner meets in this step, live. */
  pitfalls: v.exactOptional(v.array(whole(1)), []),
  checks: v.pipe(v.array(v.strictObject({ id: text, label: text, check: checkSpec })), v.minLength(1)),
  solution: v.pipe(v.array(learnerAction), v.minLength(1)),
  /** How long building the start state and carrying out the solution may take. */
  budgetSeconds: whole(1),
})
export type LabJson = v.InferOutput<typeof labJson>
