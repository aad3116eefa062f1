/** The facts of one task → the bars of its trace: queue, unacked, held, child, on one clock, delivery by delivery. */
import type { FeedItem } from '../../src-main/contract/feed.js'

export interface TraceBar {
  readonly row: string
  readonly kind: 'queue' | 'unacked' | 'held' | 'child' | 'result' | 'mail' | 'lost'
  readonly startMs: number
  /** Null while it lasts. */
  readonly endMs: number | null
  readonly text: string
}

export interface TraceRow {
  readonly label: string
  readonly bars: readonly (TraceBar & { readonly left: number; readonly width: number })[]
}

export function traceBars(items: readonly FeedItem[]): readonly TraceBar[] {
  const bars: TraceBar[] = []
  const open = (bar: Omit<TraceBar, 'endMs'>): number => bars.push({ ...bar, endMs: null })
  const close = (match: (bar: TraceBar) => boolean, atMs: number): void => {
    const at = bars.findIndex((bar) => bar.endMs === null && match(bar))
    const bar = bars[at]
    if (bar !== undefined) bars[at] = { ...bar, endMs: atMs }
  }
  const moment = (bar: Omit<TraceBar, 'endMs'>): number => bars.push({ ...bar, endMs: bar.startMs })
  let childPid: number | null = null
  for (const { fact, atMs } of items) {
    switch (fact.kind) {
      case 'message-published':
        open({ row: 'queue', kind: 'queue', startMs: atMs, text: `in ${fact.queue}` })
        break
      case 'message-reserved':
        close((bar) => bar.kind === 'queue', atMs)
        open({ row: 'unacked', kind: 'unacked', startMs: atMs, text: `unacked, taken by ${fact.by}` })
        break
      case 'message-acked':
        close((bar) => bar.kind === 'unacked', atMs)
        break
      case 'message-restored':
        close((bar) => bar.kind === 'unacked', atMs)
        open({ row: 'queue', kind: 'queue', startMs: atMs, text: `back in ${fact.queue}` })
        break
      case 'task-event':
        if (fact.type === 'task-received')
          open({ row: 'held', kind: 'held', startMs: atMs, text: `held by ${fact.hostname}` })
        break
      case 'slot':
        if (fact.taskId === null) {
          close((bar) => bar.kind === 'child', atMs)
          break
        }
        childPid = fact.pid
        close((bar) => bar.kind === 'held', atMs)
        open({
          row: `pid ${String(fact.pid)}`,
          kind: 'child',
          startMs: atMs,
          text: `ran in pid ${String(fact.pid)} of ${fact.worker}`,
        })
        break
      case 'process-exited':
        if (fact.pid !== childPid && fact.role !== 'worker') break
        if (bars.some((bar) => bar.kind === 'child' && bar.endMs === null)) {
          close((bar) => bar.kind === 'child', atMs)
          moment({
            row: `pid ${String(childPid)}`,
            kind: 'lost',
            startMs: atMs,
            text: `ended by ${fact.signal ?? `code ${String(fact.code)}`}`,
          })
        }
        break
      case 'result-stored':
        moment({ row: 'result', kind: 'result', startMs: atMs, text: fact.state })
        break
      case 'ledger-row':
        moment({ row: fact.effect, kind: 'mail', startMs: atMs, text: fact.summary })
        break
      default:
        break
    }
  }
  return bars
}

/** The facts that concern one task: those that name it, its children's freed slots, and the ends of processes while it ran. */
export function itemsOfTask(items: readonly FeedItem[], taskId: string): readonly FeedItem[] {
  const found: FeedItem[] = []
  const pids = new Set<number>()
  for (const item of items) {
    const { fact } = item
    if (fact.kind === 'slot') {
      const mine = fact.taskId === taskId
      if (mine || (fact.taskId === null && pids.has(fact.pid))) found.push(item)
      if (mine) pids.add(fact.pid)
      else pids.delete(fact.pid)
    } else if (fact.kind === 'process-exited') {
      if (pids.has(fact.pid) || (fact.role === 'worker' && pids.size > 0)) found.push(item)
      pids.delete(fact.pid)
    } else if ('taskId' in fact && fact.taskId === taskId) {
      found.push(item)
    }
  }
  return found
}

export function traceRows(
  bars: readonly TraceBar[],
  nowMs: number,
): { readonly rows: readonly TraceRow[]; readonly spanMs: number } {
  if (bars.length === 0) return { rows: [], spanMs: 0 }
  const startMs = Math.min(...bars.map((bar) => bar.startMs))
  const spanMs = Math.max(10, Math.max(...bars.map((bar) => bar.endMs ?? nowMs)) - startMs)
  const percent = (atMs: number): number => Math.min(100, Math.max(0, ((atMs - startMs) / spanMs) * 100))
  const labels = [...new Set(bars.map((bar) => bar.row))]
  const rows = labels.map((label) => ({
    label,
    bars: bars
      .filter((bar) => bar.row === label)
      .map((bar) => ({
        ...bar,
        left: Math.min(98.4, percent(bar.startMs)),
        width: Math.max(1.6, percent(bar.endMs ?? nowMs) - percent(bar.startMs)),
      })),
  }))
  return { rows, spanMs }
}
