/** The control commands every worker has, by Celery's names and with Celery's reply payloads. Celery: celery/worker/control.py */
import { isObject } from '../message/shapes.js'
import { ok, reply, type ControlCommand, type Panel } from './panel.js'

const ping: ControlCommand = () => ok('pong')

/** A starting worker asks its neighbours for their revoked ids and their clock. */
const hello: ControlCommand = (worker, args) => {
  if (args['from_node'] === worker.nodename) return { kind: 'silence' }
  const revoked = args['revoked']
  if (isObject(revoked)) worker.mergeRevoked(revoked)
  return reply({ revoked: Object.fromEntries(worker.revoked), clock: worker.clock })
}

const shutdown: ControlCommand = (worker) => {
  worker.shutDown()
  return { kind: 'silence' }
}

const heartbeat: ControlCommand = (worker) => {
  worker.heartbeat()
  return reply(null)
}

const enableEvents: ControlCommand = (worker) => {
  if (worker.taskEventsEnabled) return ok('task events already enabled')
  worker.enableTaskEvents(true)
  return ok('task events enabled')
}

const disableEvents: ControlCommand = (worker) => {
  if (!worker.taskEventsEnabled) return ok('task events already disabled')
  worker.enableTaskEvents(false)
  return ok('task events disabled')
}

export const commands: Panel = new Map<string, ControlCommand>([
  ['ping', ping],
  ['hello', hello],
  ['shutdown', shutdown],
  ['heartbeat', heartbeat],
  ['enable_events', enableEvents],
  ['disable_events', disableEvents],
  ['clock', (worker) => reply({ clock: worker.clock })],
  ['active', (worker) => reply(worker.active)],
  ['reserved', (worker) => reply(worker.reserved)],
  ['scheduled', (worker) => reply(worker.scheduled)],
  ['revoked', (worker) => reply([...worker.revoked.keys()])],
  ['registered', (worker) => reply(worker.taskNames)],
])
