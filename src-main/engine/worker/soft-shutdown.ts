/**
 * How long a cold stop lets what runs go on. As Celery: not at all while nothing runs, unless the app asks for it
 * (`worker_enable_soft_shutdown_on_idle`). Celery: celery/worker/worker.py (wait_for_soft_shutdown)
 */
export function softShutdownSeconds(conf: Readonly<Record<string, unknown>>, running: number): number {
  const seconds = conf['worker_soft_shutdown_timeout']
  if (typeof seconds !== 'number' || seconds <= 0) return 0
  return running > 0 || conf['worker_enable_soft_shutdown_on_idle'] === true ? seconds : 0
}
