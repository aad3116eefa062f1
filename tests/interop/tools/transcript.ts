/**
 * What Celery's tools print, with everything made alike that may differ between two workers: names of the machine, numbers of
 * processes, times, and what Debian's 5.2.6 says otherwise than 5.6.3, which we follow (recordings 12 and 19 are 5.6.3's).
 */

/** Settings and facts that came after 5.2.6. */
const since526 = [
  'beat_cron_starting_deadline',
  'broker_channel_error_retry',
  'broker_connection_retry_on_startup',
  'broker_native_delayed_delivery_queue_type',
  'cassandra_bundle_path',
  'control_queue_durable',
  'control_queue_exclusive',
  'database_create_tables_at_setup',
  'event_queue_durable',
  'event_queue_exclusive',
  'gcs_base_path',
  'gcs_bucket',
  'gcs_project',
  'gcs_ttl',
  'security_key_password',
  'task_allow_error_cb_on_chord_header',
  'task_create_missing_queue_exchange_type',
  'task_create_missing_queue_type',
  'task_default_queue_type',
  'worker_detect_quorum_queues',
  'worker_disable_prefetch',
  'worker_enable_prefetch_count_reduction',
  'worker_enable_soft_shutdown_on_idle',
  'worker_eta_task_limit',
  'worker_soft_shutdown_timeout',
  'credential_provider',
  'implementation',
]

/** 5.2.6 leaves out what the environment gave (CELERY_BROKER_URL), or shows its default. */
const ofTheEnvironment = ['broker_url', 'result_backend']

const onlyOf563 = [...since526, ...ofTheEnvironment].join('|')

/** Numbers of one process, moment or machine. */
const numbers = [
  ...['pid', 'worker_pid', 'clock', 'port', 'uptime', 'time_start'],
  ...['idrss', 'inblock', 'isrss', 'ixrss', 'majflt', 'maxrss', 'minflt', 'msgrcv', 'msgsnd', 'nivcsw'],
  ...['nsignals', 'nswap', 'nvcsw', 'oublock', 'stime', 'utime'],
].join('|')

export function inspectedAlike(transcript: string): readonly string[] {
  return transcript
    .replaceAll(/(["'])redelivered\1: (null|None)/g, (_all, quote: string, none: string) =>
      none === 'null' ? `${quote}redelivered${quote}: false` : `${quote}redelivered${quote}: False`,
    ) // 5.2.6 knows no value for a message that came for the first time
    .replaceAll(/ *"database_engine_options": (?:"\*+"|\{[^}]*\}),?\n/g, '') // none of them before 5.4
    .replaceAll(new RegExp(`^ *"(?:${onlyOf563})": .*\\n`, 'gm'), '')
    .replaceAll(new RegExp(`, "(?:${onlyOf563})": (?:"[^"]*"|\\w+)(?=[,}])`, 'g'), '')
    .replaceAll(new RegExp(`(?<={)"(?:${onlyOf563})": (?:"[^"]*"|\\w+), `, 'g'), '')
    .replaceAll(new RegExp(`(["'])(${numbers})\\1: "?\\d[\\d.e-]*"?`, 'g'), '$1$2$1: N')
    .replaceAll(/"processes": \[\d+\]/g, '"processes": [N]')
    .replaceAll(/^( +)\d{2,},?$/gm, '$1N') // the processes of a pool, a line each
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00/g, 'TIME')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/tasks \{'([\w-]+)'\} flagged/g, 'tasks $1 flagged') // 5.6 shows Python's set
    .replaceAll('tasks set() flagged', 'tasks  flagged')
    .replaceAll(/ *software -> [^]*?settings -> .*\n/g, '') // of `inspect report`: ours is Node
    .replaceAll(/^ *(?:broker_url|result_backend|worker_disable_prefetch): .*\n/gm, '')
    .replaceAll(/include: \n? *[([](.*)[)\]]/g, 'include: $1') // a tuple before 5.3
    .replaceAll(/ImportError\(.*\)/g, 'ImportError(…)') // the objects that objgraph would draw are Python's
    .replaceAll(/ {2}File "[^]*?\n(?=\S)/g, '') // a traceback's frames
    .replaceAll(/(["'])celery\.app\.builtins\1(,\s+)\1tasks\1/g, '$1tasks$1$2$1celery.app.builtins$1') // made from a set
    .replaceAll(/,$/gm, '') // the last line of an object is another one now
    .split('\n')
}
