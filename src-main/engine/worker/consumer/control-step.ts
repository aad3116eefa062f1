/**
 * Remote control of a worker: its mailbox, on the panel of all commands. Celery: celery/worker/consumer/control.py,
 * celery/worker/pidbox.py
 */
import type { Bootstep } from '../../bootsteps/blueprint.js'
import { panelOfWorker } from '../../control/commands/panel-of-worker.js'
import { panelWith } from '../../control/own-commands.js'
import { Mailbox } from '../../control/mailbox.js'
import type { Clock } from '../../ports/clock.js'
import { consumedQueues, controlNamespace } from '../code-facts.js'
import { ConsumedQueues } from '../consumed-queues.js'
import { controlledWorker } from '../controlled-worker.js'
import type { Autoscaler } from '../autoscale.js'
import type { RateLimits } from '../rate-limits.js'
import type { TaskTypes } from '../task-types.js'
import type { ConsumerParts } from './consumer-parts.js'
import type { EventDispatcher } from '../../events/dispatcher.js'
import type { GossipStep } from './gossip-step.js'
import type { MingleStep } from './mingle-step.js'
import type { TasksStep } from './tasks-step.js'

/** A request waits for a message that came before it, and not for one that gets nowhere. */
const longestPatienceMs = 1000

export interface ControlStepParts {
  readonly events: EventDispatcher
  readonly tasks: TasksStep
  readonly taskTypes: TaskTypes
  readonly rateLimits: RateLimits | null
  readonly autoscaler: Autoscaler | null
  readonly gossip: GossipStep | null
  readonly mingle: MingleStep | null
}

export function controlStep(parts: ConsumerParts, steps: ControlStepParts): Bootstep {
  const { broker, options, lamport, clock, ids, log } = parts
  const queues = new ConsumedQueues({
    queues: consumedQueues(broker, options),
    known: broker.queues,
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
  const own = parts.mainCode?.command
  const panel = own ? panelWith(panelOfWorker, parts.code.controlCommands ?? [], own) : panelOfWorker
  const namespace = controlNamespace(parts.code)
  const isGreeting = (): boolean => steps.mingle?.isGreeting === true
  const { channel } = broker
  const afterMessages = async (): Promise<void> => {
    await readFromAllSockets()
    await patiently(clock, steps.tasks.consuming?.handedOver())
  }
  const heard = { isGreeting, afterMessages }
  const mailbox = new Mailbox({ channel, namespace, worker, panel, lamport, clock, ids, log, ...heard })
  return { name: 'Control', start: () => mailbox.start(), stop: () => mailbox.stop() }
}

/** A message may have come on another socket in the same moment as the request: Node reads them in any order. */
function readFromAllSockets(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A Redis that refuses to keep a message must not make the worker deaf. */
async function patiently(clock: Clock, done: Promise<void> | undefined): Promise<void> {
  let cancel: () => void = () => {}
  const tooLong = new Promise<void>((resolve) => (cancel = clock.after(longestPatienceMs, resolve)))
  await Promise.race([done, tooLong])
  cancel()
}
