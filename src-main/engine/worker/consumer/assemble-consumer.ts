/**
 * Puts the steps of a consumer together, in Celery's order: connection, events and heart, mingle, control, gossip, tasks.
 * Made anew for each start of the consumer. Celery: celery/worker/consumer/consumer.py (Consumer.Blueprint)
 */
import { Blueprint, type Bootstep } from '../../bootsteps/blueprint.js'
import { EventDispatcher } from '../../events/dispatcher.js'
import { Heartbeat } from '../../events/heartbeat.js'
import type { QueueName } from '../../ids.js'
import { Autoscaler } from '../autoscale.js'
import {
  cancelsOnConnectionLoss,
  consumedQueues,
  controlNamespace,
  disablesPrefetch,
  etaTaskLimitOf,
  eventNames,
  prefetchMultiplierOf,
  reducesPrefetchAfterLoss,
  sendsTaskEvents,
} from '../code-facts.js'
import { RateLimits } from '../rate-limits.js'
import { TaskTypes } from '../task-types.js'
import type { Broker } from '../worker-parts.js'
import type { ConsumerParts } from './consumer-parts.js'
import { connectionRetryOf } from './connection-retry.js'
import { ConnectionStep } from './connection-step.js'
import { controlStep } from './control-step.js'
import { GossipStep, type GossipParts } from './gossip-step.js'
import { MingleStep } from './mingle-step.js'
import { RedeliveryStep } from './redelivery-step.js'
import { TasksStep } from './tasks-step.js'

/** Everything that exists only while the worker consumes. */
export interface Consumer {
  readonly broker: Broker
  readonly conf: Readonly<Record<string, unknown>>
  readonly blueprint: Blueprint
  readonly connection: ConnectionStep
  readonly tasks: TasksStep
  readonly events: EventDispatcher
}

export function assembleConsumer(parts: ConsumerParts): Consumer {
  const { broker, code, options, clock, log } = parts
  const events = eventDispatcher(parts)
  const taskTypes = new TaskTypes(code, options)
  const disabled = code.conf['worker_disable_rate_limits'] === true
  const rateLimits = disabled ? null : new RateLimits(taskTypes.names, (name) => taskTypes.rateOf(name), clock)
  const autoscaler = autoscalerOf(parts, (by) => tasks.poolChanged(by))
  const tasks = tasksStep(parts, { events, taskTypes, rateLimits, onReserved: () => autoscaler?.maybeScale() })
  const gossip = options.gossip ? new GossipStep(gossipParts(parts, events)) : null
  const remoteControl = code.conf['worker_enable_remote_control'] !== false
  const mingle = options.mingle
    ? new MingleStep({
        ...parts,
        channel: broker.channel,
        nodename: options.nodename,
        namespace: controlNamespace(code),
      })
    : null
  const control = { events, tasks, taskTypes, rateLimits, autoscaler, gossip, mingle }
  const redelivery = redeliveryStep(parts)
  const heart = options.heartbeat ? heartOf(parts, events) : null
  const connection = connectionStep(parts, { tasks, redelivery, heart, mingle })
  const steps: readonly (Bootstep | null)[] = [
    connection,
    purgeStep(parts),
    redelivery,
    heart ? heartStep(heart) : null,
    mingle,
    remoteControl ? controlStep(parts, control) : null,
    gossip,
    autoscaler ? autoscaleStep(autoscaler) : null,
    // As Celery: said before the first message is taken
    { name: 'event loop', start: () => Promise.resolve(log.info(`${options.nodename} ready.`)) },
    tasks,
  ]
  const present = steps.filter((step) => step !== null)
  return { broker, conf: code.conf, blueprint: new Blueprint('Consumer', present, log), connection, tasks, events }
}

function eventDispatcher({ broker, code, options, lamport, clock, ids, log, pid }: ConsumerParts): EventDispatcher {
  const { exchange, serializer } = eventNames(code)
  const node = { nodename: options.nodename, pid }
  const dispatcher = { channel: broker.channel, exchange, serializer, ...node, clock, lamport, ids, log }
  return new EventDispatcher(dispatcher, sendsTaskEvents(code, options))
}

/** What begins anew with each link. */
interface StepsOfLink {
  readonly tasks: TasksStep
  readonly redelivery: RedeliveryStep
  readonly heart: Heartbeat | null
  readonly mingle: MingleStep | null
}

