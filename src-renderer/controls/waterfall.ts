/**
 * Requests to the web app, the work behind them and the mails that came of it, as bars on one clock.
 * A mail sent inline is a mark on its request's own row; one sent by a worker is a mark on that child's row: the learner sees it move.
 */
import type { FeedItem } from '../../src-main/contract/feed.js'

export interface WaterfallBar {
  readonly id: string
  readonly kind: 'request' | 'work'
  /** `/buy` or `child 40127`. */
  readonly label: string
  readonly startMs: number
  /** Null while it goes on. */
  readonly endMs: number | null
  readonly status: number | null
  readonly pid: number | null
  readonly taskId: string | null
  /** Whose child it ran in; null for a request. */
  readonly worker: string | null
}

export interface WaterfallMark {
  readonly atMs: number
  readonly pid: number | null
  readonly taskId: string | null
  readonly text: string
}

export interface Waterfall {
  readonly bars: readonly WaterfallBar[]
  readonly marks: readonly WaterfallMark[]
  /** Every process that has answered for the web app: a restart gives it a new pid. */
  readonly webPids: readonly number[]
}

export const EMPTY_WATERFALL: Waterfall = { bars: [], marks: [], webPids: [] }

const BARS_KEPT = 60
const ROWS_SHOWN = 12
/** A stretch without any bar is drawn at most this long. */
const IDLE_MS = 300

export function projectWaterfall(before: Waterfall, items: readonly FeedItem[]): Waterfall {
  let waterfall = before
  for (const item of items) waterfall = applyItem(waterfall, item)
  return waterfall
}

function applyItem(waterfall: Waterfall, { fact, atMs }: FeedItem): Waterfall {
  switch (fact.kind) {
    case 'stage-reset':
      return { ...EMPTY_WATERFALL, webPids: waterfall.webPids }
    case 'http-request': {
      const bar = barOf({ id: fact.requestId, kind: 'request', label: fact.path, startMs: atMs })
      return addBar(waterfall, bar)
    }
    case 'http-response': {
      const change = { endMs: atMs, startMs: atMs - fact.durationMs, status: fact.status, pid: fact.webPid }
      const known = waterfall.bars.some((bar) => bar.id === fact.requestId)
      const bar = barOf({ id: fact.requestId, kind: 'request', label: fact.path, startMs: change.startMs })
      const next = known ? waterfall : addBar(waterfall, bar)
      return {
        ...next,
        webPids: [...new Set([...waterfall.webPids, fact.webPid])],
        bars: next.bars.map((bar) => (bar.id === fact.requestId ? { ...bar, ...change } : bar)),
      }
    }
    case 'slot': {
      if (fact.taskId === null) return endWork(waterfall, (bar) => bar.pid === fact.pid, atMs)
      const label = `child ${String(fact.pid)}`
      const bar = barOf({
        id: `${fact.taskId} ${String(fact.pid)} ${String(atMs)}`,
        kind: 'work',
        label,
        startMs: atMs,
      })
      const ended = endWork(waterfall, (old) => old.pid === fact.pid, atMs)
      return addBar(ended, { ...bar, pid: fact.pid, taskId: fact.taskId, worker: fact.worker })
    }
    case 'process-exited':
      return endWork(waterfall, (bar) => bar.pid === fact.pid || bar.worker === fact.process, atMs)
    case 'ledger-row': {
      if (fact.effect !== 'mail' || fact.refused) return waterfall
      const mark = { atMs, pid: fact.pid, taskId: fact.taskId, text: fact.summary }
      return { ...waterfall, marks: [...waterfall.marks, mark].slice(-BARS_KEPT) }
    }
    default:
      return waterfall
  }
}

function barOf(bar: Pick<WaterfallBar, 'id' | 'kind' | 'label' | 'startMs'>): WaterfallBar {
  return { ...bar, endMs: null, status: null, pid: null, taskId: null, worker: null }
}

function addBar(waterfall: Waterfall, bar: WaterfallBar): Waterfall {
  return { ...waterfall, bars: [...waterfall.bars, bar].slice(-BARS_KEPT) }
}

