/**
 * A worker's ear for remote control: hears every broadcast on the pidbox exchange, answers those meant for its node.
 * Replies go to the caller's own list. Celery: kombu/pidbox.py, celery/worker/pidbox.py; PROTOCOL.md 11
 */
import type { QueueName } from '../ids.js'
import type { Envelope } from '../message/envelope.js'
import { plainEnvelope, readPlainBody } from '../message/plain-envelope.js'
import { isObject, numberOrNull } from '../message/shapes.js'
import type { LamportClock } from '../events/lamport-clock.js'
import type { Clock, Ids } from '../ports/clock.js'
import { inBackground } from '../ports/in-background.js'
import { withTraceback, type Log } from '../ports/log.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { Channel, Subscription } from '../transport/channel.js'
import { checkArguments } from './check-arguments.js'
import { RaisedByCommand } from './own-commands.js'
import type { ControlledWorker } from './controlled.js'
import type { Panel } from './panel.js'
import { errorRepr, keyError, PythonError } from './python-errors.js'

/** Where requests and replies go; the namespace is `control_exchange`. */
export function controlExchanges(namespace = 'celery'): { readonly pidbox: string; readonly reply: string } {
  return { pidbox: `${namespace}.pidbox`, reply: `reply.${namespace}.pidbox` }
}

export interface MailboxParts {
  readonly channel: Pick<Channel, 'subscribe' | 'ownQueue' | 'publishBound'>
  /** control_exchange; absent: `celery`. */
  readonly namespace?: string
  readonly worker: ControlledWorker
  readonly panel: Panel
  readonly lamport: LamportClock
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /**
   * Settles when every message that came before is with the worker. As Celery, whose one loop has written a message to
   * `unacked` before it reads the request behind it.
   */
  readonly afterMessages?: () => Promise<void>
  /** The worker greets the others. As Celery, whose mailbox opens after that, it does not answer itself. */
  readonly isGreeting?: () => boolean
}

export class Mailbox {
  private readonly parts: MailboxParts
  private subscriptions: Subscription[] = []

  constructor(parts: MailboxParts) {
    this.parts = parts
  }

  /** SADD _kombu.binding.celery.pidbox, PSUBSCRIBE /N.celery.pidbox */
  async start(): Promise<void> {
    const { channel, namespace, worker } = this.parts
    const { pidbox } = controlExchanges(namespace)
    const queue = `${worker.nodename}.${pidbox}` as QueueName
    this.subscriptions = [
      await channel.ownQueue(queue, { exchange: pidbox, routingKey: '' }, null),
      await channel.subscribe(pidbox, '', (envelope) => this.onEnvelope(envelope)),
    ]
  }

  async stop(): Promise<void> {
    for (const subscription of this.subscriptions.splice(0)) await subscription.close()
  }

  private onEnvelope(envelope: Envelope): void {
    const { clock, lamport, log } = this.parts
    try {
      const sentAt = envelope.headers['clock']
      if (typeof sentAt === 'number') lamport.adjust(sentAt)
      const expires = numberOrNull(envelope.headers['expires']) ?? 0
      if (expires > 0 && expires * 1000 < clock.nowMs()) return
      const request = readPlainBody(envelope)
      if (!isObject(request)) throw new TypeError('a control request is a JSON object; this one is not and is ignored')
      if (this.isForUs(request)) inBackground('a control command', this.handle(request), log)
    } catch (error) {
      log.error(withTraceback(`pidbox received method that cannot be read: ${String(error)}`, error))
    }
  }

  private isForUs(request: WireObject): boolean {
    const { destination, pattern, matcher } = request
    const { nodename } = this.parts.worker
    if (this.parts.isGreeting?.() === true && isHelloOf(nodename, request)) return false
    if (namesSomebody(destination)) return holds(destination, nodename)
    if (typeof pattern === 'string' && typeof matcher === 'string' && pattern !== '' && matcher !== '')
      return nodeMatches(nodename, pattern, matcher)
    return true
  }

  private async handle(request: WireObject): Promise<void> {
    await this.parts.afterMessages?.()
    const payload = await this.payloadFor(request)
    const { reply_to: replyTo, ticket } = request
    if (payload === undefined || !isObject(replyTo)) return
    const { exchange, routing_key: routingKey } = replyTo
    if (typeof exchange !== 'string' || typeof routingKey !== 'string') return
    const { channel, worker, lamport, ids } = this.parts
    const envelope = plainEnvelope(
      {
        body: { [worker.nodename]: payload },
        headers: { ticket: ticket ?? null, clock: lamport.forward() },
        exchange,
        routingKey,
        deliveryMode: 1,
      },
      ids,
    )
    await channel.publishBound(exchange, routingKey, envelope)
  }

  /** undefined: this command is not answered. */
  private async payloadFor(request: WireObject): Promise<WireValue | undefined> {
    const { panel, worker, log } = this.parts
    const method = String(request['method'])
    const args = isObject(request['arguments']) ? request['arguments'] : {}
    log.debug(`pidbox received method ${method}(${argumentWords(args)})`)
    try {
      const entry = panel.get(method)
      if (!entry) throw keyError(method)
      checkArguments(method, entry, args)
      const answer = await entry.run(worker, args)
      return answer.kind === 'reply' ? answer.payload : undefined
    } catch (error) {
      if (error instanceof RaisedByCommand) {
        log.error(`pidbox command error: ${error.repr}\n${error.traceback}`)
        return { error: error.repr }
      }
      const words = `pidbox command error: ${errorRepr(error)}`
      // What Python would have raised needs no trace of ours.
      if (error instanceof PythonError) log.error(`${words}\n${error.name}: ${error.message}`)
      else log.error(withTraceback(words, error))
      return { error: errorRepr(error) }
    }
  }
}

/** Python's truth: an empty list is no destination, and the request is for everybody. */
function namesSomebody(destination: WireValue | undefined): destination is WireValue {
  if (Array.isArray(destination)) return destination.length > 0
  return isObject(destination) ? Object.keys(destination).length > 0 : Boolean(destination)
}

/** Python's `nodename in destination`. */
function holds(destination: WireValue, nodename: string): boolean {
  if (Array.isArray(destination) || typeof destination === 'string') return destination.includes(nodename)
  if (isObject(destination)) return Object.hasOwn(destination, nodename)
  throw new TypeError(`the destination ${pythonRepr(destination)} is no list of node names`)
}

function isHelloOf(nodename: string, { method, arguments: args }: WireObject): boolean {
  return method === 'hello' && isObject(args) && args.from_node === nodename
}

function argumentWords(args: WireObject): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}=${pythonRepr(value)}`)
    .join(', ')
}

/** `matcher` is `glob` or `pcre`, as kombu's matcher registry names them; a pattern that is none matches nobody. */
export function nodeMatches(nodename: string, pattern: string, matcher: string): boolean {
  try {
    if (matcher === 'pcre') return new RegExp(`^(?:${pattern})`).test(nodename)
    return matcher === 'glob' && globExpression(pattern).test(nodename)
  } catch {
    return false // as for a pattern that matches nothing: the caller hears no reply
  }
}

/** Python's fnmatch: `*`, `?`, `[seq]`, `[!seq]`. */
function globExpression(pattern: string): RegExp {
  const parts = pattern.match(/\[!?\]?[^\]]*\]|[^]/g) ?? []
  const words = parts.map((part) => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    if (part.length > 1) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    return part.replace(/[.+^${}()|\\[\]]/, '\\$&')
  })
  return new RegExp(`^${words.join('')}$`, 's')
}
