/**
 * What workers say of themselves: each call asks all of them (or those of the options) and answers `nodename → answer`,
 * null when nobody did. Celery: celery/app/control.py (Inspect, flatten_reply)
 */
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { BroadcastOptions, NodeReply } from './broadcast.js'

/** It is always answered. */
export type InspectOptions = Omit<BroadcastOptions, 'reply'>

export type ByNode = Readonly<Record<string, WireValue>>

type Ask = (command: string, args: WireObject) => Promise<readonly NodeReply[]>

export class Inspect {
  private readonly ask: Ask
  private readonly warn: (text: string) => void

  constructor(ask: Ask, warn: (text: string) => void) {
    this.ask = ask
    this.warn = warn
  }

  /** An inspect command by its name, those of one's own among them. */
  async request(command: string, args: WireObject = {}): Promise<ByNode | null> {
    const replies = await this.ask(command, args)
    return replies.length === 0 ? null : flattenReply(replies, this.warn)
  }

  ping(): Promise<ByNode | null> {
    return this.request('ping')
  }

  /** Tasks that run now. `safe`: with their arguments as text. */
  active(safe: boolean | null = null): Promise<ByNode | null> {
    return this.request('active', { safe })
  }

  /** Tasks that wait for their eta. */
  scheduled(): Promise<ByNode | null> {
    return this.request('scheduled')
  }

  /** Tasks that wait for a place in the pool. */
  reserved(): Promise<ByNode | null> {
    return this.request('reserved')
  }

  /** Ids that are not to run. */
  revoked(): Promise<ByNode | null> {
    return this.request('revoked')
  }

  /** Names of tasks, with the attributes that are asked for. */
  registered(...attributes: readonly string[]): Promise<ByNode | null> {
    return this.request('registered', { taskinfoitems: attributes })
  }

  activeQueues(): Promise<ByNode | null> {
    return this.request('active_queues')
  }

  stats(): Promise<ByNode | null> {
    return this.request('stats')
  }

  conf(withDefaults = false): Promise<ByNode | null> {
    return this.request('conf', { with_defaults: withDefaults })
  }

  report(): Promise<ByNode | null> {
    return this.request('report')
  }

  clock(): Promise<ByNode | null> {
    return this.request('clock')
  }

  /** What a node knows of tasks: id → [state, task]. */
  queryTask(...ids: readonly string[]): Promise<ByNode | null> {
    return this.request('query_task', { ids })
  }

  memsample(): Promise<ByNode | null> {
    return this.request('memsample')
  }

  memdump(samples = 10): Promise<ByNode | null> {
    return this.request('memdump', { samples })
  }

  objgraph(type = 'Request', n = 200, maxDepth = 10): Promise<ByNode | null> {
    return this.request('objgraph', { num: n, max_depth: maxDepth, type })
  }

  /** As a starting worker greets the others. */
  hello(fromNode: string, revoked: WireObject | null = null): Promise<ByNode | null> {
    return this.request('hello', { from_node: fromNode, revoked })
  }
}

/** Two nodes with one name: the last one counts, and the warning says so. */
export function flattenReply(replies: readonly NodeReply[], warn: (text: string) => void): ByNode {
  const nodes: Record<string, WireValue> = {}
  const twice = new Set<string>()
  for (const reply of replies) {
    for (const [name, payload] of Object.entries(reply)) {
      if (name in nodes) twice.add(name)
      nodes[name] = payload
    }
  }
  if (twice.size > 0) {
    warn(
      `Received multiple replies from node ${twice.size === 1 ? 'name' : 'names'}: ${[...twice].sort().join(', ')}.\n` +
        'Please make sure you give each node a unique nodename using the `-n` option.',
    )
  }
  return nodes
}