function endWork(waterfall: Waterfall, which: (bar: WaterfallBar) => boolean, atMs: number): Waterfall {
  const ends = (bar: WaterfallBar): boolean => bar.kind === 'work' && bar.endMs === null && which(bar)
  if (!waterfall.bars.some(ends)) return waterfall
  return { ...waterfall, bars: waterfall.bars.map((bar) => (ends(bar) ? { ...bar, endMs: atMs } : bar)) }
}

export interface WaterfallRow {
  readonly bar: WaterfallBar
  /** Percent of the whole picture. */
  readonly left: number
  readonly width: number
  readonly marks: readonly { readonly left: number; readonly text: string }[]
}

export interface WaterfallDrawing {
  readonly rows: readonly WaterfallRow[]
  /** Stretches without any bar, drawn short: where they stand, and how long they were. */
  readonly gaps: readonly { readonly left: number; readonly ms: number }[]
  readonly spanMs: number
}

/** Rows in the order they began, on one clock from which idle stretches are cut out: a short bar stays a bar. */
export function drawWaterfall(waterfall: Waterfall, nowMs: number, sinceMs = 0): WaterfallDrawing {
  const shown = waterfall.bars.filter((bar) => bar.startMs >= sinceMs || bar.endMs === null).slice(-ROWS_SHOWN)
  if (shown.length === 0) return { rows: [], gaps: [], spanMs: 0 }
  const clock = squeezedClock(shown, nowMs)
  const percent = (atMs: number): number => (clock.at(atMs) / clock.lengthMs) * 100
  const owners = waterfall.marks.map((mark) => ({ mark, owner: ownerOf(mark, shown, nowMs) }))
  const rows = shown.map((bar) => ({
    bar,
    left: percent(bar.startMs),
    width: Math.max(0.8, percent(bar.endMs ?? nowMs) - percent(bar.startMs)),
    marks: owners
      .filter(({ owner }) => owner === bar)
      .map(({ mark }) => ({ left: percent(mark.atMs), text: mark.text })),
  }))
  const gaps = clock.gaps.map((gap) => ({ left: percent(gap.fromMs), ms: gap.toMs - gap.fromMs }))
  return { rows, gaps, spanMs: clock.lengthMs }
}

interface SqueezedClock {
  readonly at: (ms: number) => number
  readonly lengthMs: number
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[]
}

function squeezedClock(bars: readonly WaterfallBar[], nowMs: number): SqueezedClock {
  const spans = bars.map((bar) => [bar.startMs, bar.endMs ?? nowMs] as const).sort((a, b) => a[0] - b[0])
  const startMs = spans[0]?.[0] ?? nowMs
  const gaps: { fromMs: number; toMs: number }[] = []
  let busyUntilMs = startMs
  for (const [fromMs, toMs] of spans) {
    if (fromMs - busyUntilMs > IDLE_MS) gaps.push({ fromMs: busyUntilMs, toMs: fromMs })
    busyUntilMs = Math.max(busyUntilMs, toMs)
  }
  const cutMs = (gap: { fromMs: number; toMs: number }): number => gap.toMs - gap.fromMs - IDLE_MS
  const at = (ms: number): number => {
    const within = Math.min(Math.max(ms, startMs), busyUntilMs)
    const cut = gaps.reduce((sum, gap) => {
      if (within >= gap.toMs) return sum + cutMs(gap)
      return within > gap.fromMs ? sum + Math.min(within - gap.fromMs, cutMs(gap)) : sum
    }, 0)
    return within - startMs - cut
  }
  return { at, lengthMs: Math.max(100, at(busyUntilMs)), gaps }
}

/**
 * A mail belongs to the bar of the process that sent it. The web app serves one request at a time while the others wait,
 * so among its requests it is the one that was answered next after the mail.
 */
function ownerOf(mark: WaterfallMark, bars: readonly WaterfallBar[], nowMs: number): WaterfallBar | null {
  const end = (bar: WaterfallBar): number => bar.endMs ?? nowMs + 1e9
  const possible = bars.filter((bar) => {
    if (bar.taskId !== null || mark.taskId !== null) return bar.taskId === mark.taskId && bar.pid === mark.pid
    return bar.kind === 'request' && bar.startMs <= mark.atMs && end(bar) + 50 >= mark.atMs
  })
  return possible.reduce<WaterfallBar | null>((best, bar) => (best === null || end(bar) < end(best) ? bar : best), null)
}
