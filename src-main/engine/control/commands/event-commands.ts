/** Task events on and off, a heartbeat at once, an election among the workers. Celery: celery/worker/control.py */
import { ok, reply, type PanelEntry } from '../panel.js'

export const eventCommands: Readonly<Record<string, PanelEntry>> = {
  election: {
    type: 'control',
    required: ['id', 'topic'],
    optional: ['action'],
    open: true,
    help: 'Hold election.',
    run: (worker, { id = null, topic = null, action = null }) => {
      worker.events.election?.(id, topic, action)
      return reply(null)
    },
  },
  enable_events: {
    type: 'control',
    help: 'Tell worker(s) to send task-related events.',
    run: (worker) => {
      if (!worker.events.enableTaskEvents()) return ok('task events already enabled')
      worker.log.info('Events of group {task} enabled by remote.')
      return ok('task events enabled')
    },
  },
  /** As Celery: a worker started with -E "has already disabled" them and goes on sending. */
  disable_events: {
    type: 'control',
    help: 'Tell worker(s) to stop sending task-related events.',
    run: (worker) => {
      if (!worker.events.disableTaskEvents()) return ok('task events already disabled')
      worker.log.info('Events of group {task} disabled by remote.')
      return ok('task events disabled')
    },
  },
  heartbeat: {
    type: 'control',
    help: 'Tell worker(s) to send event heartbeat immediately.',
    run: (worker) => {
      worker.log.debug('Heartbeat requested by remote.')
      worker.events.heartbeat()
      return reply(null)
    },
  },
}
