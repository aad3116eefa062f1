/** Whether and how often a worker tries to connect again. Celery: broker_connection_retry and its kin, celery/app/defaults.py */

export interface ConnectionRetry {
  readonly onStartup: boolean
  /** The setting that decided it, for the log. */
  readonly startupSetting: 'broker_connection_retry_on_startup' | 'broker_connection_retry'
  readonly afterLoss: boolean
  /** null: for ever. */
  readonly maxRetries: number | null
}

export function connectionRetryOf(conf: Readonly<Record<string, unknown>>): ConnectionRetry {
  const afterLoss = conf['broker_connection_retry'] !== false
  const onStartup = conf['broker_connection_retry_on_startup']
  const maxRetries = conf['broker_connection_max_retries']
  return {
    // As Celery: None means as broker_connection_retry says
    onStartup: typeof onStartup === 'boolean' ? onStartup : afterLoss,
    startupSetting: typeof onStartup === 'boolean' ? 'broker_connection_retry_on_startup' : 'broker_connection_retry',
    afterLoss,
    maxRetries: maxRetries === undefined ? 100 : typeof maxRetries === 'number' ? maxRetries : null,
  }
}
