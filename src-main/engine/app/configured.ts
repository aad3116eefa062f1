/** An app's settings and what is read from them once: they change together. Celery: celery/app/base.py (_finalize_pending_conf) */
import { Queues } from '../message/queues.js'
import { readRoutes, type Routes } from '../message/routes.js'
import { settingsFrom, type Settings } from './settings.js'

export interface Configured {
  /** As they were given. */
  readonly changes: Readonly<Record<string, unknown>>
  readonly conf: Settings
  readonly queues: Queues
  readonly routes: Routes
}

export function configured(changes: Readonly<Record<string, unknown>>): Configured {
  const conf = settingsFrom(changes)
  return { changes, conf, queues: new Queues(conf), routes: readRoutes(conf.task_routes) }
}
