/**
 * What runs an app's own tasks inside its worker's process: a runner, its trace, and what follows a task.
 * Celery: celery/concurrency/solo.py, celery/app/trace.py
 */
import type { ResultBackend } from '../result-backend/result-meta.js'
import type { Settings } from './settings.js'
import type { SendOptions } from '../message/send-options.js'
import type { Log } from '../ports/log.js'
import { Signals } from '../signals/signals.js'
import { Children } from '../trace/children.js'
import { Continuation } from '../trace/continuation.js'
import { traceTask, type TraceParts } from '../trace/trace.js'
import type { CodeSignals } from './code-signals.js'
import type { ConfigurableApp } from './configure-by-signals.js'
import { canvasPorts } from './canvas-ports.js'
import { FunctionRunner, type RunnableApp } from './function-runner.js'
import type { PoolMember } from './in-process-pool.js'
import type { BrokerPorts } from './open-broker.js'

export interface MemberApp extends RunnableApp, ConfigurableApp {
  readonly signals: CodeSignals
  readonly ports: BrokerPorts
  readonly conf: Settings
  readonly backend: ResultBackend
  readonly replyTo: string
  taskDefaults(name: string): SendOptions
}

export function memberOf(app: MemberApp, nodename: string, log: Log): PoolMember {
  const { clock, ids } = app.ports
  const children = new Children()
  const monotonicSeconds = (): number => performance.now() / 1000
  const runner = new FunctionRunner({
    app,
    onLog: (record) => void log.record(record),
    onChild: (parentId, childId) => children.add(parentId, childId),
    onTree: (parentId, tree) => children.addTree(parentId, tree),
    interrupted: () => false, // whoever does not await hears of nothing in this process
    monotonicSeconds,
    random: () => Math.random(),
  })
  const backend = (): ResultBackend => app.backend
  const continuation = new Continuation({
    runner,
    canvas: canvasPorts(
      () => app,
      (name) => app.taskDefaults(name),
      () => ids.uuid(),
    ),
    children,
    backend,
    clock,
    log,
    inheritPriority: () => app.conf.task_inherit_parent_priority,
    chordJoinTimeoutSeconds: () => app.conf.result_chord_join_timeout,
  })
  let givenUp = false
  const unheard = new Promise<never>(() => {})
  const trace: TraceParts = {
    // Of a task that was given up nothing may follow: its message may run again elsewhere.
    runner: {
      run: async (job) => {
        const outcome = await runner.run(job)
        return givenUp ? unheard : outcome
      },
      afterwards: (part) => runner.afterwards(part),
    },
    backend: { store: (meta) => backend().store(meta), get: (taskId) => backend().get(taskId) },
    children,
    continuation,
    signals: new Signals(log),
    log,
    clock,
    monotonicSeconds,
    nodename,
    pid: process.pid,
  }
  return {
    load: () => runner.load(),
    run: (job) => traceTask(job, trace),
    softTimeLimit: () => runner.softTimeLimit(),
    giveUp: () => {
      givenUp = true
      runner.softTimeLimit()
    },
  }
}
