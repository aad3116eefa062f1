/**
 * What a worker's process asks of the code before its tasks: receivers of `celeryd_init` may change settings.
 * Celery: celery/apps/worker.py (on_before_init, on_after_init)
 */
import { isDeepStrictEqual } from 'node:util'
import type { CodeSignals } from './code-signals.js'

type Conf = Record<string, unknown>

export interface ConfigurableApp {
  readonly conf: object
  readonly changes: Readonly<Conf>
  readonly signals: CodeSignals
  configure(changes: Readonly<Conf>): void
}

/** Both signals, with the settings as they are then; what a receiver changes in them counts. */
export async function configureBySignals(app: ConfigurableApp, nodename: string): Promise<void> {
  const { celerydInit, celerydAfterSetup } = app.signals
  const instance = { hostname: nodename, app }
  await changing(app, (conf) => celerydInit.send(nodename, { instance, conf, options: {} }))
  await changing(app, (conf) => celerydAfterSetup.send(nodename, { instance, conf }))
}

async function changing(app: ConfigurableApp, send: (conf: Conf) => Promise<void>): Promise<void> {
  const before: Readonly<Conf> = { ...app.conf, ...app.changes }
  const conf = copied(before) as Conf // of an object
  await send(conf)
  const changed = Object.entries(conf).filter(([name, value]) => !isDeepStrictEqual(value, before[name]))
  if (changed.length > 0) app.configure(Object.fromEntries(changed))
}

/** A receiver may write into a list or a table of the settings; all else is only replaced. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)]))
}
