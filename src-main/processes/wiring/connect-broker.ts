/** What a worker connects to once its code is loaded: the channel and the backend of the learner's app. */
import { callReceived } from '../../engine/app/apply-signature.js'
import { brokerUrlFor, channelFor } from '../../engine/app/open-broker.js'
import { disabledBackend } from '../../engine/result-backend/disabled-backend.js'
import { acceptedTypes } from '../../engine/serialization/registry.js'
import type { Log } from '../../engine/ports/log.js'
import type { Broker } from '../../engine/worker/worker-parts.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { learnerApp } from './learner-app.js'

export function connectBroker(
  environment: LearnerEnvironment,
  conf: Readonly<Record<string, unknown>>,
  log: Log,
): Broker {
  const app = learnerApp(environment, conf, log)
  const resultsUrl = app.conf.result_backend
  const isOne = brokerUrlFor('read', app.conf) === brokerUrlFor('write', app.conf)
  return {
    channel: isOne ? app.channel : channelFor(app.conf, app.queues, { ...app.ports, log }, 'read'),
    backend: resultsUrl === null ? disabledBackend : app.backend,
    transportUrl: app.conf.broker_url ?? '',
    resultsUrl: resultsUrl ?? 'disabled://',
    queues: app.queues,
    acceptContent: acceptedTypes(app.conf.accept_content),
    callTask: (signature) => callReceived(signature, { app, uuid: () => app.ports.ids.uuid() }),
  }
}
