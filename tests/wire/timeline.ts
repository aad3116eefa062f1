/**
 * A recorded scenario in the order in which it happened: what clients put into Redis, what workers told it, and what the
 * recorder did (started, signalled, looked). Seconds are those since its start; `startMs` is the time of day of second 0.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson } from '../../src-main/engine/serialization/json.js'
import { PyFloat, type WireObject, type WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { factsOfEntry, type Fact } from './facts.js'
import { readText, recordingsFolder } from './recording.js'

export type Moment =
  | { readonly kind: 'put'; readonly at: number; readonly fact: Fact }
  | { readonly kind: 'told'; readonly at: number; readonly by: string; readonly fact: Fact }
  | { readonly kind: 'step'; readonly at: number; readonly step: string }
  /** A worker's log says of a task that it was received, or how it ended. */
  | {
      readonly kind: 'logged'
      readonly at: number
      readonly task: string
      readonly what: string
      readonly line: string
    }

export interface Timeline {
  readonly folder: string
  readonly startMs: number
  readonly moments: readonly Moment[]
  readonly snapshots: readonly Snapshot[]
  /** Between the parts of a binding. */
  readonly separator: string
  /** Role to log. */
  readonly logs: Readonly<Record<string, string>>
  /** The pid of a main process to its role. */
  readonly roles: ReadonlyMap<number, string>
}

export interface Snapshot {
  readonly label: string
  readonly keys: Readonly<
    Record<string, { readonly type: string; readonly pttl_ms: number; readonly value: WireValue }>
  >
}

export function readTimeline(folder: string): Timeline {
  const messages = entries(folder, 'messages.json')
  const events = entries(folder, 'events.json')
  const results = (parsed(folder, 'results.json') as { readonly writes?: readonly WireObject[] } | null)?.writes ?? []
  const scenario = parsed(folder, 'scenario.json') as WireObject
  const steps = ((scenario.steps as readonly WireObject[] | undefined) ?? []).map((entry) => ({
    kind: 'step' as const,
    at: number(entry.t),
    step: entry.step as string,
  }))
  const stored = results.filter((entry, n) => !isStoredAgain(entry, results.slice(0, n)))
  const logs = readLogs(folder)
  const beganMs = startMs(events, messages)
  const logged = Object.values(logs).flatMap((log) => loggedIn(log, beganMs))
  const moments: Moment[] = [...steps, ...[...messages, ...events, ...stored].flatMap(momentsOf), ...logged]
  return {
    folder,
    startMs: beganMs,
    moments: moments
      .map((moment, n) => ({ moment, n }))
      .sort((a, b) => a.moment.at - b.moment.at || a.n - b.n)
      .map(({ moment }) => moment),
    snapshots: (parsed(folder, 'snapshots.json') ?? []) as unknown as readonly Snapshot[],
    separator: /'sep': '(.)'/.exec(JSON.stringify(scenario))?.[1] ?? '\x06\x16',
    logs,
    roles: rolesOf(events),
  }
}

function readLogs(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(join(recordingsFolder, folder)).filter((name) => name.endsWith('.log.txt'))
  return Object.fromEntries(names.map((name) => [name.slice(0, -'.log.txt'.length), readText(join(folder, name))]))
}

const ofTask = /^\[(\S+) ([\d:]+),(\d+): [^\]]*\] (?:Task |Discarding revoked task: )[\w.]+\[([^\]]+)\](?: (\w+))?/

function loggedIn(log: string, beganMs: number): readonly Moment[] {
  return log.split('\n').flatMap((line) => {
    const [, day, time, ms, task = '', what = 'discarded'] = ofTask.exec(line) ?? []
    if (day === undefined) return []
    return [{ kind: 'logged' as const, at: (Date.parse(`${day}T${time}.${ms}Z`) - beganMs) / 1000, task, what, line }]
  })
}

/** What a log says so far, as the moments above. */
export function loggedSoFar(log: string): readonly { readonly task: string; readonly what: string }[] {
  return loggedIn(log, 0).flatMap((moment) => (moment.kind === 'logged' ? [moment] : []))
}

function momentsOf(entry: WireObject): readonly Moment[] {
  const at = number(entry.t)
  const by = (entry.conn as string).replace(/(\/child)?#\d+$/, '')
  const facts = factsOfEntry(entry)
  if (/^(client|cli|events)$/.test(by)) {
    return facts.filter(({ kind }) => kind !== 'event').map((fact) => ({ kind: 'put', at, fact }))
  }
  const isGreeting = (entry.channel as string | undefined)?.endsWith('celery.pidbox') // of mingle: to whom it concerns
  return isGreeting ? [] : facts.map((fact) => ({ kind: 'told', at, by, fact }))
}

/** Celery stores the result of a hard time limit twice: see docs/DIFFERENCES.md. */
function isStoredAgain({ t, key, value }: WireObject, before: readonly WireObject[]): boolean {
  const isTimeLimit = ({ value: document }: WireObject): boolean => {
    const { result } = (document ?? {}) as { readonly result?: WireObject | null }
    return result?.exc_type === 'TimeLimitExceeded'
  }
  const last = before.findLast((entry) => entry.key === key)
  return (
    last !== undefined && number(t) - number(last.t) < 0.5 && isTimeLimit({ value: value ?? null }) && isTimeLimit(last)
  )
}

/** An event has both times. */
function startMs(events: readonly WireObject[], messages: readonly WireObject[]): number {
  for (const { t, event } of events) {
    const stamp = (event as WireObject).timestamp
    if (stamp !== undefined) return (number(stamp) - number(t)) * 1000
  }
  return messages.length === 0 ? Date.now() : Date.UTC(2026, 10, 22, 11, 30)
}

function rolesOf(events: readonly WireObject[]): ReadonlyMap<number, string> {
  return new Map(
    events.flatMap(({ event, conn }) => {
      const pid = (event as WireObject).pid
      return pid === undefined ? [] : [[number(pid), (conn as string).replace(/#\d+$/, '')] as const]
    }),
  )
}

function entries(folder: string, name: string): readonly WireObject[] {
  return (parsed(folder, name) ?? []) as readonly WireObject[]
}

function parsed(folder: string, name: string): WireValue {
  return existsSync(join(recordingsFolder, folder, name)) ? parseJson(readText(join(folder, name))) : null
}

export function number(value: WireValue | undefined): number {
  return value instanceof PyFloat ? value.value : Number(value)
}

/** A control request that expires is not refused because the replay takes longer here or there. */
export function inTime(request: WireObject): WireObject {
  const headers = request.headers as WireObject
  const expires = number(headers.expires)
  return expires === 0 ? request : { ...request, headers: { ...headers, expires: new PyFloat(expires + 600) } }
}
