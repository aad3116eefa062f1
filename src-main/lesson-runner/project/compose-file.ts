/** compose.yaml of an exported project: the processes of the lab, each as one service. */
import { stringify } from 'yaml'
import { storesResults, type Topology } from '../../contract/topology.js'

/** What the learner's files use, by the names they read from the environment. */
export interface Needs {
  readonly database: boolean
  readonly hall: boolean
  readonly web: boolean
}

export function composeFile(topology: Topology, needs: Needs): string {
  const redis = 'redis://redis:6379/0'
  const environment = {
    CELERY_BROKER_URL: redis,
    ...(storesResults(topology) ? { CELERY_RESULT_BACKEND: redis } : {}),
    RESULT_STORE_URL: redis,
    MAIL_HOST: 'mail',
    MAIL_PORT: '1025',
    ...(needs.hall ? { API_URL: 'http://hall:8080' } : {}),
    ...(needs.database ? { DATABASE_FILE: '/data/harbour.sqlite' } : {}),
  }
  const ours = (command: readonly string[], more: object = {}): object => ({
    build: '.',
    command: [...command],
    environment,
    depends_on: ['redis', 'mail', ...(needs.hall ? ['hall'] : [])],
    ...(needs.database ? { volumes: ['data:/data'] } : {}),
    ...more,
  })
  const append = topology.redis?.appendOnly === true ? { command: ['redis-server', '--appendonly', 'yes'] } : {}
  const workers = topology.workers.map((worker) => [serviceName(worker.name), ours(workerCommand(worker))])
  return stringify({
    services: {
      redis: { image: 'redis:7', ...append },
      mail: { image: 'axllent/mailpit', ports: ['8025:8025'] },
      ...(needs.hall ? { hall: { build: '.', command: ['python', 'hall.py', '8080'] } } : {}),
      ...(needs.web ? { web: ours(webCommand(8000), { ports: ['8000:8000'] }) } : {}),
      ...Object.fromEntries(workers),
      ...(topology.beat === undefined ? {} : { beat: ours(beatCommand()) }),
    },
    ...(needs.database ? { volumes: { data: {} } } : {}),
  })
}

/** `worker@1` is the service `worker1` and the node `worker1@<host>`. */
function serviceName(worker: string): string {
  return worker.replace('@', '')
}

export function workerCommand(worker: Topology['workers'][number]): readonly string[] {
  const queues = worker.queues === undefined ? [] : ['--queues', worker.queues.join(',')]
  const name = ['--hostname', `${serviceName(worker.name)}@%h`]
  const size = ['--concurrency', String(worker.concurrency)]
  return ['celery', '-A', 'tasks', 'worker', ...name, ...size, ...queues, '--loglevel', 'INFO']
}

export function beatCommand(): readonly string[] {
  return ['celery', '-A', 'tasks', 'beat', '--loglevel', 'INFO']
}

/** One thread, as in the lab: a page that waits makes the next one wait. */
export function webCommand(port: number): readonly string[] {
  return ['gunicorn', 'web:app', '--bind', `0.0.0.0:${port}`]
}
