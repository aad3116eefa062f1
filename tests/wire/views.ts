/**
 * Facts as lines of text that a replay and its recording must share: task by task, in the order in which each task's own
 * facts were told (tasks that run beside each other overtake each other from run to run). Keys keep the order they have on
 * the wire; what differs from run to run is replaced by its name.
 */
import { stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { bodyOf, type Fact } from './facts.js'
import { byTask, logRecords, type LogOptions } from './log-records.js'
import { Normalizer } from './normalize.js'
import type { Replayed } from './replay.js'
import type { Timeline } from './timeline.js'

export interface View {
  readonly documents: readonly string[]
  readonly messages: readonly string[]
  readonly events: readonly string[]
  readonly replies: readonly string[]
  /** What each worker logged of each task, and of none under the empty name. */
  readonly logs: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export interface ViewOptions extends LogOptions {
  /** Facts of either side that are not compared. */
  readonly without?: (fact: Fact) => boolean
  /** Which task of a chord's header ends last, and so is the parent of the body, is a matter of luck: not compared. */
  readonly anyEndsHeader?: boolean
  /** Tasks whose attempts overlap: what is told and logged of each is compared in any order. */
  readonly overlapping?: readonly string[]
  /** Makes of a text of the recording what is ours, where we differ on purpose: see docs/DIFFERENCES.md. */
  readonly theirs?: (text: string) => string
  /** Makes of a text of ours what is compared, where we say something else in its place. */
  readonly ours?: (text: string) => string
  /** What a replay may wait for in vain: it depended on who was quicker. */
  readonly mayMiss?: RegExp
  /** Records of either log that are not compared. */
  readonly unlogged?: RegExp
}

export function recordedView(timeline: Timeline, options: ViewOptions = {}): View {
  const told = timeline.moments.flatMap((moment) => (moment.kind === 'told' ? [moment.fact] : []))
  return view(timeline, { told, logs: each(timeline.logs, options.theirs) }, options)
}

export function replayedView({ timeline, facts: told, logs }: Replayed, options: ViewOptions = {}): View {
  // Of two workers with one log the second wrote to that of the first.
  const alone = Object.keys(timeline.logs).length === 1 ? Object.keys(timeline.logs)[0] : undefined
  const joined = alone === undefined ? logs : { [alone]: Object.values(logs).join('') }
  return view(timeline, { told, logs: each(joined, options.ours) }, options)
}

const each = (logs: Told['logs'], change = (text: string): string => text): Told['logs'] =>
  Object.fromEntries(Object.entries(logs).map(([role, log]) => [role, change(log)]))

interface Told {
  readonly told: readonly Fact[]
  readonly logs: Readonly<Record<string, string>>
}

function view(timeline: Timeline, { told, logs }: Told, options: ViewOptions): View {
  const { traceback = () => '<text>', without } = options
  // How often a heart beats depends on how long a scenario takes.
  const facts = told.filter((fact) => fact.about !== 'worker-heartbeat' && !without?.(fact))
  const names = new ReplayNames(options.anyEndsHeader ? membersOf(timeline) : [])
  const puts = timeline.moments.flatMap((moment) => (moment.kind === 'put' ? [moment.fact] : []))
  for (const { value } of puts) names.text(stringifyJson(value)) // the same names on both sides
  const lines = (kind: Fact['kind']): readonly string[] =>
    inOrder([...puts, ...facts.filter((fact) => fact.kind === 'message'), ...facts]).flatMap((about) => {
      const ofTask = facts.filter((fact) => fact.kind === kind && fact.about === about)
      const texts = ofTask.map((fact) => textOf(fact, names, traceback))
      return options.overlapping?.includes(about) ? texts.sort() : senderFirst(texts)
    })
  const messages = lines('message') // first: they name the ids that are new
  return {
    messages,
    documents: lines('document'),
    events: lines('event'),
    replies: [...lines('reply')].sort(), // several workers answer in any order
    logs: Object.fromEntries(Object.entries(logs).map(([role, log]) => [role, logged(log, names, options)])),
  }
}

/** Who has sent a task tells of it beside the worker that has it already: first here, whoever was quicker. */
function senderFirst(texts: readonly string[]): readonly string[] {
  const bySender = (text: string): boolean => text.includes('"type": "task-sent"')
  return [...texts.filter(bySender), ...texts.filter((text) => !bySender(text))]
}

function logged(log: string, names: Normalizer, options: ViewOptions): Readonly<Record<string, readonly string[]>> {
  const records = logRecords(log, options).filter((record) => !options.unlogged?.test(record))
  return Object.fromEntries(
    [...byTask(records)].map(([id, ofTask]) => {
      const texts = ofTask.map((record) => names.text(record))
      return [names.text(id), options.overlapping?.includes(id) ? texts.sort() : texts]
    }),
  )
}

function inOrder(facts: readonly Fact[]): readonly string[] {
  const isMessage = ({ kind }: Fact): boolean => kind === 'message'
  const others = facts.filter((fact) => !isMessage(fact)).map(({ about }) => about)
  return [...new Set([...facts.filter(isMessage).map(({ about }) => about), ...others.sort()])]
}

/** Also without which task of a header ended last, and how long a message may still wait. */
class ReplayNames extends Normalizer {
  private readonly parent: RegExp | null

  constructor(header: readonly string[]) {
    super()
    this.parent = header.length === 0 ? null : new RegExp(`("(?:parent|root)_id": )"(?:${header.join('|')})"`, 'g')
  }

  override text(json: string): string {
    const text = json
      .replace(/("expiration": )"\d+"/g, '$1"<milliseconds left>"')
      .replace(/redis:\/\/[^"\s]*\/0/g, 'redis://broker/0')
    return super.text(this.parent === null ? text : text.replace(this.parent, '$1"<the last of the header>"'))
  }
}

function membersOf({ moments }: Timeline): readonly string[] {
  const facts = moments.flatMap((moment) => ('fact' in moment ? [moment.fact] : []))
  const messages = facts.filter(({ kind }) => kind === 'message')
  const members = messages.filter(({ value }) => ((value as WireObject).headers as WireObject).group_index !== null)
  return members.map(({ about }) => about)
}

function textOf(fact: Fact, names: Normalizer, traceback: (text: string) => string): string {
  const { kind, op, key, ttl, value } = fact
  const where = names.text(`${op} ${key}${ttl === null ? '' : ` ${ttl}`}`)
  if (kind === 'message') return `${where} ${names.message(value as WireObject)}`
  if (kind === 'reply') return `LPUSH a reply ${names.text(stringifyJson(plainReply(bodyOf(value as WireObject))))}`
  return `${where} ${names.text(stringifyJson(plain(kind === 'event' ? endedByWorker(value as WireObject) : value, traceback)))}`
}

const changing: Readonly<Record<string, string>> = {
  date_done: '<time>',
  pid: '<pid>',
  clock: '<clock>',
  timestamp: '<time>',
  runtime: '<seconds>',
  loadavg: '<load>',
  active: '<n>',
  processed: '<n>',
}

const changingInReplies = new Set([
  'time_start',
  'worker_pid',
  'pid',
  'uptime',
  'clock',
  'processes',
  'rusage',
  'inqueues',
  'all',
  'raw',
  'port',
])

/** Tasks that run beside each other are listed in any order. */
function plainReply(value: WireValue): WireValue {
  if (Array.isArray(value)) {
    const items = (value as readonly WireValue[]).map(plainReply)
    if (items.every((item) => typeof item === 'string')) return [...(items as readonly string[])].sort() // of a set
    return items.every(hasId) ? [...items].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)) : items
  }
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value as WireObject).map(([key, one]) => [
      key,
      changingInReplies.has(key) && one !== null ? `<${key}>` : key === 'revoked' ? flagged(one) : plainReply(one),
    ]),
  )
}

