/** What the menus at the stations offer: what can be broken there, and how a worker is started and stopped. */
import type { FaultOrder } from '../../src-main/contract/fault-orders.js'
import type { ApiSettings, MailSettings } from '../../src-main/contract/topology.js'
import type { LabView, LearnerAction, ProcessView } from '../../src-main/contract/views.js'
import { faultCards, MAIL_DELAYS_MS, redisCards, sayShare } from '../words/say-fault.js'
import { sayDuration } from '../words/say-task.js'

export interface MenuEntry {
  readonly key: string
  readonly title: string
  readonly note: string
  readonly danger: boolean
  readonly blocked: string | null
  readonly press: () => void
}

export function workerBreakItems(worker: ProcessView, fault: (order: FaultOrder) => void): readonly MenuEntry[] {
  const children = worker.children.map((child) => ({
    key: `kill ${String(child.pid)}`,
    title: `kill -9 ${String(child.pid)}`,
    note: `${child.label}, ${child.state === 'busy' ? 'running a task' : 'idle'}; the pool replaces it`,
    danger: true,
    blocked: null,
    press: () => fault({ kind: 'kill-child', worker: worker.name, pid: child.pid }),
  }))
  const tree: MenuEntry = {
    key: 'kill-worker',
    title: `kill -9 ${worker.name}`,
    note: 'the whole process tree, children too',
    danger: true,
    blocked: null,
    press: () => fault({ kind: 'kill-worker', worker: worker.name }),
  }
  return [tree, ...children]
}

/** While a warm stop waits for a task that does not end, the one thing left to do is to stop without waiting. */
export function workerItems(
  worker: ProcessView,
  act: (action: LearnerAction) => void,
  stopCold: (worker: string) => void,
): readonly MenuEntry[] {
  const { name } = worker
  const plain = { danger: false, blocked: null }
  if (worker.state === 'stopping') {
    const note = 'does not wait for the running tasks'
    return [{ key: 'cold', title: 'Stop now (cold)', note, danger: true, blocked: null, press: () => stopCold(name) }]
  }
  const restart = { key: 'restart', title: 'Restart', note: 'warm stop, then a fresh start with the saved code' }
  const stop = { key: 'stop', title: 'Stop (warm)', note: 'finishes running tasks, takes no new ones' }
  return [
    { ...restart, ...plain, press: () => act({ do: 'restart-worker', worker: name }) },
    { ...stop, ...plain, press: () => act({ do: 'stop-worker', worker: name }) },
  ]
}

export function resultBreakItems(fault: (order: FaultOrder) => void): readonly MenuEntry[] {
  return [
    {
      key: 'flush-results',
      title: 'Flush result store',
      note: 'every record is deleted; messages and running tasks are not touched',
      danger: true,
      blocked: null,
      press: () => fault({ kind: 'flush-results' }),
    },
  ]
}

export function redisBreakItems(lab: LabView, fault: (order: FaultOrder) => void): readonly MenuEntry[] {
  return redisCards(lab).map(({ order, title, note, danger, blocked }) => ({
    key: title,
    title,
    note,
    danger,
    blocked,
    press: () => fault(order),
  }))
}

export function beatBreakItems(lab: LabView, fault: (order: FaultOrder) => void): readonly MenuEntry[] {
  return faultCards(lab)
    .filter((card) => card.station === 'beat')
    .map(({ order, title, note, danger, blocked }) => {
      return { key: order.kind, title, note, danger, blocked, press: () => fault(order) }
    })
}

export function beatItems(act: (action: LearnerAction) => void): readonly MenuEntry[] {
  const plain = { danger: false, blocked: null }
  const restart = { key: 'restart', title: 'Restart', note: 'reads the schedule of the saved code' }
  const stop = { key: 'stop', title: 'Stop', note: 'saves when each entry ran last' }
  return [
    { ...restart, ...plain, press: () => act({ do: 'restart-beat' }) },
    { ...stop, ...plain, press: () => act({ do: 'stop-beat' }) },
  ]
}

export function mailBreakItems(mail: MailSettings, fault: (order: FaultOrder) => void): readonly MenuEntry[] {
  const speeds = MAIL_DELAYS_MS.filter((delayMs) => delayMs !== mail.delayMs).map((delayMs) => ({
    key: `delay ${String(delayMs)}`,
    title: delayMs === 0 ? 'Full speed' : `Slow: ${sayDuration(delayMs)} a mail`,
    note: delayMs === 0 ? 'takes each mail at once' : 'accepts, but makes the sender wait',
    danger: false,
    blocked: null,
    press: () => fault({ kind: 'slow-mail', delayMs }),
  }))
  const power: MenuEntry = mail.running
    ? {
        key: 'stop',
        title: 'Stop mail server',
        note: 'refuses connections',
        danger: true,
        blocked: null,
        press: () => fault({ kind: 'stop-mail' }),
      }
    : {
        key: 'start',
        title: 'Start mail server',
        note: 'listens again on the same port',
        danger: false,
        blocked: null,
        press: () => fault({ kind: 'start-mail' }),
      }
  return [power, ...speeds]
}

const API_TROUBLES: readonly { readonly title: string; readonly note: string; readonly order: FaultOrder }[] = [
  { title: 'Flaky API', note: `503 for ${sayShare(0.5)}`, order: { kind: 'flaky-api', failureRate: 0.5 } },
  {
    title: 'Slow API: 60 s a call',
    note: 'takes the call and does not answer',
    order: { kind: 'slow-api', latencyMs: 60_000 },
  },
  { title: 'API limit: 5 calls a second', note: '429 for more', order: { kind: 'limit-api', perSecond: 5 } },
]

/** What is wrong with the seat-map API can be ended, what is not wrong can begin. */
export function apiBreakItems(api: ApiSettings, fault: (order: FaultOrder) => void): readonly MenuEntry[] {
  const item = (title: string, note: string, order: FaultOrder, danger = false): MenuEntry => ({
    key: `api ${title}`,
    title,
    note,
    danger,
    blocked: null,
    press: () => fault(order),
  })
  const power = api.running
    ? item('Stop seat-map API', 'refuses connections', { kind: 'stop-api' }, true)
    : item('Start seat-map API', 'listens again on the same port', { kind: 'start-api' })
  const ends = [
    ...(api.failureRate > 0 ? [item('API answers again', 'no more 503', { kind: 'flaky-api', failureRate: 0 })] : []),
    ...(api.latencyMs >= 1_000
      ? [item('API at full speed', 'answers at once', { kind: 'slow-api', latencyMs: 0 })]
      : []),
    ...(api.limitPerSecond > 0
      ? [item('API without a limit', 'no more 429', { kind: 'limit-api', perSecond: 0 })]
      : []),
  ]
  return [power, ...ends, ...API_TROUBLES.map(({ title, note, order }) => item(title, note, order))]
}
