/**
 * Remote control of a worker: its mailbox, on the panel of all commands. Celery: celery/worker/consumer/control.py,
 * celery/worker/pidbox.py
 */
import type { Bootstep } from '../../bootsteps/blueprint.js'
import { panelOfWorker } from '../../control/commands/panel-of-worker.js'
import { Mailbox } from '../../control/mailbox.js'
import type { QueueName } from '../../ids.js'
import { ConsumedQueues, type ConsumedQueue } from '../consumed-queues.js'
import { controlledWorker } from '../controlled-worker.js'
import type { Autoscaler } from '../autoscale.js'
import type { RateLimits } from '../rate-limits.js'
import type { TaskTypes } from '../task-types.js'
import type { ConsumerParts } from './consumer-parts.js'
import type { EventDispatcher } from '../../events/dispatcher.js'
import type { GossipStep } from './gossip-step.js'
import type { TasksStep } from './tasks-step.js'

export interface ControlStepParts {
  readonly events: EventDispatcher
  readonly tasks: TasksStep
  readonly taskTypes: TaskTypes
  readonly rateLimits: RateLimits | null
  readonly autoscaler: Autoscaler | null
  readonly gossip: GossipStep | null
}

export function controlStep(parts: ConsumerParts, steps: ControlStepParts): Bootstep {
  const { broker, code, options, lamport, clock, ids, log } = parts
  const queues = new ConsumedQueues({
    queues: options.queues.map((name) => boundByName(name, code.conf)),
    consumer: () => steps.tasks.consuming,
    log,
  })
  const worker = controlledWorker({
    ...parts,
    ...steps,
    queues,
    nowMs: () => clock.nowMs(),
    shutDown: parts.onShutdownAsked,
  })
  const mailbox = new Mailbox({ channel: broker.channel, worker, panel: panelOfWorker, lamport, clock, ids, log })
  return { name: 'Control', start: () => mailbox.start(), stop: () => mailbox.stop() }
}

/** The default queue by the app's settings, any other by its own name. */
function boundByName(name: string, conf: Readonly<Record<string, unknown>>): ConsumedQueue {
  const isDefault = name === (conf['task_default_queue'] ?? 'celery')
  const setting = (key: string): string => {
    const value = isDefault ? conf[key] : null
    return typeof value === 'string' ? value : name
  }
  return {
    name: name as QueueName,
    exchange: setting('task_default_exchange'),
    type: 'direct',
    routingKey: setting('task_default_routing_key'),
  }
}