/** Ids of a set, each with when it was flagged. */
function flagged(value: WireValue): WireValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const ids = Object.entries(value as WireObject).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    ids.map(([id, at]) => [id, Array.isArray(at) ? ['<seconds>', (at as readonly WireValue[])[1] ?? null] : at]),
  )
}

function hasId(value: WireValue): value is WireObject {
  return value !== null && typeof value === 'object' && 'id' in value
}

/** Of a task that the worker ended, the event names billiard's wrapper of the exception there: see docs/DIFFERENCES.md. */
function endedByWorker(event: WireObject): WireObject {
  const { traceback } = event
  const ended =
    typeof traceback === 'string' && /billiard\.exceptions\.(WorkerLostError|TimeLimitExceeded)/.test(traceback)
  return ended ? { ...event, exception: '<of the worker>', traceback: '<of the worker>' } : event
}

function plain(value: WireValue, traceback: (text: string) => string): WireValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  if (Object.getPrototypeOf(value) !== Object.prototype) return value // a number or date of Python's
  const entries = Object.entries(value as WireObject).map(([key, one]) => {
    const instead = changing[key]
    if (instead !== undefined && one !== null) return [key, instead] as const
    if (key === 'traceback' && typeof one === 'string') return [key, traceback(one)] as const
    return [key, key === 'result' ? plain(one, traceback) : one] as const
  })
  return Object.fromEntries(entries)
}
