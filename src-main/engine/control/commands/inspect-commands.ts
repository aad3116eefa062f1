/** What a worker tells of itself: the inspect commands with Celery's payloads. Celery: celery/worker/control.py */
import { isObject } from '../../message/shapes.js'
import { pythonStr } from '../../serialization/python-repr.js'
import type { WireValue } from '../../serialization/wire-value.js'
import type { ControlledTasks } from '../controlled.js'
import { asLimitedSet } from '../limited-set.js'
import { ok, reply, type PanelEntry } from '../panel.js'
import { PythonError } from '../python-errors.js'

const defaultTaskInfo = ['exchange', 'routing_key', 'rate_limit']

export const inspectCommands: Readonly<Record<string, PanelEntry>> = {
  report: {
    type: 'inspect',
    help: 'Information about Celery installation for bug reports.',
    run: (worker) => ok(worker.facts.report()),
  },
  conf: {
    type: 'inspect',
    optional: ['with_defaults'],
    open: true,
    words: [['with_defaults', 'flag']],
    signature: '[include_defaults=False]',
    help: 'List configuration.',
    run: (worker, args) => reply(worker.facts.conf(isTrue(args.with_defaults))),
  },
  query_task: {
    type: 'inspect',
    required: ['ids'],
    open: true,
    variadic: 'ids',
    signature: '[id1 [id2 [... [idN]]]]',
    help: 'Query for task information by id.',
    run: (worker, args) => {
      const found: Record<string, WireValue> = {}
      for (const id of listOf(args.ids)) {
        const request = worker.requests.find(String(id))
        if (request) found[request.taskId] = [request.state, request.info]
      }
      return reply(found)
    },
  },
  clock: {
    type: 'inspect',
    open: true,
    help: 'Get current logical clock value.',
    run: (worker) => reply({ clock: worker.clock }),
  },
  /** A starting worker asks its neighbours for their revoked ids and their clock. */
  hello: {
    type: 'inspect',
    required: ['from_node'],
    optional: ['revoked'],
    open: true,
    hidden: true,
    help: 'Request mingle sync-data.',
    run: (worker, args) => {
      if (args.from_node === worker.nodename) return reply(null)
      worker.log.info(`sync with ${pythonStr(args.from_node)}`)
      if (isObject(args.revoked)) worker.revocations.merge(args.revoked)
      return reply({ revoked: asLimitedSet(worker.revocations.ids), clock: worker.forwardClock() })
    },
  },
  ping: { type: 'inspect', open: true, help: 'Ping worker(s).', run: () => ok('pong') },
  stats: {
    type: 'inspect',
    open: true,
    help: 'Request worker statistics/information.',
    run: (worker) => reply(worker.facts.stats()),
  },
  scheduled: {
    type: 'inspect',
    open: true,
    help: 'List of currently scheduled ETA/countdown tasks.',
    run: (worker) => reply(worker.requests.scheduled),
  },
  reserved: {
    type: 'inspect',
    open: true,
    help: 'List of currently reserved tasks, not including scheduled/active.',
    run: (worker) => reply(worker.requests.reserved.map(({ info }) => info)),
  },
  active: {
    type: 'inspect',
    optional: ['safe'],
    open: true,
    help: 'List of tasks currently being executed.',
    run: (worker, args) =>
      reply(worker.requests.active.map(({ info, safeInfo }) => (isTrue(args.safe) ? safeInfo : info))),
  },
  revoked: {
    type: 'inspect',
    open: true,
    help: 'List of revoked task-ids.',
    run: (worker) => reply([...worker.revocations.ids.keys()]),
  },
  registered: {
    type: 'inspect',
    optional: ['taskinfoitems', 'builtins'],
    open: true,
    variadic: 'taskinfoitems',
    signature: '[attr1 [attr2 [... [attrN]]]]',
    help: 'List of registered tasks.',
    run: (worker, args) => {
      const wanted = listOf(args.taskinfoitems).map(pythonStr)
      const names = worker.tasks.names.filter((name) => isTrue(args.builtins) || !name.startsWith('celery.'))
      return reply(names.map((name) => taskInfo(name, wanted.length > 0 ? wanted : defaultTaskInfo, worker.tasks)))
    },
  },
  objgraph: {
    type: 'inspect',
    optional: ['num', 'max_depth', 'type'],
    words: [
      ['type', 'text'],
      ['num', 'int'],
      ['max_depth', 'int'],
    ],
    signature: '[object_type=Request] [num=200 [max_depth=10]]',
    help: 'Create graph of uncollected objects (memory-leak debugging).',
    run: () => {
      throw new PythonError(
        'ImportError',
        'objgraph draws the objects of a Python worker; this worker is not written in Python',
      )
    },
  },
  memsample: {
    type: 'inspect',
    open: true,
    help: 'Sample current RSS memory usage.',
    run: (worker) => reply(worker.facts.memory.sample()),
  },
  memdump: {
    type: 'inspect',
    optional: ['samples'],
    open: true,
    words: [['samples', 'int']],
    signature: '[n_samples=10]',
    help: 'Dump statistics of previous memsample requests.',
    run: (worker, args) => reply(worker.facts.memory.dump(typeof args.samples === 'number' ? args.samples : 10)),
  },
  active_queues: {
    type: 'inspect',
    help: 'List the task queues a worker is currently consuming from.',
    run: (worker) => reply(worker.queues.active),
  },
}

/** As Celery: `tasks.limited [rate_limit=10/m]`, or the bare name. */
function taskInfo(name: string, wanted: readonly string[], tasks: ControlledTasks): string {
  const fields = wanted.flatMap((field) => {
    const value = tasks.attribute(name, field)
    return value === null ? [] : [`${field}=${pythonStr(value)}`]
  })
  return fields.length === 0 ? name : `${name} [${fields.join(' ')}]`
}

export function listOf(value: WireValue | undefined): readonly WireValue[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? (value as readonly WireValue[]) : [value]
}

/** Python's truth of a value. */
function isTrue(value: WireValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0
  return Boolean(value)
}
