/** What a task says of its retries when it is defined. Celery: celery/app/task.py, celery/app/autoretry.py */

export interface RetryTaskOptions {
  /** null: without end. */
  readonly maxRetries?: number | null
  /** Seconds. */
  readonly defaultRetryDelay?: number
  /** true is 1: seconds of the first wait, doubled each time. */
  readonly retryBackoff?: boolean | number
  readonly retryBackoffMax?: number
  readonly retryJitter?: boolean
}
