/** The app inside a pool process: for now its backend only; what tasks send comes with engine/app. */
import type { AppPort } from '../../engine/trace/task-runner.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { devBackend } from './connect-broker.js'
export class LazyApp {
  readonly backend: any
  readonly port = {} as AppPort
  constructor(e: LearnerEnvironment, _c: unknown) { this.backend = devBackend(e.resultBackend) }
  configure(_c: unknown): void {}
  close(): Promise<void> { return this.backend.close() }
}
