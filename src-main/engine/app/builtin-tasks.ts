/**
 * The tasks that every app has: messages name them, whoever sent those. Their bodies get the message's arguments as they
 * came, for a signature in them goes on as it was written. Celery: celery/app/builtins.py
 */
import { chord, chunks, group } from '../canvas/builders.js'
import { NotImplementedError, NotRegistered } from '../errors.js'
import type { Signature } from '../message/envelope.js'
import { isObject, isSignature } from '../message/shapes.js'
import type { Result } from '../result/async-result.js'
import { fromWire } from '../serialization/native-values.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { resultOfTree, type ApplyingApp, type SignatureCall } from './apply-signature.js'
import { argumentsInOrder } from './call-arguments.js'
import type { RunningTask } from './running-task.js'
import { Task, type TaskSender } from './task.js'
import type { TaskOptions } from './task-options.js'

export interface BuiltinApp extends TaskSender, Omit<ApplyingApp, 'tasks'> {
  readonly tasks: ReadonlyMap<string, Task>
  apply(sig: Signature, call?: SignatureCall, options?: object): Promise<Result>
}

interface Call {
  readonly app: BuiltinApp
  readonly self: RunningTask
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  /** The arguments in the places of these names, `null` where there is none. */
  readonly named: (...names: readonly string[]) => readonly WireValue[]
}

type Body = (call: Call) => unknown

const bodies: Readonly<Record<string, Body>> = {
  /** Redis forgets expired results by itself, as in Celery. */
  'celery.backend_cleanup': () => null,
  'celery.accumulate': ({ args, kwargs: { index = null } }) => (index === null ? args : args[Number(index)]),
  'celery.map': ({ named, ...call }) => {
    const [task, it] = named('task', 'it')
    return calledEach(
      task,
      listOf(it).map((item) => [item]),
      call,
    )
  },
  'celery.starmap': ({ named, ...call }) => {
    const [task, it] = named('task', 'it')
    return calledEach(task, listOf(it).map(listOf), call)
  },
  'celery.chunks': async ({ named, app }) => {
    const [task, it, size] = named('task', 'it', 'n')
    return (await app.apply(chunks(signatureIn(task), listOf(it).map(listOf), Number(size)))).asTuple()
  },
  'celery.chain': () => {
    throw new NotImplementedError('chain is not a real task')
  },
  'celery.group': async ({ named, app }) => {
    const [tasks, result, id, args, addToParent] = named('tasks', 'result', 'group_id', 'partial_args', 'add_to_parent')
    const options = { task_id: id, add_to_parent: addToParent ?? true }
    await app.apply(group(listOf(tasks).map(signatureIn)), { args: listOf(args) }, options)
    return result
  },
  'celery.chord': async ({ named, app }) => {
    const [header, body, args] = named('header', 'body', 'partial_args')
    const members = isSignature(header) ? header.kwargs.tasks : header // a group, or its members
    const sent = chord(listOf(members).map(signatureIn), signatureIn(body))
    return (await app.apply(sent, { args: listOf(args) })).asTuple()
  },
  /** Sent by callers whose result backend cannot count; ours can. */
  'celery.chord_unlock': async ({ named, app, self }) => {
    const [, callback, interval, most, result] = named('group_id', 'callback', 'interval', 'max_retries', 'result')
    const header = listOf(result).map((tree) => resultOfTree(tree, app))
    const ready = await Promise.all(header.map((member) => member.ready()))
    if (!ready.every(Boolean)) {
      const maxRetries = typeof most === 'number' ? most : null
      throw await self.retry({ countdown: interval == null ? 1 : Number(fromWire(interval)), maxRetries })
    }
    const values = await Promise.all(header.map((member) => member.get({ disableSyncSubtasks: false })))
    await app.apply(signatureIn(callback), { args: [values as readonly WireValue[]] }) // read without a reader of their own
    return null
  },
}

const own: Readonly<Record<string, TaskOptions>> = {
  'celery.chord_unlock': { maxRetries: null, defaultRetryDelay: 1, ignoreResult: true },
}

export function builtinTasks(app: BuiltinApp): readonly Task[] {
  return Object.entries(bodies).map(([name, body]) => {
    const run = (self: RunningTask, args: readonly WireValue[], kwargs: WireObject): unknown =>
      body({ app, self, args, kwargs, named: (...names) => inPlaces(name, names, args, kwargs) })
    const parts = { name, body: run as (...args: readonly unknown[]) => unknown, bound: true, takesMessage: true }
    return new Task({ ...parts, options: own[name] ?? {} }, app)
  })
}

/** As Celery's `**kwargs`: a name that none of them knows is passed over. */
function inPlaces(
  task: string,
  names: readonly string[],
  args: readonly WireValue[],
  kwargs: WireObject,
): readonly WireValue[] {
  const known = Object.fromEntries(Object.entries(kwargs).filter(([key]) => names.includes(key)))
  const placed = argumentsInOrder({ name: task, required: 0, params: names }, args, known)
  return names.map((_, index) => (placed[index] ?? null) as WireValue) // of the two that were given
}

/** In this process, one after another. */
async function calledEach(
  task: WireValue | undefined,
  calls: readonly (readonly WireValue[])[],
  { app, self }: Pick<Call, 'app' | 'self'>,
): Promise<readonly unknown[]> {
  const { task: name } = signatureIn(task)
  const called = app.tasks.get(name)
  if (called === undefined) throw new NotRegistered(name)
  const values: unknown[] = []
  for (const args of calls) {
    values.push(await called.call(self, argumentsInOrder(called.callable, args.map(fromWire), {})))
  }
  return values
}

function signatureIn(value: WireValue | undefined): Signature {
  if (isObject(value) && isSignature(value)) return value
  throw new TypeError('a signature is not an object that names a task')
}

function listOf(value: WireValue | undefined): readonly WireValue[] {
  if (value === null || value === undefined) return []
  if (!Array.isArray(value)) throw new TypeError('a list was expected in the arguments of this task')
  return value as readonly WireValue[] // isArray does not narrow readonly arrays
}
