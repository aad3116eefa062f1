/**
 * A request as the pool process gets it: `self.request` by Celery's names, arguments as JSON text.
 * Celery: celery/worker/request.py (Request.__init__, execute_using_pool), celery/app/task.py (Context)
 */
import type { Delivery } from '../../transport/channel.js'
import { stringifyJson } from '../../serialization/json.js'
import type { WireObject, WireValue } from '../../serialization/wire-value.js'
import type { TraceJob } from '../../trace/trace-job.js'
import type { ReceivedTask } from './received-task.js'
import type { TaskSettings } from './task-settings.js'

/** Headers that are fields of the request; all others are the sender's own. */
const ownFields: ReadonlySet<string> = new Set([
  ...[
    'lang',
    'task',
    'id',
    'shadow',
    'eta',
    'expires',
    'group',
    'group_index',
    'retries',
    'timelimit',
    'root_id',
    'parent_id',
  ],
  ...[
    'argsrepr',
    'kwargsrepr',
    'origin',
    'ignore_result',
    'replaced_task_nesting',
    'stamped_headers',
    'stamps',
    'compression',
  ],
  ...['redelivered', 'utc', 'taskset'],
])

export interface JobFacts {
  readonly task: ReceivedTask
  readonly delivery: Delivery
  readonly settings: TaskSettings
  readonly nodename: string
}

export function traceJob({ task, delivery, settings, nodename }: JobFacts): TraceJob {
  const { headers, args, kwargs, embed } = task.message
  return {
    taskName: task.name,
    displayName: task.displayName,
    taskId: task.taskId,
    argsJson: stringifyJson(args),
    kwargsJson: stringifyJson(kwargs),
    requestJson: stringifyJson(requestContext(task, delivery, nodename)),
    groupId: headers.group,
    parentId: headers.parent_id,
    retries: headers.retries,
    queue: delivery.envelope.properties.delivery_info.routing_key,
    ignoreResult: headers.ignore_result || settings.ignoreResult,
    storeErrorsEvenIfIgnored: settings.storeErrorsEvenIfIgnored,
    trackStarted: settings.trackStarted,
    resultExtended: settings.resultExtended,
    stampsJson: stampsJson(headers),
    deduplicates: settings.acksLate && settings.deduplicatesSuccessful && isRedelivered(delivery),
    continues: Object.values(embed).some((part) => part !== null),
  }
}

/** As Celery: a message that is stamped with nothing tells nothing of it. */
function stampsJson({ stamped_headers, stamps }: ReceivedTask['message']['headers']): string | null {
  return Object.keys(stamps).length > 0 ? stringifyJson({ stamped_headers, ...stamps }) : null
}

function requestContext({ message }: ReceivedTask, delivery: Delivery, nodename: string): WireObject {
  const { properties } = delivery.envelope
  const own: Record<string, WireValue> = {}
  const users: Record<string, WireValue> = {}
  for (const [name, value] of Object.entries(message.headers)) (ownFields.has(name) ? own : users)[name] = value
  return {
    // As Celery: a user's header is an attribute of the request, and in its `headers`.
    ...users,
    ...own,
    headers: Object.keys(users).length > 0 ? users : null,
    args: message.args,
    kwargs: message.kwargs,
    callbacks: message.embed.callbacks,
    errbacks: message.embed.errbacks,
    chain: message.embed.chain,
    chord: message.embed.chord,
    hostname: nodename,
    is_eager: false,
    called_directly: false,
    delivery_info: deliveryInfo(delivery),
    correlation_id: properties.correlation_id ?? null,
    reply_to: properties.reply_to ?? null,
    properties: properties as unknown as WireObject, // read from JSON: nothing but wire values
  }
}

/** As `inspect active` and `self.request.delivery_info` show it. */
export function deliveryInfo(delivery: Delivery): WireObject {
  const { delivery_info: info, priority } = delivery.envelope.properties
  return {
    exchange: info.exchange,
    routing_key: info.routing_key,
    priority: priority ?? 0,
    redelivered: isRedelivered(delivery),
  }
}

function isRedelivered({ envelope }: Delivery): boolean {
  return envelope.headers['redelivered'] === true || envelope.properties.delivery_info.redelivered === true
}
