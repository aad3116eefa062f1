/**
 * Listens to the other workers' events: keeps the logical clock past theirs, says who comes and goes, takes part in
 * elections. Celery: celery/worker/consumer/gossip.py
 */
import type { EventDispatcher } from '../../events/dispatcher.js'
import { KnownWorkers } from '../../events/known-workers.js'
import type { LamportClock } from '../../events/lamport-clock.js'
import type { QueueName } from '../../ids.js'
import type { Envelope } from '../../message/envelope.js'
import { readEventBody } from '../../message/plain-envelope.js'
import { isObject } from '../../message/shapes.js'
import type { Clock, Ids } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { WireObject, WireValue } from '../../serialization/wire-value.js'
import type { Channel, Subscription } from '../../transport/channel.js'
import { Elections } from './elections.js'

export interface GossipParts {
  /** event_exchange, event_queue_prefix */
  readonly exchange: string
  readonly queuePrefix: string
  readonly channel: Pick<Channel, 'ownQueue' | 'subscribe'>
  readonly nodename: string
  readonly pid: number
  readonly events: Pick<EventDispatcher, 'sendAtOnce'>
  readonly callTask: (signature: WireObject) => Promise<unknown>
  readonly lamport: LamportClock
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

const pattern = 'worker.#'
const lookForLostMs = 5_000

export class GossipStep {
  readonly name = 'Gossip'
  private readonly parts: GossipParts
  private readonly others = new KnownWorkers()
  private readonly elections: Elections
  private subscriptions: Subscription[] = []
  private cancel: () => void = () => {}

  constructor(parts: GossipParts) {
    this.parts = parts
    const { events, nodename, pid, callTask, clock, log } = parts
    const aliveCount = (): number => this.others.aliveCount(clock.nowMs())
    this.elections = new Elections({ events, fullName: `${nodename}.${pid}`, aliveCount, callTask, log })
  }

  async start(): Promise<void> {
    const { channel, exchange, queuePrefix, ids } = this.parts
    const queue = `${queuePrefix}.${ids.uuid()}` as QueueName
    this.subscriptions = [
      await channel.ownQueue(queue, { exchange, routingKey: pattern }, null),
      await channel.subscribe(exchange, pattern, (envelope, routingKey) => this.onEnvelope(envelope, routingKey)),
    ]
    this.planLookForLost()
  }

  async stop(): Promise<void> {
    this.cancel()
    for (const subscription of this.subscriptions.splice(0)) await subscription.close()
  }

  election(id: WireValue, topic: WireValue, action: WireValue): void {
    this.elections.hold(id, topic, action)
  }

  private onEnvelope(envelope: Envelope, routingKey: string): void {
    const { log } = this.parts
    try {
      const event = readEventBody(envelope)
      if (isObject(event)) this.onEvent(event, routingKey, envelope)
    } catch (error) {
      log.debug(`gossip: an event that cannot be read is ignored: ${String(error)}`)
    }
  }

  private onEvent(event: WireObject, routingKey: string, envelope: Envelope): void {
    const { lamport, nodename, clock, log } = this.parts
    if (routingKey === 'worker.elect') return this.elections.onElect(event)
    if (routingKey === 'worker.elect.ack') return this.elections.onElectAck(event)
    const from = envelope.headers['hostname'] ?? event.hostname
    if (typeof from !== 'string') return
    if (from === nodename) return // Celery counts its own as heard; nobody else sees that count
    if (typeof event.clock === 'number') lamport.adjust(event.clock)
    const news = this.others.onEvent(routingKey.replaceAll('.', '-'), from, event, clock.nowMs())
    if (news) log.debug(news.kind === 'joined' ? `${news.nodename} joined the party` : `${news.nodename} left`)
  }

  private planLookForLost(): void {
    const { clock, log } = this.parts
    this.cancel = clock.after(lookForLostMs, () => {
      for (const nodename of this.others.takeLost(clock.nowMs())) log.info(`missed heartbeat from ${nodename}`)
      this.planLookForLost()
    })
  }
}