function connectionStep(parts: ConsumerParts, { tasks, redelivery, heart, mingle }: StepsOfLink): ConnectionStep {
  const { broker, code, state, clock, log, isStopping, onGivenUp } = parts
  const cancels = cancelsOnConnectionLoss(code)
  return new ConnectionStep({
    channel: broker.channel,
    retry: connectionRetryOf(code.conf),
    clock,
    log,
    isStopping,
    onLost: () => {
      if (cancels) for (const request of state.active) request.cancel()
      tasks.forgetWaiting()
      heart?.lost()
    },
    restore: () => tasks.restoreUnacked(),
    greet: async () => {
      await redelivery.start()
      heart?.back()
      await mingle?.start()
    },
    onGivenUp,
  })
}

/** `--purge`: once, before the worker takes its first message. Celery: celery/apps/worker.py (purge_messages) */
function purgeStep({ broker, options, purge }: ConsumerParts): Bootstep | null {
  if (purge === null) return null
  const start = async (): Promise<void> => {
    let count = 0
    for (const { name } of consumedQueues(broker, options)) count += await broker.channel.purge(name as QueueName)
    if (count > 0) purge(`purge: Erased ${count} ${count === 1 ? 'message' : 'messages'} from the queue.\n`)
  }
  return { name: 'Purge', start }
}

function redeliveryStep({ broker, code, clock, log }: ConsumerParts): RedeliveryStep {
  return new RedeliveryStep({ channel: broker.channel, options: code.conf['broker_transport_options'], clock, log })
}

function heartOf({ state, clock, options, signals }: ConsumerParts, events: EventDispatcher): Heartbeat {
  const counts = (): { active: number; processed: number } => ({
    active: state.active.size,
    processed: state.processed,
  })
  return new Heartbeat(events, clock, counts, {
    intervalSeconds: options.heartbeatIntervalSeconds ?? null,
    onSent: () => signals.send('heartbeat_sent', {}),
  })
}

function heartStep(heart: Heartbeat): Bootstep {
  return {
    name: 'Heart',
    start: () => Promise.resolve(heart.start()),
    stop: () => Promise.resolve(heart.stop()),
  }
}

function gossipParts(
  { broker, code, options, lamport, clock, ids, log, pid }: ConsumerParts,
  events: EventDispatcher,
): GossipParts {
  const { channel, callTask } = broker
  return { ...eventNames(code), channel, callTask, nodename: options.nodename, pid, events, lamport, clock, ids, log }
}

function autoscalerOf(
  { options, pool, state, clock, log }: ConsumerParts,
  onMaxChanged: (by: number) => void,
): Autoscaler | null {
  if (!options.autoscale) return null
  return new Autoscaler(options.autoscale, { pool, reserved: () => state.reserved.size, onMaxChanged, clock, log })
}

function autoscaleStep(autoscaler: Autoscaler): Bootstep {
  return {
    name: 'Autoscaler',
    start: () => Promise.resolve(autoscaler.start()),
    stop: () => Promise.resolve(autoscaler.stop()),
  }
}

function tasksStep(
  parts: ConsumerParts,
  on: {
    readonly events: EventDispatcher
    readonly taskTypes: TaskTypes
    readonly rateLimits: RateLimits | null
    readonly onReserved: () => void
  },
): TasksStep {
  const { code, broker, options, pool, state, signals, clock, log } = parts
  const { events, taskTypes, rateLimits, onReserved } = on
  const multiplier = prefetchMultiplierOf(code, options)
  return new TasksStep({
    channel: broker.channel,
    queues: consumedQueues(broker, options).map(({ name }) => name as QueueName), // named by the app or the command line
    prefetch: {
      // As Celery: with --autoscale for the pool at its largest
      count: multiplier * Math.max(1, options.autoscale?.max ?? options.concurrency),
      multiplier,
      etaTaskLimit: etaTaskLimitOf(code),
      reducesAfterLoss: reducesPrefetchAfterLoss(code),
    },
    mostReserved: disablesPrefetch(code, options) ? () => options.autoscale?.max ?? pool.size : null,
    acceptContent: broker.acceptContent,
    pool,
    isRegistered: (name) => taskTypes.has(name),
    settingsOf: (name) => taskTypes.settingsOf(name),
    rateLimits,
    onReserved,
    state,
    clock,
    log,
    forRequests: { nodename: options.nodename, state, backend: broker.backend, events, signals, clock, log },
  })
}
