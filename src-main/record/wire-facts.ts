/**
 * What Redis commands mean for messages and results: command in, facts out, no I/O. The only place that reads MONITOR's commands.
 * Commands between MULTI and EXEC of one connection are read together, because HDEL with a push back to the list
 * is a message restored and HDEL alone is a message acked. Celery: kombu/transport/redis.py; PROTOCOL.md 2, 3, 6
 */
import type { WireFact } from '../contract/feed.js'
import { messageInEnvelope, messageInUnacked, type MessageSummary } from './message-summary.js'
import { ResultRecords } from './result-records.js'

/** A command with the process it came from. */
export interface AttributedCommand {
  readonly db: number
  readonly name: string
  readonly args: readonly string[]
  /** MONITOR's client address: one connection. */
  readonly client: string
  readonly by: string
}

/** A message whose tag was seen, and whether it lies in `unacked` now. */
interface Known {
  readonly message: MessageSummary
  readonly unacked: boolean
}

/** The terminal in which the learner types commands of Redis. */
const CONSOLE = 'console'
const SEPARATOR = '\x06\x16'
/** Tags remembered for acks that name nothing but the tag. Older ones are forgotten first. */
const REMEMBERED_TAGS = 20_000

export class WireFacts {
  readonly #onEnvelope: (deliveryTag: string, envelope: string) => void
  readonly #transactions = new Map<string, AttributedCommand[]>()
  readonly #messages = new Map<string, Known>()
  readonly #queues = new Set<string>(['celery'])
  readonly #listening = new Map<string, { readonly client: string; readonly queues: readonly string[] }>()
  readonly #results = new ResultRecords()

  /** `onEnvelope`: each task message as it is pushed, whole. */
  constructor(onEnvelope: (deliveryTag: string, envelope: string) => void = () => undefined) {
    this.#onEnvelope = onEnvelope
  }

  /** Queues that task messages were seen in, for LLEN. */
  get queues(): ReadonlySet<string> {
    return this.#queues
  }

  /** A step's start state: nothing is known of earlier messages. */
  forget(): void {
    this.forgetMessages()
    this.#results.forget()
  }

  forgetMessages(): void {
    this.#transactions.clear()
    this.#messages.clear()
    this.#listening.clear()
    this.#queues.clear()
    this.#queues.add('celery')
  }

  /** What is known of the result store; it also takes what commands do not show, such as records that expired. */
  get results(): ResultRecords {
    return this.#results
  }

  read(command: AttributedCommand): readonly WireFact[] {
    switch (command.name) {
      case 'MULTI':
        // A MULTI after a MULTI: the first one's EXEC was aborted by WATCH, which MONITOR does not show.
        this.#transactions.set(command.client, [])
        return []
      case 'DISCARD':
        this.#transactions.delete(command.client)
        return []
      case 'EXEC': {
        const commands = this.#transactions.get(command.client) ?? []
        this.#transactions.delete(command.client)
        return this.#readTogether(commands)
      }
      case 'PING':
        // Workers and clients send it all the time, to see whether their connection lives.
        return command.by === CONSOLE ? [{ kind: 'broker-pinged', by: command.by }] : []
      default: {
        const open = this.#transactions.get(command.client)
        if (open === undefined) return this.#readTogether([command])
        open.push(command)
        return []
      }
    }
  }

