/**
 * What main tells the window: facts, terminal text and views, gathered for about 50 ms and sent in one go. Input: the lab,
 * the lesson runner and the settings through the methods below; output: the contract's pushes. Before the window has its
 * snapshot nothing is sent; the snapshot holds all of it, so no fact is shown twice and none is missed.
 */
import type { FeedItem } from '../contract/feed.js'
import type { Problem } from '../contract/problem.js'
import type { Push } from '../contract/pushes.js'
import { TYPED_TERMINALS } from '../contract/topology.js'

const BATCH_MS = 50
/** Whoever types is to see each key at once. */
const ECHO_MS = 8
/** More than a terminal keeps: of a flood only the end is sent. */
const MOST_TERMINAL_TEXT = 200_000

type ViewPush = Extract<Push, { readonly kind: 'lab' | 'lesson' | 'files' | 'settings' }>

export class PushFeed {
  readonly #send: (push: Push) => void
  #subscribed = false
  #timer: NodeJS.Timeout | null = null
  #dueMs = 0
  #items: FeedItem[] = []
  readonly #terminals = new Map<string, WaitingText>()
  /** Views are asked for when the batch goes out: of ten changes the window sees the last. */
  readonly #views = new Map<ViewPush['kind'], () => ViewPush>()
  /** What the window has of each view, as JSON: an equal one is not sent again. */
  readonly #sentViews = new Map<ViewPush['kind'], string>()
  /** Problems and menu requests wait for the window: what goes wrong while it opens must be seen too. */
  #notices: Push[] = []

  constructor(send: (push: Push) => void) {
    this.#send = send
  }

  item(item: FeedItem): void {
    if (!this.#subscribed) return
    this.#items.push(item)
    this.#soon()
  }

  terminal(process: string, text: string, reset: boolean): void {
    if (!this.#subscribed) return
    const before = reset ? null : this.#terminals.get(process)
    const whole = (before?.text ?? '') + text
    this.#terminals.set(process, keepTail(whole, reset || (before?.reset ?? false), before?.dropped ?? 0))
    this.#soon(isTypedInto(process) ? ECHO_MS : BATCH_MS)
  }

  view(kind: ViewPush['kind'], read: () => ViewPush): void {
    if (!this.#subscribed) return
    this.#views.set(kind, read)
    this.#soon()
  }

  problem(problem: Problem): void {
    this.#notice({ kind: 'problem', problem })
  }

  show(what: Extract<Push, { readonly kind: 'show' }>['what']): void {
    this.#notice({ kind: 'show', what })
  }

  /** The view of the ticket office loads a page, or has come to one by itself. */
  page(kind: 'show-page' | 'page-is-at', path: string): void {
    this.#notice({ kind, path })
  }

  /** Call while reading the snapshot, in the same turn: what happened before is in it, what happens after is pushed. */
  subscribe(): void {
    this.unsubscribe()
    this.#subscribed = true
    if (this.#notices.length > 0) this.#soon()
  }

  /** The page went away or is loading again. */
  unsubscribe(): void {
    this.#subscribed = false
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#items = []
    this.#terminals.clear()
    this.#views.clear()
    this.#sentViews.clear()
  }

  #notice(push: Push): void {
    this.#notices.push(push)
    if (this.#subscribed) this.#soon()
  }

  #soon(afterMs = BATCH_MS): void {
    const dueMs = Date.now() + afterMs
    if (this.#timer !== null && this.#dueMs <= dueMs) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => this.#flush(), afterMs)
  }

  #flush(): void {
    this.#timer = null
    const views = [...this.#views.values()].map((read) => read()).filter((view) => this.#isNew(view))
    const items = this.#items
    const terminals = [...this.#terminals].map(([process, waiting]) => toPush(process, waiting))
    const notices = this.#notices
    this.#views.clear()
    this.#items = []
    this.#terminals.clear()
    this.#notices = []
    for (const view of views) this.#send(view)
    if (items.length > 0) this.#send({ kind: 'feed', items })
    for (const terminal of terminals) this.#send(terminal)
    for (const notice of notices) this.#send(notice)
  }

  #isNew(view: ViewPush): boolean {
    const json = JSON.stringify(view)
    if (this.#sentViews.get(view.kind) === json) return false
    this.#sentViews.set(view.kind, json)
    return true
  }
}

function isTypedInto(process: string): boolean {
  return TYPED_TERMINALS.some((name) => name === process)
}

interface WaitingText {
  readonly text: string
  readonly reset: boolean
  /** Characters of a flood that were left out before `text`. */
  readonly dropped: number
}

/** Of a flood the end is kept, from a line's beginning. */
function keepTail(text: string, reset: boolean, dropped: number): WaitingText {
  const surplus = text.length - MOST_TERMINAL_TEXT
  if (surplus <= 0) return { text, reset, dropped }
  const lineEnd = text.indexOf('\n', surplus)
  const from = lineEnd === -1 ? surplus : lineEnd + 1
  return { text: text.slice(from), reset: true, dropped: dropped + from }
}

function toPush(process: string, { text, reset, dropped }: WaitingText): Push {
  const notice = dropped > 0 ? `… ${dropped.toLocaleString('en')} characters came too fast to show …\r\n` : ''
  return { kind: 'terminal', process, text: notice + text, reset }
}
