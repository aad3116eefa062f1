/** A Python runner over files given as text, in a folder of its own; what it logs and sends is kept for the test to read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type {
  AppPort,
  LoadResult,
  TaskLogRecord,
  TaskOutcome,
  TaskRunner,
} from '../../src-main/engine/trace/task-runner.js'
import type { LabService, LearnerEnvironment } from '../../src-main/processes/messages/learner-environment.js'
import { outputAsRecords } from '../../src-main/processes/wiring/code-runner.js'
import { createPythonRunner } from '../../src-main/python-host/python-runner.js'
import { entriesFolder, entry } from '../support/entries.js'

/** Made by `npm run build`, beside the entries. */
export const snapshotFile = resolve(entriesFolder(), '../python/snapshot.bin')

/** The beginning of most task files. */
export const head = `import os, sys, time\nfrom celery import Celery\napp = Celery('tasks')\n`

type SendAsk = Parameters<AppPort['sendTask']>[0]
export type Sent = Omit<SendAsk, 'optionsJson'> & { readonly options: unknown }

export function workspace(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'python-host-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

export function environmentOf(workdir: string, more: Partial<LearnerEnvironment> = {}): LearnerEnvironment {
  const broker = 'redis://127.0.0.1:1/0'
  return { workdir, brokerUrl: broker, resultBackend: broker, environ: {}, services: [], snapshotFile, ...more }
}

export class PythonForTests {
  readonly logs: TaskLogRecord[] = []
  readonly sent: Sent[] = []
  readonly exits: number[] = []
  readonly configured: Readonly<Record<string, unknown>>[] = []
  readonly runner: TaskRunner
  readonly #folder: string

  constructor(
    files: Readonly<Record<string, string | Uint8Array>>,
    options: {
      readonly services?: readonly LabService[]
      readonly environ?: Readonly<Record<string, string>>
      readonly brokerUrl?: string
      readonly app?: Partial<AppPort>
      readonly onLog?: (record: TaskLogRecord) => Promise<void>
    } = {},
  ) {
    this.#folder = workspace(files)
    const unexpected = (): never => {
      throw new Error('this test expects no such call')
    }
    const onLog = options.onLog ?? (async (record: TaskLogRecord) => void this.logs.push(record))
    this.runner = createPythonRunner({
      environment: environmentOf(this.#folder, {
        services: options.services ?? [],
        environ: options.environ ?? {},
        ...(options.brokerUrl === undefined ? {} : { brokerUrl: options.brokerUrl, resultBackend: options.brokerUrl }),
      }),
      appModule: 'tasks',
      include: [],
      nodename: null,
      processName: 'MainProcess',
      terminal: false,
      threadFile: entry('python-thread'),
      loglevel: 'INFO',
      app: {
        sendTask: async ({ optionsJson, ...ask }) => {
          this.sent.push({ ...ask, options: JSON.parse(optionsJson) as unknown })
          return { taskId: `sent-${this.sent.length}` }
        },
        configure: async (conf) => void this.configured.push(conf),
        resultMeta: unexpected,
        waitForResult: unexpected,
        waitForResults: unexpected,
        storeState: unexpected,
        forget: unexpected,
        sendCanvas: unexpected,
        freeze: unexpected,
        saveGroup: unexpected,
        savedGroup: unexpected,
        deleteGroup: unexpected,
        enlargeChord: unexpected,
        broadcast: unexpected,
        purge: unexpected,
        hookPublishing: unexpected,
        ...options.app,
      },
      onLog,
      onOutput: outputAsRecords(onLog),
      onPythonExit: (code) => void this.exits.push(code),
    })
  }

  load(): Promise<LoadResult> {
    return this.runner.load()
  }

  /** Arguments as JSON text where JavaScript cannot say them (`NaN`, big integers), else as values. */
  run(
    name: string,
    args: readonly unknown[] | string = [],
    request: Readonly<Record<string, unknown>> = {},
  ): Promise<TaskOutcome> {
    return this.runner.run({
      taskName: `tasks.${name}`,
      argsJson: typeof args === 'string' ? args : JSON.stringify(args),
      kwargsJson: '{}',
      requestJson: JSON.stringify({
        id: 'id-1',
        task: `tasks.${name}`,
        root_id: 'id-1',
        parent_id: null,
        retries: 0,
        hostname: 'celery@test',
        delivery_info: { exchange: '', routing_key: 'celery', priority: 0, redelivered: false },
        ...request,
      }),
    })
  }

  /** The value of a task that succeeds. */
  async value(name: string, args: readonly unknown[] | string = []): Promise<unknown> {
    const outcome = await this.run(name, args)
    if (outcome.kind !== 'success') throw new Error(JSON.stringify(outcome, null, 1))
    return JSON.parse(outcome.resultJson)
  }

  async close(): Promise<void> {
    await this.runner.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
