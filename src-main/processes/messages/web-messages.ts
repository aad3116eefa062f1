/** What crosses between the lab and the web process (src-main/processes/web.ts): the learner's web.py behind a real HTTP port. */
import type { Problem } from '../../contract/problem.js'
import type { LearnerEnvironment } from './learner-environment.js'

export type LabToWeb =
  /** `port` 0: any free one. `appModule` is `web`, its callable `app` (WSGI). */
  | {
      readonly kind: 'start'
      readonly environment: LearnerEnvironment
      readonly appModule: string
      readonly port: number
    }
  | { readonly kind: 'stop' }

export type WebToLab =
  /** Python is up; from now on it is the learner's files that take their time. */
  | { readonly kind: 'importing' }
  | { readonly kind: 'ready'; readonly port: number; readonly fingerprint: string }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly fingerprint: string }
  /** When the request's first byte arrived. */
  | { readonly kind: 'request'; readonly requestId: string; readonly method: string; readonly path: string }
  /** `durationMs` from the request's arrival to the response's last byte: waiting for the single thread included. */
  | {
      readonly kind: 'response'
      readonly requestId: string
      readonly method: string
      readonly path: string
      readonly status: number
      readonly durationMs: number
      /** What a visitor reads, when the body is text. */
      readonly text?: string
    }
