/** Celery's settings that only a worker reads: given to the app, looked at where they are used. Celery: celery/app/defaults.py */

export interface WorkerSettings {
  readonly task_acks_late?: boolean
  readonly task_acks_on_failure_or_timeout?: boolean
  readonly task_reject_on_worker_lost?: boolean
  readonly task_store_errors_even_if_ignored?: boolean
  readonly task_track_started?: boolean
  readonly task_default_rate_limit?: string | number | null
  /** Seconds. */
  readonly task_time_limit?: number | null
  /** Seconds. */
  readonly task_soft_time_limit?: number | null
  readonly worker_disable_rate_limits?: boolean
  readonly result_extended?: boolean
  /** null: as broker_connection_retry. */
  readonly broker_connection_retry_on_startup?: boolean | null
  /** 0: no limit. */
  readonly worker_prefetch_multiplier?: number
  readonly worker_disable_prefetch?: boolean
  readonly worker_eta_task_limit?: number | null
  readonly worker_enable_prefetch_count_reduction?: boolean
  readonly worker_cancel_long_running_tasks_on_connection_loss?: boolean
  readonly worker_send_task_events?: boolean
  /** `prefork` or `solo`, as the code wants it. */
  readonly worker_pool?: string
  /** Of a pool of processes; null: as many as come. */
  readonly worker_max_tasks_per_child?: number | null
  /** Kibibytes. */
  readonly worker_max_memory_per_child?: number | null
  /** Seconds that a cold stop waits; 0: not at all. */
  readonly worker_soft_shutdown_timeout?: number
}
