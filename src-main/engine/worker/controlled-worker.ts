/** A worker as its control commands see it. Celery: celery/worker/control.py (state), celery/worker/consumer/control.py */
import type { ControlledWorker } from '../control/panel.js'
import type { EventDispatcher } from '../events/dispatcher.js'
import type { Heartbeat } from '../events/heartbeat.js'
import type { LamportClock } from '../events/lamport-clock.js'
import { isoformat } from '../message/python-time.js'
import type { WorkerState } from './worker-state.js'

export interface ControlledWorkerParts {
  readonly nodename: string
  readonly lamport: LamportClock
  readonly state: WorkerState
  readonly taskNames: readonly string[]
  readonly events: EventDispatcher
  readonly heart: Heartbeat
  readonly shutDown: () => void
}

export function controlledWorker(parts: ControlledWorkerParts): ControlledWorker {
  const { nodename, lamport, state, taskNames, events, heart } = parts
  return {
    nodename,
    taskNames,
    get clock() {
      return lamport.value
    },
    get active() {
      return [...state.active.values()].map((request) => request.info)
    },
    get reserved() {
      return [...state.reserved.values()]
        .filter((request) => !state.active.has(request.deliveryTag))
        .map(({ info }) => info)
    },
    get scheduled() {
      return [...state.scheduled.values()].map(({ request, atMs }) => ({
        eta: isoformat(atMs, null),
        priority: 6, // As Celery: the priority of its timer entry, not of the message
        request: request.info,
      }))
    },
    get revoked() {
      return state.revoked
    },
    get taskEventsEnabled() {
      return events.taskEventsEnabled
    },
    enableTaskEvents: (enabled) => {
      events.taskEventsEnabled = enabled
    },
    heartbeat: () => heart.beat(),
    mergeRevoked: (revoked) => {
      for (const id of Object.keys(revoked)) state.revoke(id)
    },
    shutDown: parts.shutDown,
  }
}
