/** `inspect stats`: counts, pool, broker and resources of a worker. Celery: celery/worker/worker.py (stats), celery/concurrency/asynpool.py (human_write_stats) */
import { implementations, type PoolKind } from '../pool/pool-kind.js'
import type { PoolMember } from '../pool/prefork.js'
import { PyFloat, type WireObject, type WireValue } from '../serialization/wire-value.js'

export interface StatsFacts {
  readonly totals: ReadonlyMap<string, number>
  readonly pid: number
  readonly clock: number
  readonly uptimeSeconds: number
  readonly pool: {
    readonly kind: PoolKind
    readonly size: number
    readonly processes: readonly PoolMember[]
    readonly writes: readonly number[]
    readonly maxTasksPerChild: number | null
    readonly timeouts: readonly [soft: number | null, hard: number | null]
  }
  readonly brokerUrl: string
  readonly transportOptions: WireValue
  readonly connectTimeoutSeconds: WireValue
  readonly prefetchCount: number
  readonly autoscaler: WireObject | null
}

export function workerStats(facts: StatsFacts): WireObject {
  return {
    total: Object.fromEntries(facts.totals),
    pid: facts.pid,
    clock: String(facts.clock),
    uptime: Math.round(facts.uptimeSeconds),
    pool: poolStats(facts.pool, facts.pid),
    broker: brokerInfo(facts),
    prefetch_count: facts.prefetchCount,
    rusage: resourceUsage(),
    ...(facts.autoscaler ? { autoscaler: facts.autoscaler } : {}),
  }
}

function poolStats(
  { kind, size, processes, writes, maxTasksPerChild, timeouts }: StatsFacts['pool'],
  pid: number,
): WireObject {
  const [soft, hard] = timeouts
  const known = { implementation: implementations[kind], 'max-concurrency': size }
  if (kind === 'threads') return { ...known, threads: writes.length } // As Python's executor: begun when they are needed
  if (kind === 'solo') {
    return {
      ...known,
      'max-concurrency': 1,
      processes: [pid],
      'max-tasks-per-child': null,
      'put-guarded-by-semaphore': true,
      timeouts: [],
    }
  }
  return {
    ...known,
    processes: processes.map(({ pid }) => pid),
    'max-tasks-per-child': maxTasksPerChild ?? 'N/A',
    'put-guarded-by-semaphore': false,
    timeouts: [soft ?? 0, hard ?? 0],
    writes: writeStats(writes, processes.length),
  }
}

/** As Celery: only places that were given something are counted, and those of processes that have gone. */
function writeStats(counts: readonly number[], processes: number): WireObject {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const share = (count: number): string => (count ? count / total : 0).toFixed(2)
  return {
    total,
    avg: share(counts.length > 0 ? total / counts.length : 0),
    all: counts.map(share).join(', '),
    raw: counts.join(', '),
    strategy: 'fair',
    inqueues: { total: processes, active: 0 },
  }
}

function brokerInfo({ brokerUrl, transportOptions, connectTimeoutSeconds }: StatsFacts): WireObject {
  const [first = ''] = brokerUrl.split(';')
  const url = URL.canParse(first) ? new URL(first) : null
  const transport = first.replace(/:.*/, '')
  return {
    hostname: url?.hostname ? decodeURIComponent(url.hostname) : null,
    userid: url?.username ? decodeURIComponent(url.username) : null,
    virtual_host: url?.pathname.replace(/^\//, '') || '0',
    port: url?.port ? Number(url.port) : 6379,
    insist: false,
    ssl: transport === 'rediss',
    transport,
    connect_timeout: connectTimeoutSeconds,
    transport_options: transportOptions,
    login_method: null,
    uri_prefix: null,
    heartbeat: new PyFloat(120),
    failover_strategy: 'round-robin',
    alternates: [],
    credential_provider: null,
  }
}

/** Python's resource.getrusage() of the worker's own process. */
function resourceUsage(): WireObject {
  const usage = process.resourceUsage()
  return {
    utime: new PyFloat(usage.userCPUTime / 1e6),
    stime: new PyFloat(usage.systemCPUTime / 1e6),
    maxrss: usage.maxRSS,
    ixrss: usage.sharedMemorySize,
    idrss: usage.unsharedDataSize,
    isrss: usage.unsharedStackSize,
    minflt: usage.minorPageFault,
    majflt: usage.majorPageFault,
    nswap: usage.swappedOut,
    inblock: usage.fsRead,
    oublock: usage.fsWrite,
    msgsnd: usage.ipcSent,
    msgrcv: usage.ipcReceived,
    nsignals: usage.signalsCount,
    nvcsw: usage.voluntaryContextSwitches,
    nivcsw: usage.involuntaryContextSwitches,
  }
}
