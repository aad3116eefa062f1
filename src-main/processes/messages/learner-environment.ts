/** What a process that runs learners' Python needs to know. Travels by IPC, never on a command line. */

export interface LearnerEnvironment {
  /** Folder with tasks.py, web.py …; copied into Python's file system at load. */
  readonly workdir: string
  /** `redis://:password@127.0.0.1:port/0`, through this process's own proxy. */
  readonly brokerUrl: string
  /** Another database of the same Redis, `…/1`; empty: CELERY_RESULT_BACKEND is not set. */
  readonly resultBackend: string
  /** What os.environ holds beside CELERY_BROKER_URL and CELERY_RESULT_BACKEND: MAIL_HOST, MAIL_PORT, API_URL, DB_URL, RESULT_STORE_URL. */
  readonly environ: Readonly<Record<string, string>>
  /** The only addresses that Python's sockets may reach, beside the Redis of the two URLs. */
  readonly services: readonly LabService[]
  /** Of a command line, which has no lab around it: the Redis that the code itself names may be reached as well. */
  readonly trustsCode?: boolean
  readonly snapshotFile: string
}

/**
 * A loopback service of the lab. Python code connects to host:port; the host's socket layer connects to `attributedPort`
 * instead and first writes one line of JSON, `{"pid", "taskId", "attempt"}`, so that the ledger knows who it was.
 * Anyone else (curl, an exported project on real Celery) uses `port` without that line.
 */
export interface LabService {
  readonly name: 'mail' | 'api' | 'db'
  readonly host: string
  readonly port: number
  readonly attributedPort: number
}
