/** What the code of an app says, asked of a process that ends with the answer: its settings, its tasks, its schedule. */
import type { LogLevel } from '../../engine/ports/log-record.js'
import type { LoadResult, TaskLogRecord } from '../../engine/trace/task-runner.js'
import { freezeCode } from '../../python-host/frozen-code.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { createCodeRunner } from './code-runner.js'

export interface CodeToLoad {
  readonly environment: LearnerEnvironment
  /** `-A` */
  readonly appModule: string
  readonly loglevel: LogLevel
  readonly onLog: (record: TaskLogRecord) => Promise<void>
  readonly onImporting?: () => void
}

export async function loadCode(ask: CodeToLoad): Promise<LoadResult> {
  const code = await freezeCode(ask.environment.workdir)
  const runner = createCodeRunner({ ...ask, code, nodename: null, app: null })
  try {
    return await runner.load()
  } finally {
    await runner.close()
  }
}
