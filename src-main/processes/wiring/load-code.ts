/** What the code of an app says, asked of a Python that ends with the answer: its settings, its tasks, its schedule. */
import { dirname, join } from 'node:path'
import type { LogLevel } from '../../engine/ports/log.js'
import type { AppPort, LoadResult, TaskLogRecord } from '../../engine/trace/task-runner.js'
import { createPythonRunner } from '../../python-host/python-runner.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'

export interface CodeToLoad {
  readonly environment: LearnerEnvironment
  /** `-A` */
  readonly appModule: string
  readonly loglevel: LogLevel
  readonly onLog: (record: TaskLogRecord) => Promise<void>
}

export async function loadCode(ask: CodeToLoad): Promise<LoadResult> {
  const threadFile = join(dirname(process.argv[1] ?? '.'), 'python-thread.cjs')
  const runner = createPythonRunner({ ...ask, threadFile, app: noAppYet })
  try {
    return await runner.load()
  } finally {
    await runner.close()
  }
}

/** Code that sends a task while it is imported, before anybody knows the broker. */
const noAppYet: AppPort = {
  configure: () => Promise.resolve(),
  sendTask: refuse,
  resultMeta: refuse,
  waitForResult: refuse,
  storeState: refuse,
  forget: refuse,
  sendCanvas: refuse,
  freeze: refuse,
  saveGroup: refuse,
  savedGroup: refuse,
  deleteGroup: refuse,
  enlargeChord: refuse,
  broadcast: refuse,
  purge: refuse,
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('the broker is not known while the code is imported; nothing was sent'))
}
