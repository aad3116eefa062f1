/** What the menus at the stations offer: what can be broken there, and how a worker and beat are started and stopped. */
import type { FaultOrder } from '../../src-main/contract/fault-orders.js'
import type { LearnerAction, ProcessView } from '../../src-main/contract/views.js'
import type { FaultCard } from '../words/fault-cards.js'

export interface MenuEntry {
  readonly key: string
  readonly title: string
  readonly note: string
  readonly danger: boolean
  readonly blocked: string | null
  readonly press: () => void
}

export function breakItems(cards: readonly FaultCard[], fault: (order: FaultOrder) => void): readonly MenuEntry[] {
  return cards.map(({ order, title, note, danger, blocked }) => {
    return { key: title, title, note, danger, blocked, press: () => fault(order) }
  })
}

/** At the worker itself each child can be chosen by its pid. */
export function workerBreakItems(worker: ProcessView, fault: (order: FaultOrder) => void): readonly MenuEntry[] {
  const kill = { danger: true, blocked: null }
  const tree: MenuEntry = {
    ...kill,
    key: 'kill-worker',
    title: `kill -9 ${worker.name}`,
    note: 'the whole process tree, children too',
    press: () => fault({ kind: 'kill-worker', worker: worker.name }),
  }
  const children = worker.children.map((child) => ({
    ...kill,
    key: `kill ${String(child.pid)}`,
    title: `kill -9 ${String(child.pid)}`,
    note: `${child.label}, ${child.state === 'busy' ? 'running a task' : 'idle'}; the pool replaces it`,
    press: () => fault({ kind: 'kill-child', worker: worker.name, pid: child.pid }),
  }))
  return [tree, ...children]
}

/** While a warm stop waits for a task that does not end, the one thing left to do is to stop without waiting. */
export function workerItems(worker: ProcessView, act: (action: LearnerAction) => void): readonly MenuEntry[] {
  const { name } = worker
  const plain = { danger: false, blocked: null }
  if (worker.state === 'stopping') {
    const cold = { key: 'cold', title: 'Stop now (cold)', note: 'does not wait for the running tasks' }
    const press = (): void => act({ do: 'stop-worker', worker: name, how: 'cold' })
    return [{ ...cold, danger: true, blocked: null, press }]
  }
  const restart = { key: 'restart', title: 'Restart', note: 'warm stop, then a fresh start with the saved code' }
  const stop = { key: 'stop', title: 'Stop (warm)', note: 'finishes running tasks, takes no new ones' }
  return [
    { ...restart, ...plain, press: () => act({ do: 'restart-worker', worker: name }) },
    { ...stop, ...plain, press: () => act({ do: 'stop-worker', worker: name }) },
  ]
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
