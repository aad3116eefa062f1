/** Every fault in a few words, as the timeline and the trace say it, and which of them cost something. */
import type { FaultOrder } from '../../src-main/contract/fault-orders.js'
import { sayDuration } from './say-task.js'

/** What ends a process or drops what is stored: it cannot be taken back, so its button is red wherever it stands. */
const DANGEROUS: readonly FaultOrder['kind'][] = [
  'kill-worker',
  'kill-child',
  'kill-web',
  'kill-beat',
  'stop-redis',
  'bounce-redis',
  'flush-results',
]

export function isDangerous(order: FaultOrder): boolean {
  return DANGEROUS.includes(order.kind)
}

/** `half of the calls` is what a learner sees happen; chance has no memory, so it is never exactly so. */
export function sayShare(share: number): string {
  return share >= 1 ? 'every call' : `about ${String(Math.round(share * 100))} % of the calls`
}

export function sayFault(order: FaultOrder): string {
  switch (order.kind) {
    case 'kill-worker':
      return `kill -9 ${order.worker}`
    case 'kill-child':
      if (order.at === 'after-effect') return `kill -9 a child of ${order.worker} right after its next mail`
      return order.pid === undefined
        ? `kill one child of ${order.worker}`
        : `kill -9 ${String(order.pid)}, a child of ${order.worker}`
    case 'kill-web':
      return 'kill -9 the web app'
    case 'slow-mail':
      return order.delayMs === 0
        ? 'mail server at full speed'
        : `mail server takes ${sayDuration(order.delayMs)} a mail`
    case 'stop-mail':
      return 'mail server stopped'
    case 'start-mail':
      return 'mail server started'
    case 'flush-results':
      return 'result store emptied'
    case 'slow-api':
      return order.latencyMs === 0
        ? 'seat-map API at full speed'
        : `seat-map API takes ${sayDuration(order.latencyMs)} a call`
    case 'flaky-api':
      return order.failureRate === 0 ? 'seat-map API answers' : `seat-map API fails ${sayShare(order.failureRate)}`
    case 'limit-api':
      return order.perSecond === 0
        ? 'seat-map API takes every call'
        : `seat-map API takes ${String(order.perSecond)} calls a second`
    case 'stop-api':
      return 'seat-map API stopped'
    case 'start-api':
      return 'seat-map API started'
    case 'slow-commit':
      return order.delayMs === 0
        ? 'database commits at full speed'
        : `each database commit takes ${sayDuration(order.delayMs)}`
    case 'stop-redis':
      return `Redis away for ${sayDuration(order.forMs)}, ${order.keepData ? 'its data kept on disk' : 'nothing kept on disk'}`
    case 'start-redis':
      return 'Redis started'
    case 'bounce-redis':
      return `Redis stopped and started ${order.times === 1 ? 'once' : `${String(order.times)} times`}`
    case 'deaf-monitor':
      return `monitor hears nothing for ${sayDuration(order.forMs)}`
    case 'kill-beat':
      return 'kill -9 beat'
    case 'duplicate-beat':
      return 'a second beat'
    case 'end-duplicate-beat':
      return 'the second beat ended'
  }
}
