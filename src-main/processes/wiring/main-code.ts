/**
 * The learner's code in the worker's main process: a second load of the same files, in a Python that waits for signals and
 * control commands. Its prints and records are the main process' own. Celery: celery/apps/worker.py
 */
import type { PoolSetup } from '../messages/pool-setup.js'
import type { LoadedCode } from '../../engine/pool/pool-messages.js'
import type { Log, LogSink } from '../../engine/ports/log.js'
import { stringifyJson } from '../../engine/serialization/json.js'
import { Children } from '../../engine/trace/children.js'
import type { MainCode } from '../../engine/worker/main-code.js'
import { createCodeRunner } from './code-runner.js'
import { LazyApp } from './lazy-app.js'

/** `nodename`: of the worker that it is the main process of; null: it is beat's. */
type CodeOfProcess = Pick<PoolSetup, 'environment' | 'code' | 'appModule' | 'include' | 'loglevel' | 'terminal'> & {
  readonly nodename: string | null
}

/** @throws Error: the code loads in the pool and not here. */
export async function mainCode(
  { conf, tasks }: Pick<LoadedCode, 'conf' | 'tasks'>,
  {
    setup,
    log,
    sink,
    out,
  }: {
    readonly setup: CodeOfProcess
    readonly log: Log
    readonly sink: LogSink
    readonly out: LogSink
  },
): Promise<MainCode> {
  const { environment, code, appModule, include = [], nodename, loglevel, terminal = false } = setup
  const app = new LazyApp(environment, new Children(), log)
  await app.configure(conf, tasks)
  const runner = createCodeRunner({
    ...{ environment, code, appModule, include, nodename, loglevel, terminal },
    app: app.port,
    onLog: (record) => log.fromCode(record),
    onOutput: (stream, text) => (stream === 'stdout' ? out(text) : sink(text)),
    onExit: (exitCode) => process.exit(exitCode), // as in Celery: it is the main process
  })
  const loaded = await runner.load()
  if (loaded.kind === 'refused') throw new Error(loaded.error.traceback)
  if (loaded.ownLogging) log.give((record) => runner.log?.(record) ?? Promise.resolve())
  let told: Promise<unknown> = Promise.resolve()
  return {
    command: (name, argsJson, stateJson) =>
      runner.command?.(name, argsJson, stateJson) ?? Promise.reject(new Error(`the code has no command ${name}`)),
    signal: (name, fields) => {
      const signalled = runner.signal?.(name, stringifyJson(fields)) ?? Promise.resolve()
      told = signalled.catch(() => {}) // told where it was asked for
      return signalled
    },
    publishHooks: app.publishHooks,
    close: async () => {
      await told // its receivers are one queue: the last one is the end of all
      log.give(null)
      await runner.close()
      await app.close()
    },
  }
}
