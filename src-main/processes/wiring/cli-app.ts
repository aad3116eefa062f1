/** The app as the commands that are no worker use it: with the settings of the code that -A names. */
import { resolve } from 'node:path'
import type { Celery } from '../../engine/app/celery.js'
import type { CallOptions, CliApp, GlobalOptions, TaskResult } from '../../engine/cli/ports.js'
import type { OwnCommand } from '../../engine/trace/own-command.js'
import { bugReport } from '../../engine/control/shown-settings.js'
import { UsageError } from '../../engine/cli/ports.js'
import type { SendOptions } from '../../engine/message/send-options.js'
import { isObject } from '../../engine/message/shapes.js'
import type { LoadResult } from '../../engine/trace/task-runner.js'
import { SUCCESS } from '../../engine/states.js'
import type { BoundQueue } from '../../engine/transport/channel.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { besideEntry } from './entry-folder.js'
import { learnerApp } from './learner-app.js'
import { loadCode } from './load-code.js'

const quiet = { error: () => {}, warning: () => {} } // a lost connection is told by the call that fails

/** What a command line of the system's has around it. */
export function environmentOfTerminal(): LearnerEnvironment {
  const { CELERY_BROKER_URL: brokerUrl = '', CELERY_RESULT_BACKEND: resultBackend = '' } = process.env
  return {
    workdir: process.cwd(),
    brokerUrl,
    resultBackend,
    environ: Object.fromEntries(
      Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
    services: [],
    trustsCode: true,
    snapshotFile: besideEntry('../python/snapshot.bin'),
  }
}

/** The command line's own addresses come before those of what is around it. */
export function cliEnvironment(global: GlobalOptions, around: LearnerEnvironment): LearnerEnvironment {
  return {
    ...around,
    workdir: global.workdir === null ? around.workdir : resolve(around.workdir, global.workdir),
    environ: global.config === null ? around.environ : { ...around.environ, CELERY_CONFIG_MODULE: global.config },
    brokerUrl: global.broker ?? around.brokerUrl,
    resultBackend: global.resultBackend ?? around.resultBackend,
  }
}

export async function openCliApp(
  around: LearnerEnvironment,
  global: GlobalOptions,
  { settings = false }: { readonly settings?: boolean } = {},
): Promise<CliApp> {
  const environment = cliEnvironment(global, around)
  const needsCode = settings || environment.brokerUrl === '' || environment.resultBackend === ''
  const conf = global.app === null ? {} : await settingsOf(environment, global.app, needsCode)
  const app = learnerApp(environment, conf, quiet)
  return {
    control: app.control,
    channel: {
      subscribe: async (...given) => {
        await app.channel.connect()
        return app.channel.subscribe(...given)
      },
    },
    eventExchange: app.conf.event_exchange,
    queueNames: app.queues.all.map(({ name }) => name),
    bindings: () => bindingsOf(app),
    report: () => reportOf(app, global.app),
    send: async (task, args, kwargs, options) => (await app.sendTask(task, args, kwargs, sendOptions(options))).id,
    result: (taskId) => resultOf(app, taskId),
    traceback: async (taskId) => (await app.backend.get(taskId)).traceback,
    close: () => app.close(),
  }
}

/** As Celery: a consumer of the app's queues declares them, and what is bound to their exchanges is listed. */
async function bindingsOf({ channel, queues }: Celery): Promise<readonly BoundQueue[]> {
  await channel.connect()
  for (const queue of queues.all) await channel.declare(queue)
  const exchanges = new Set(queues.all.map(({ exchange }) => exchange.name))
  const found = await Promise.all([...exchanges].map((exchange) => channel.bindings(exchange)))
  return found.flat()
}

function reportOf({ changes, conf }: Celery, appModule: string | null): string {
  const { broker_url: brokerUrl, result_backend: resultBackend } = conf
  const facts = { conf: changes, brokerUrl: brokerUrl ?? '', resultBackend, appModule: appModule ?? '' }
  return bugReport({ ...facts, ofWorker: false })
}

async function resultOf(app: Celery, taskId: string): Promise<TaskResult> {
  const meta = await app.backend.waitFor(taskId, { timeoutSeconds: null })
  if (meta.status === SUCCESS) return { kind: 'value', value: meta.result }
  const raised = isObject(meta.result) ? meta.result : {}
  const args = Array.isArray(raised.exc_message) ? raised.exc_message : [raised.exc_message ?? null]
  return { kind: 'raised', type: String(raised.exc_type ?? meta.status), args, traceback: meta.traceback }
}

function sendOptions(given: CallOptions): SendOptions {
  const { routingKey, ...others } = given
  const named = Object.entries({ ...others, routing_key: routingKey }).filter(([, value]) => value !== null)
  return Object.fromEntries(named) as SendOptions // only names that SendOptions has
}

/** Remote control commands that the code adds to the worker's. */
export async function ownCommands(around: LearnerEnvironment, global: GlobalOptions): Promise<readonly OwnCommand[]> {
  if (global.app === null) return []
  const environment = cliEnvironment(global, around)
  return (await loadedCode(environment, global.app)).controlCommands ?? []
}

/** Code that cannot be loaded is in nobody's way who knows where broker and backend are: a command may be what helps. */
async function settingsOf(
  environment: LearnerEnvironment,
  appModule: string,
  isNeeded: boolean,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await loadedCode(environment, appModule)).conf
  } catch (error) {
    if (isNeeded || !(error instanceof UsageError)) throw error
    return {}
  }
}

async function loadedCode(
  environment: LearnerEnvironment,
  appModule: string,
): Promise<Extract<LoadResult, { kind: 'loaded' }>> {
  const loaded = await loadCode({ environment, appModule, loglevel: 'WARNING', onLog: () => Promise.resolve() })
  if (loaded.kind === 'loaded') return loaded
  throw new UsageError(
    `Invalid value for '-A' / '--app': \nUnable to load celery application.\n${loaded.error.traceback.trimEnd()}`,
  )
}
