/**
 * Receivers of `before_task_publish`, which may change a message, of `after_task_publish` and `task_sent`. They may be in
 * another thread than what sends, so a message comes and goes as JSON text. Celery: celery/app/amqp.py (send_task_message)
 */
import { isObject } from '../message/shapes.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { PublishTexts } from '../trace/task-runner.js'
import type { CodeSignals } from './code-signals.js'

/** null: nobody is connected. */
export function publishTexts(signals: CodeSignals): PublishTexts | null {
  const { before, after } = publishListeners(signals)
  if (!before && !after) return null
  return {
    before: before ? (text) => beforePublish(signals, text) : null,
    after: after ? (text) => afterPublish(signals, text) : null,
  }
}

export function publishListeners(signals: CodeSignals): { readonly before: boolean; readonly after: boolean } {
  const { beforeTaskPublish, afterTaskPublish, taskSent } = signals
  return {
    before: beforeTaskPublish.hasReceivers,
    after: afterTaskPublish.hasReceivers || taskSent.hasReceivers,
  }
}

/** Answers what the receivers have made of headers, body and properties. What cannot be sent is refused as EncodeError. */
export async function beforePublish(signals: CodeSignals, text: string): Promise<string> {
  const { name, message, rest } = read(text)
  const { headers, properties } = message
  const told = {
    ...message,
    properties: properties as Record<string, WireValue>,
    retryPolicy: rest.retryPolicy ?? null,
  }
  await signals.beforeTaskPublish.send(name, { ...told, declare: [] })
  return stringifyJson({ headers, body: message.body, properties } as unknown as WireObject)
}

export async function afterPublish(signals: CodeSignals, text: string): Promise<void> {
  const { name, message, rest } = read(text)
  const { body, exchange, routingKey, headers } = message
  await signals.afterTaskPublish.send(name, { body, exchange, routingKey, headers })
  if (signals.taskSent.hasReceivers) await signals.taskSent.send(name, sentFields(name, message, rest)) // older than Celery 4
}

function read(text: string) {
  const rest = parseJson(text) as WireObject // textOf() of publish-texts.ts
  const message = {
    body: rest.body ?? null,
    exchange: String(rest.exchange),
    routingKey: String(rest.routingKey),
    headers: rest.headers as Record<string, WireValue>,
    properties: rest.properties,
  }
  return { name: String(rest.name), message, rest }
}

function sentFields(name: string, { body, headers }: ReturnType<typeof read>['message'], { isProtocol2 }: WireObject) {
  const [args = null, kwargs = null] = Array.isArray(body) ? (body as readonly WireValue[]) : []
  const about: WireObject =
    isProtocol2 === true ? { ...headers, taskset: headers.group ?? null, args, kwargs } : of(body)
  return {
    taskId: about.id ?? null,
    task: name,
    args: about.args ?? null,
    kwargs: about.kwargs ?? null,
    eta: about.eta ?? null,
    taskset: about.taskset ?? null,
  }
}

function of(value: WireValue): WireObject {
  return isObject(value) ? value : {}
}
