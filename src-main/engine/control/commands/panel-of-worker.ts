/** Every command a worker has, by Celery's names and their older aliases. Celery: celery/worker/control.py */
import type { Panel, PanelEntry } from '../panel.js'
import { eventCommands } from './event-commands.js'
import { inspectCommands } from './inspect-commands.js'
import { poolCommands } from './pool-commands.js'
import { queueCommands } from './queue-commands.js'
import { revokeCommands } from './revoke-commands.js'
import { taskCommands } from './task-commands.js'

const aliases: Readonly<Record<string, string>> = {
  dump_conf: 'conf',
  dump_schedule: 'scheduled',
  dump_reserved: 'reserved',
  dump_active: 'active',
  dump_revoked: 'revoked',
  dump_tasks: 'registered',
}

const named: readonly (readonly [string, PanelEntry])[] = Object.entries({
  ...inspectCommands,
  ...revokeCommands,
  ...taskCommands,
  ...eventCommands,
  ...poolCommands,
  ...queueCommands,
})

const byName = new Map(named)

export const panelOfWorker: Panel = new Map([
  ...named,
  ...Object.entries(aliases).flatMap(([alias, name]) => {
    const entry = byName.get(name)
    return entry ? [[alias, { ...entry, hidden: true }] as const] : []
  }),
])