  #readTogether(commands: readonly AttributedCommand[]): readonly WireFact[] {
    const facts: WireFact[] = []
    const removed = new Set(commands.flatMap(removedTags).filter((tag) => this.#messages.get(tag)?.unacked === true))
    for (const command of commands) {
      if (command.name === 'LPUSH' || command.name === 'RPUSH') facts.push(...this.#pushed(command, removed))
      else if (command.name === 'HSET') facts.push(...this.#reserved(command))
      else if (command.name === 'BRPOP') facts.push(...this.#listened(command))
      else facts.push(...this.#results.read(command))
    }
    const by = commands[0]?.by ?? ''
    for (const deliveryTag of removed) {
      const taskId = this.#messages.get(deliveryTag)?.message.taskId ?? ''
      facts.push({ kind: 'message-acked', by, deliveryTag, taskId })
      this.#messages.delete(deliveryTag)
    }
    return facts
  }

  /** LPUSH or RPUSH queue envelope…: published, or put back when the same transaction took its tag out of `unacked`. */
  #pushed(command: AttributedCommand, removed: Set<string>): readonly WireFact[] {
    const [key = '', ...items] = command.args
    const { queue, priority } = readListKey(key)
    if (isNotForTasks(queue)) return []
    return items.flatMap((item): readonly WireFact[] => {
      const message = messageInEnvelope(item)
      if (message === null) return []
      this.#queues.add(queue)
      this.#remember({ ...message, queue }, false)
      this.#onEnvelope(message.deliveryTag, item)
      const { deliveryTag, taskId } = message
      if (removed.delete(deliveryTag)) {
        // BRPOP takes from the right: RPUSH is the head (delivered next), LPUSH the tail.
        const side = command.name === 'RPUSH' ? 'head' : 'tail'
        return [{ kind: 'message-restored', by: command.by, queue, deliveryTag, taskId, side }]
      }
      return [published(message, { by: command.by, queue, priority, bytes: Buffer.byteLength(item) })]
    })
  }

  /** HSET unacked tag json [tag json …] */
  #reserved(command: AttributedCommand): readonly WireFact[] {
    const [key, ...pairs] = command.args
    if (key !== 'unacked') return []
    const facts: WireFact[] = []
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const deliveryTag = pairs[index] ?? ''
      const message = this.#messages.get(deliveryTag)?.message ?? messageInUnacked(pairs[index + 1] ?? '')
      if (message === null) continue
      this.#remember({ ...message, deliveryTag }, true)
      const { queue, taskId, taskName } = message
      facts.push({ kind: 'message-reserved', by: command.by, queue, deliveryTag, taskId, taskName })
    }
    return facts
  }

  /** BRPOP list [list …] timeout, again and again: news when the queues or the connection are others than the last time. */
  #listened({ by, client, args }: AttributedCommand): readonly WireFact[] {
    const names = args.slice(0, -1).map((key) => readListKey(key).queue)
    const queues = [...new Set(names.filter((queue) => !isNotForTasks(queue)))].sort()
    const before = this.#listening.get(by)
    if (queues.length === 0 || (before?.client === client && before.queues.join('\n') === queues.join('\n'))) return []
    this.#listening.set(by, { client, queues })
    return [{ kind: 'queues-consumed', by, queues }]
  }

  #remember(message: MessageSummary, unacked: boolean): void {
    this.#messages.delete(message.deliveryTag) // re-inserted, so that the map stays in order of use
    this.#messages.set(message.deliveryTag, { message, unacked })
    if (this.#messages.size <= REMEMBERED_TAGS) return
    const oldest = this.#messages.keys().next()
    if (oldest.done !== true) this.#messages.delete(oldest.value)
  }
}

/** A second HDEL of one tag (an ack after the sweep had restored it) removes nothing, and is no fact: see `unacked` above. */
function removedTags(command: AttributedCommand): readonly string[] {
  return command.name === 'HDEL' && command.args[0] === 'unacked' ? command.args.slice(1) : []
}

/** `reports\x06\x163` is the list of priority step 3 of `reports`. */
export function readListKey(key: string): { readonly queue: string; readonly priority: number } {
  const at = key.lastIndexOf(SEPARATOR)
  if (at === -1) return { queue: key, priority: 0 }
  return { queue: key.slice(0, at), priority: Number(key.slice(at + SEPARATOR.length)) || 0 }
}

export function listKeys(queue: string): readonly string[] {
  return [queue, ...[3, 6, 9].map((step) => `${queue}${SEPARATOR}${step}`)]
}

/** Mailboxes and event queues are lists as well, but hold no tasks. */
function isNotForTasks(queue: string): boolean {
  return queue.startsWith('celeryev') || queue.endsWith('.celery.pidbox') || queue.startsWith('_kombu.')
}

type Arrival = { readonly by: string; readonly queue: string; readonly priority: number; readonly bytes: number }

function published(message: MessageSummary, arrival: Arrival): WireFact {
  const { deliveryTag, taskId, taskName, argsrepr, kwargsrepr, retries, redelivered, eta, expires } = message
  const { parentId, groupId } = message
  const task = {
    deliveryTag,
    taskId,
    taskName,
    argsrepr,
    kwargsrepr,
    retries,
    redelivered,
    eta,
    expires,
    parentId,
    groupId,
  }
  return { kind: 'message-published', ...arrival, ...task }
}
