/** The app of a learner's process: its settings are those of the code, but where to connect comes from the lab. */
import { Celery } from '../../engine/app/celery.js'
import type { Log } from '../../engine/ports/log.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'

type Conf = Readonly<Record<string, unknown>>

/** As Celery: CELERY_BROKER_URL and CELERY_RESULT_BACKEND of the environment win over what the code says. */
export function learnerApp(environment: LearnerEnvironment, conf: Conf, log: Pick<Log, 'error' | 'warning'>): Celery {
  return new Celery(
    'app',
    {
      ...conf,
      ...(environment.brokerUrl === '' ? {} : { broker_url: environment.brokerUrl }),
      ...(environment.resultBackend === '' ? {} : { result_backend: environment.resultBackend }),
    },
    { log },
  )
}
