/**
 * The app inside a pool process. Its settings are known only when the code is loaded, but the code may send a task
 * while it is imported: until then the lab's addresses stand alone.
 */
import type { Celery } from '../../engine/app/celery.js'
import { appPort } from '../../engine/app/app-port.js'
import { hooksOf } from '../../engine/app/publish-texts.js'
import { canvasPorts } from '../../engine/app/canvas-ports.js'
import { callDefaults } from '../../engine/canvas/call-defaults.js'
import type { CanvasPorts } from '../../engine/canvas/send-canvas.js'
import type { PublishHooks } from '../../engine/message/publish-hooks.js'
import type { SendOptions } from '../../engine/message/send-options.js'
import type { Log } from '../../engine/ports/log.js'
import { systemClock, systemIds } from '../../engine/ports/system.js'
import { disabledBackend } from '../../engine/result-backend/disabled-backend.js'
import type { ResultBackend } from '../../engine/result-backend/result-meta.js'
import type { WireValue } from '../../engine/serialization/wire-value.js'
import type { Children } from '../../engine/trace/children.js'
import type { AppPort, PublishTexts, TaskInfo } from '../../engine/trace/task-runner.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { learnerApp } from './learner-app.js'

export class LazyApp {
  private readonly environment: LearnerEnvironment
  private readonly children: Children
  private readonly log: Log
  private conf: Readonly<Record<string, unknown>> = {}
  private app: Celery | null = null
  private hooks: PublishTexts | null = null
  private tasks: ReadonlyMap<string, SendOptions> = new Map()
  private sentByCode: ReadonlySet<string> = new Set()

  constructor(environment: LearnerEnvironment, children: Children, log: Log) {
    this.environment = environment
    this.children = children
    this.log = log
  }

  async configure(conf: Readonly<Record<string, unknown>>, tasks: readonly TaskInfo[] = []): Promise<void> {
    this.tasks = new Map(tasks.map(({ name, options }) => [name, callDefaults(options)]))
    this.sentByCode = new Set(tasks.filter(({ ownApplyAsync }) => ownApplyAsync).map(({ name }) => name))
    await this.useSettings(conf)
  }

  /** The app with the settings of before goes: whatever is asked next meets a new one. */
  private async useSettings(conf: Readonly<Record<string, unknown>>): Promise<void> {
    const early = this.app
    this.app = null
    this.conf = conf
    await early?.close()
  }

  get backend(): ResultBackend {
    const { current } = this
    return current.conf.result_backend === null ? disabledBackend : current.backend
  }

  /** As the task that runs; what is registered here lends its own options to the call. */
  readonly canvas: CanvasPorts = {
    ...canvasPorts(
      () => this.current,
      (name) => this.tasks.get(name) ?? {},
      () => systemIds.uuid(),
    ),
    ownApplyAsync: {
      has: (name) => this.sentByCode.has(name),
      call: ({ name }) => Promise.reject(new Error(`${name} is sent by its own code, and nobody here runs it`)),
    },
  }

  get inheritsPriority(): boolean {
    return this.current.conf.task_inherit_parent_priority
  }

  get chordJoinTimeoutSeconds(): number {
    return this.current.conf.result_chord_join_timeout
  }

  readonly port: AppPort = {
    configure: (conf, tasks) => (tasks === undefined ? this.useSettings(conf) : this.configure(conf, tasks)),
    hookPublishing: async (hooks) => {
      this.hooks = hooks
      if (this.app) this.hook(this.app)
    },
    sendTask: (ask) => this.asPort.sendTask(ask),
    resultMeta: (taskId) => this.asPort.resultMeta(taskId),
    waitForResults: (ask) => this.asPort.waitForResults(ask),
    waitForResult: (...ask) => this.asPort.waitForResult(...ask),
    storeState: (ask) => this.asPort.storeState(ask),
    forget: (taskId) => this.asPort.forget(taskId),
    sendCanvas: (ask) => this.asPort.sendCanvas(ask),
    freeze: (ask) => this.asPort.freeze(ask),
    saveGroup: (groupId, resultJson) => this.asPort.saveGroup(groupId, resultJson),
    savedGroup: (groupId) => this.asPort.savedGroup(groupId),
    deleteGroup: (groupId) => this.asPort.deleteGroup(groupId),
    enlargeChord: (groupId) => this.asPort.enlargeChord(groupId),
    broadcast: (requestJson) => this.asPort.broadcast(requestJson),
    purge: () => this.asPort.purge(),
  }

  async close(): Promise<void> {
    await this.app?.close()
  }

  private get current(): Celery {
    this.app ??= this.hook(learnerApp(this.environment, this.conf, this.log))
    return this.app
  }

  private hook(app: Celery): Celery {
    app.publishHooks = this.publishHooks
    return app
  }

  /** As the code has asked for them so far. */
  get publishHooks(): PublishHooks {
    return hooksOf(this.hooks)
  }

  private get asPort(): Omit<AppPort, 'configure' | 'hookPublishing'> {
    const onChild = (parentId: string, childId: string): void => this.children.add(parentId, childId)
    const onTree = (parentId: string, tree: WireValue): void => this.children.addTree(parentId, tree)
    return appPort({ app: this.current, nowMs: () => systemClock.nowMs(), canvas: this.canvas, onChild, onTree })
  }
}
