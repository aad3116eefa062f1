/**
 * The client calls of the recorded scenarios, said to our app instead of Python's: same tasks, same arguments, same options.
 * What TypeScript has no value for (a nested tuple, integer keys) comes with the repr that Python's side passes along.
 */
import type { Celery, SendOptions, WireObject, WireValue } from '../../src-main/engine/index.js'
import { PyTagged, PyTuple } from '../../src-main/engine/index.js'
import type { ParentTask } from '../../src-main/engine/message/prepare-call.js'

export interface Call {
  readonly name: string
  readonly args: readonly WireValue[] | PyTuple
  readonly kwargs?: WireObject
  readonly options?: SendOptions
  readonly shown?: { readonly args: string; readonly kwargs: string }
  readonly parent?: ParentTask
}

const tuple = (...items: readonly WireValue[]): PyTuple => new PyTuple(items)
const add = (x: number, y: number, options: SendOptions = {}): Call => ({
  name: 'tasks.add',
  args: tuple(x, y),
  options,
})

export async function make(app: Celery, calls: readonly Call[]): Promise<void> {
  for (const { name, args, kwargs = {}, options = {}, shown, parent } of calls) {
    await app.publish({ name, args, kwargs, options, ...(shown ? { shown } : {}) }, parent ?? null)
  }
}

export const publishOnly: readonly Call[] = [
  add(2, 3),
  { name: 'tasks.add', args: tuple(2), kwargs: { y: 3 } },
  { name: 'tasks.echo', args: tuple(), kwargs: { a: 1, b: [1, null, true], c: { d: 'æøå ☃ "q"' } } },
  ...[0, 1, 3, 5, 6, 9].map((priority) => add(priority, priority, { priority })),
  add(1, 1, { queue: 'other' }),
  add(1, 2, { queue: 'other2', routing_key: 'rk.other2' }),
  add(1, 3, { routing_key: 'some.key' }),
  add(1, 4, { exchange: 'exch1', routing_key: 'rk1' }), // nothing is bound to exch1: lost, for Python too
  add(1, 5, {
    task_id: 'my-task-id',
    headers: { 'x-my': 'hdr', n: 1 },
    shadow: 'shown.as',
    argsrepr: '(secret)',
    kwargsrepr: '{}',
  }),
  add(1, 6, { time_limit: 20, soft_time_limit: 10, retry: false, ignore_result: true }),
  add(1, 7, {
    reply_to: 'my-reply-to',
    correlation_id: 'corr',
    user_id: 'u',
    message_id: 'mid',
    app_id: 'app',
    delivery_mode: 1,
  }),
  { name: 'tasks.add', args: tuple(8, 9) },
  { name: 'not.registered.here', args: [8], kwargs: { k: new PyTagged('datetime', '2030-01-02T03:04:05') } },
  add(1, 8, { compression: 'zlib' }),
  add(1, 9, { serializer: 'yaml' }),
  // add(1, 10) as pickle: see `notWritten`
  add(5, 6),
  add(6, 5),
]

export const deliveryOptions: readonly Call[] = [add(2, 3), add(1, 1, { priority: 8 })]

export const roundtrip: readonly Call[] = [
  add(2, 3),
  { name: 'tasks.add', args: tuple(2), kwargs: { y: 3 } },
  { name: 'tasks.echo', args: tuple('æ'), kwargs: { k: [1, 2] } },
  add(1, 1, { priority: 9 }),
  { name: 'tasks.info', args: tuple(), options: { priority: 3, headers: { 'x-my': 'hdr' } } },
  { name: 'tasks.printer', args: tuple('hello') },
]

const typed: readonly (readonly [WireValue, string?])[] = [
  [new PyTagged('datetime', '2030-01-02T03:04:05.000678')],
  [new PyTagged('datetime', '2030-01-02T03:04:05+00:00')],
  [new PyTagged('date', '2030-01-02')],
  [new PyTagged('time', '03:04:05')],
  [new PyTagged('decimal', '1.50')],
  [new PyTagged('uuid', { hex: '12345678123456781234567812345678' })],
  [new PyTagged('bytes', 'bytes')],
  [new PyTagged('base64', '/wA=')],
  [[1, 2], '((1, 2),)'],
  [Infinity],
  [NaN],
  [2n ** 70n],
  ['x'],
  // 13: a timedelta, an EncodeError in Python
  [{ 1: 2 }, '({1: 2},)'],
]
export const jsonTypes: readonly Call[] = typed.map(([value, argsrepr], index) => ({
  name: 'tasks.ret',
  args: tuple(value),
  options: { task_id: `type-${index < 13 ? index : index + 1}` },
  ...(argsrepr ? { shown: { args: argsrepr, kwargs: '{}' } } : {}),
}))

const uuids = {
  first: 'aaaaaaaa-0000-4000-8000-000000000001',
  second: 'aaaaaaaa-0000-4000-8000-000000000002',
  third: 'aaaaaaaa-0000-4000-8000-000000000003',
}
const client = 'aaaaaaaa-0000-4000-8000-00000000000c'
/** A chain of two, then a task that replaces itself: what the client sends, and what the running tasks send. */
export const inheritPriority: readonly Call[] = [
  add(1, 2, {
    task_id: uuids.first,
    reply_to: client,
    priority: 6,
    chain: [
      {
        task: 'tasks.add',
        args: [3],
        kwargs: {},
        options: { task_id: uuids.second, reply_to: client },
        subtask_type: null,
        immutable: false,
      },
    ],
  }),
  {
    ...add(3, 3, { task_id: uuids.second, reply_to: client, chain: [] }),
    parent: { id: uuids.first, rootId: uuids.first, priority: 6 },
  },
  { name: 'tasks.replace_me', args: tuple(4), options: { task_id: uuids.third, reply_to: client } },
  {
    ...add(4, 1, { task_id: uuids.third, replaced_task_nesting: 1 }),
    parent: { id: uuids.third, rootId: uuids.third, priority: 3 },
  },
]

const group = 'aaaaaaaa-0000-4000-8000-00000000000d'
export const protocol1: readonly Call[] = [
  add(2, 3, { reply_to: client }),
  add(2, 3, { reply_to: client, countdown: 10, expires: 60 }),
  add(1, 1, {
    reply_to: client,
    group_id: group,
    group_index: 0,
    chord: {
      task: 'tasks.xsum',
      args: [],
      kwargs: {},
      options: { task_id: uuids.second, reply_to: client, group_id: group },
      subtask_type: null,
      immutable: false,
    },
  }),
]

/** 02: eta and expires in all forms. The timedelta of call 12 is a TypeError in Python and no value here. */
export const publishForms: readonly Call[] = [
  add(1, 1, { countdown: 10 }),
  add(1, 2, { countdown: 0.5 }),
  add(1, 3, { eta: '2030-01-01T12:00:00' }),
  add(1, 4, { eta: new PyTagged('datetime', '2030-01-01T12:00:00+00:00') }),
  add(1, 5, { eta: '2030-01-01T12:00:00+02:00' }),
  add(1, 6, { eta: '2030-01-01T12:00:00.123456' }),
  add(1, 7, { expires: 60 }),
  add(1, 8, { expires: 60.5 }),
  add(1, 9, { expires: '2030-01-01T12:00:00' }),
  add(1, 10, { expires: '2030-01-01T12:00:00-05:00' }),
  add(1, 11, { countdown: 10, expires: 20 }),
  add(1, 13, { expires: '2030-01-01T12:00:00' }),
  add(1, 14, { eta: '2030-01-01T12:00:00' }),
  add(1, 15, { expires: -1 }),
]
