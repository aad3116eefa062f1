/**
 * The app's own code in the process of its worker, where that is this one: it hears the worker's signals, one after another,
 * may change settings before the worker reads them, and has a say in logging. Celery: celery/apps/worker.py
 */
import type { Log } from '../ports/log.js'
import type { WireObject } from '../serialization/wire-value.js'
import { CodeLogging } from './code-logging.js'
import { configureBySignals, type ConfigurableApp } from './configure-by-signals.js'
import { sendHostSignal, type SignalledApp } from './host-signals.js'

export class ProcessCode {
  private readonly app: ConfigurableApp & SignalledApp
  private readonly log: Log
  private told: Promise<unknown> = Promise.resolve()

  constructor(app: ConfigurableApp & SignalledApp, log: Log) {
    this.app = app
    this.log = log
  }

  /** Before the worker reads a setting or writes a line. */
  async start(nodename: string): Promise<void> {
    const { app, log } = this
    await configureBySignals(app, nodename)
    const write = (record: Parameters<Log['fromCode']>[0]): Promise<void> => log.fromCode(record)
    const logging = new CodeLogging({ signals: app.signals, level: log.level, conf: app.changes, write })
    if (await logging.setUp()) log.give(async (record) => void (await logging.log(record)))
  }

  signal(name: string, fields: WireObject): Promise<void> {
    const sent = this.told.then(() => sendHostSignal(this.app, name, fields))
    this.told = sent.catch(() => {}) // told where it was asked for
    return sent
  }

  /** Settles when the last signal was heard. */
  async close(): Promise<void> {
    await this.told
    this.log.give(null)
  }
}
