/**
 * Puts the steps of a consumer together, in Celery's order: connection, events and heart, mingle, control, gossip, tasks.
 * Made anew for each start of the consumer. Celery: celery/worker/consumer/consumer.py (Consumer.Blueprint)
 */
import { Blueprint, type Bootstep } from '../../bootsteps/blueprint.js'
import { commands } from '../../control/commands.js'
import { Mailbox } from '../../control/mailbox.js'
import { EventDispatcher } from '../../events/dispatcher.js'
import { Heartbeat } from '../../events/heartbeat.js'
import type { LamportClock } from '../../events/lamport-clock.js'
import type { QueueName } from '../../ids.js'
import type { LoadedCode } from '../../pool/pool-messages.js'
import type { Clock, Ids } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { Signals } from '../../signals/signals.js'
import { maskPassword } from '../banner.js'
import { prefetchCountOf, sendsTaskEvents, settingsByTask, taskNames } from '../code-facts.js'
import { controlledWorker } from '../controlled-worker.js'
import type { Broker, WorkerOptions } from '../worker-parts.js'
import type { WorkerState } from '../worker-state.js'
import { ConnectionStep } from './connection-step.js'
import { GossipStep } from './gossip-step.js'
import { MingleStep } from './mingle-step.js'
import { RedeliveryStep } from './redelivery-step.js'
import { TasksStep, type TasksStepParts } from './tasks-step.js'

export interface ConsumerParts {
  readonly code: LoadedCode
  readonly broker: Broker
  readonly options: WorkerOptions
  readonly pool: TasksStepParts['pool']
  readonly state: WorkerState
  readonly lamport: LamportClock
  readonly signals: Signals
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly pid: number
  readonly isStopping: () => boolean
  /** `control shutdown` */
  readonly onShutdownAsked: () => void
  /** Redis is away and `broker_connection_retry` says to go no further. */
  readonly onGivenUp: () => void
}

/** Everything that exists only while the worker consumes. */
export interface Consumer {
  readonly broker: Broker
  readonly blueprint: Blueprint
  readonly connection: ConnectionStep
  readonly tasks: TasksStep
  readonly events: EventDispatcher
}

export function assembleConsumer(parts: ConsumerParts): Consumer {
  const { broker, log } = parts
  const events = eventDispatcher(parts)
  const tasks = tasksStep(parts, events)
  const connection = connectionStep(parts, tasks)
  const steps = [connection, ...stepsBetween(parts, events), tasks]
  return { broker, blueprint: new Blueprint('Consumer', steps, log), connection, tasks, events }
}

function eventDispatcher({ broker, code, options, lamport, clock, ids, log, pid }: ConsumerParts): EventDispatcher {
  const dispatcher = { channel: broker.channel, nodename: options.nodename, pid, clock, lamport, ids, log }
  return new EventDispatcher(dispatcher, sendsTaskEvents(code, options))
}

function connectionStep(parts: ConsumerParts, tasks: TasksStep): ConnectionStep {
  const { broker, clock, log, isStopping, onGivenUp } = parts
  return new ConnectionStep({
    channel: broker.channel,
    address: maskPassword(broker.transportUrl),
    clock,
    log,
    isStopping,
    onLost: () => tasks.forgetWaiting(),
    onGivenUp,
  })
}

/** Between the connection and the tasks. */
function stepsBetween(parts: ConsumerParts, events: EventDispatcher): readonly Bootstep[] {
  const { code, options, lamport, state, clock, ids, log } = parts
  const { nodename } = options
  const shared = { channel: parts.broker.channel, nodename, lamport, clock, ids, log, state }
  const heart = new Heartbeat(events, clock, () => ({ active: state.active.size, processed: state.processed }))
  const worker = controlledWorker({
    nodename,
    lamport,
    state,
    taskNames: taskNames(code),
    events,
    heart,
    shutDown: parts.onShutdownAsked,
  })
  const mailbox = new Mailbox({ ...shared, worker, panel: commands })
  const heartStep: Bootstep = {
    name: 'Heart',
    start: () => Promise.resolve(heart.start()),
    stop: () => Promise.resolve(heart.stop()),
  }
  const ready: Bootstep = {
    name: 'event loop',
    start: () => Promise.resolve(log.info(`${nodename} ready.`)), // As Celery: said before the first message is taken
  }
  const control: Bootstep = { name: 'Control', start: () => mailbox.start(), stop: () => mailbox.stop() }
  return [
    new RedeliveryStep(shared),
    ...(options.heartbeat ? [heartStep] : []),
    ...(options.mingle ? [new MingleStep(shared)] : []),
    control,
    ...(options.gossip ? [new GossipStep(shared)] : []),
    ready,
  ]
}

function tasksStep(parts: ConsumerParts, events: EventDispatcher): TasksStep {
  const { code, broker, options, pool, state, signals, clock, log } = parts
  const names = new Set(taskNames(code))
  return new TasksStep({
    channel: broker.channel,
    queues: options.queues as readonly QueueName[], // names from the command line or the lab
    prefetchCount: prefetchCountOf(code, options),
    acceptContent: broker.acceptContent,
    pool,
    isRegistered: (name) => names.has(name),
    settingsOf: settingsByTask(code, options),
    state,
    clock,
    log,
    forRequests: { nodename: options.nodename, state, backend: broker.backend, events, signals, clock, log },
  })
}
