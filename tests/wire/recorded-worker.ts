/** A worker as a recording's command line asks for it, in this process or in one of its own: what a replay needs to know of it. */
export interface RecordedWorker {
  /** Warm, cold, or gone at once. */
  signal(name: string): Promise<void>
  log(): string
  /** Ends it, however it is. */
  stop(): Promise<void>
}

export interface WorkerOrder {
  /** `worker`, `workerA` */
  readonly role: string
  readonly nodename: string
  readonly concurrency: number
  readonly taskEvents: boolean
  readonly queues: readonly string[] | null
  readonly prefetchMultiplier: number | null
  readonly timeLimit: number | null
  readonly softTimeLimit: number | null
  /** false with --without-mingle and its like. */
  readonly social: boolean
  /** What follows `worker`, as it was given. */
  readonly args: string
}

/** `start workerA: /usr/bin/python3 -m celery -A tasks worker --loglevel=INFO -c 1 -n a@%h` */
export function readOrder(step: string): WorkerOrder | null {
  const [, role, args] = /^start ([\w-]+): .* worker (.*)$/.exec(step) ?? []
  if (role === undefined || args === undefined) return null
  const option = (pattern: RegExp): string | null => pattern.exec(args)?.[1] ?? null
  const numeric = (pattern: RegExp): number | null => (option(pattern) === null ? null : Number(option(pattern)))
  return {
    role,
    nodename: (option(/-n (\S+)/) ?? 'celery@%h').replace('%h', 'host'),
    concurrency: numeric(/-c (\d+)/) ?? 1,
    taskEvents: / -E\b/.test(args),
    queues: option(/-Q (\S+)/)?.split(',') ?? null,
    prefetchMultiplier: numeric(/--prefetch-multiplier=(\d+)/),
    timeLimit: numeric(/(?<!soft)-time-limit=(\d+)/),
    softTimeLimit: numeric(/--soft-time-limit=(\d+)/),
    social: !args.includes('--without-gossip'),
    args,
  }
}
