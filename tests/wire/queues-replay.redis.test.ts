/** 16: what a worker takes from several queues and in which order, and how much it holds under each prefetch setting. */
import { afterAll, describe, test } from 'vitest'
import { stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import { startRedisServer } from '../support/redis-server.js'
import { bodyOf, type Fact } from './facts.js'
import { sameAsRecorded, type SameOptions } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

const order = (name: string): SameOptions => ({ conf: { broker_transport_options: { queue_order_strategy: name } } })

/** The answer of `inspect scheduled`. */
function isScheduled({ kind, value }: Fact): boolean {
  return kind === 'reply' && stringifyJson(bodyOf(value as WireObject)).includes('"eta"')
}

const scenarios: Readonly<Record<string, SameOptions>> = {
  'prefetch-m4-c2': {},
  'prefetch-m0-c2': {},
  'prefetch-m1-c2': {
    without: isScheduled, // there the window was not yet wider for the second eta message
    // looked at between two tasks: how many it holds is compared, not which
    uncomparedKeys: (key, label) => label.startsWith('2 processes') && (key === 'celery' || key === 'unacked'),
  },
  'prefetch-m1-c2-late': {},
  'prefetch-m1-c2-late-Ofair': {},
  'prefetch-conf0-c2': { conf: { worker_prefetch_multiplier: 0 } },
  'prefetch-disable-prefetch': { conf: { worker_disable_prefetch: true } },
  'prefetch-eta-limit': { conf: { worker_eta_task_limit: 2 } },
  'Q-a-b': {},
  'order-priority': order('priority'),
  'order-round_robin': order('round_robin'),
  'order-sorted': order('sorted'),
  'priority-default': {},
  'priority-steps': {
    conf: { broker_transport_options: { priority_steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], sep: ':' } },
  },
}

describe('16-queues-5.6.3', () => {
  test.each(Object.entries(scenarios))('%s', (folder, options) =>
    sameAsRecorded(server, `16-queues-5.6.3/${folder}`, { patienceSeconds: 60, ...options }),
  )
})
