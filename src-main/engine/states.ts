/** Task states and the sets Celery sorts them into. Celery: celery/states.py */

export const PENDING = 'PENDING'
export const RECEIVED = 'RECEIVED'
export const STARTED = 'STARTED'
export const SUCCESS = 'SUCCESS'
export const FAILURE = 'FAILURE'
export const REVOKED = 'REVOKED'
/** Seen in events only, never stored. */
export const REJECTED = 'REJECTED'
export const RETRY = 'RETRY'
export const IGNORED = 'IGNORED'

/** The task has ended: there is a result, or an exception in its place. */
export const readyStates: ReadonlySet<string> = new Set([SUCCESS, FAILURE, REVOKED])
/** `AsyncResult.get()` raises it. */
export const propagateStates: ReadonlySet<string> = new Set([FAILURE, REVOKED])
