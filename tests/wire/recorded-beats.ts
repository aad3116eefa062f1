/** A recording of beats: what each of them logged and sent, when it was started and stopped, and what lay in Redis at the end. */
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import type { LogLevel } from '../../src-main/engine/ports/log-record.js'
import { readText } from './recording.js'
import { number, type Snapshot } from './timeline.js'

export interface RecordedBeat {
  readonly role: string
  readonly loglevel: LogLevel
  /** Name of its schedule file. */
  readonly schedule: string
  readonly startMs: number
  readonly stopMs: number
  /** With its banner. */
  readonly output: string
}

export interface RecordedBeats {
  readonly beats: readonly RecordedBeat[]
  /** Key to the messages in it, the oldest first. */
  readonly lists: Readonly<Record<string, readonly WireObject[]>>
  readonly left: Snapshot
  /** What the schedule file held after the first beat, where somebody looked. */
  readonly remembered: Readonly<Record<string, Remembered>> | null
}

export interface Remembered {
  readonly task: string
  readonly schedule: string
  readonly lastRunMs: number
  readonly totalRunCount: number
}

interface Sent {
  readonly t: WireValue
  readonly conn: string
  readonly key: string
  readonly envelope: WireObject
  readonly body_decoded: WireValue
}

interface Scenario {
  readonly steps: readonly { readonly t: number; readonly step: string }[]
  readonly clients: readonly { readonly output: string }[]
}

export function readBeats(folder: string): RecordedBeats {
  const sent = parseJson(readText(`${folder}/messages.json`)) as unknown as readonly Sent[]
  const { steps, clients } = JSON.parse(readText(`${folder}/scenario.json`)) as Scenario
  const snapshots = JSON.parse(readText(`${folder}/snapshots.json`)) as readonly Snapshot[]
  const left = snapshots.at(-1)
  if (left === undefined) throw new Error(`${folder}: nobody looked into Redis`)
  const beats = steps.flatMap(({ step }) => {
    const [, role = '', loglevel, schedule = ''] = /^start (\w+): .* beat --loglevel=(\w+) -s (\S+)/.exec(step) ?? []
    if (loglevel === undefined) return []
    const output = readText(`${folder}/${role}.log.txt`)
    const own = sent.filter(({ conn }) => conn.startsWith(`${role}#`))
    const stopAt = steps[steps.findIndex((one) => one.step.startsWith(`${role} exited`)) - 1]?.t ?? Number.NaN
    // its last message shows how the recorder's seconds and the times of day belong together
    const lastSentMs = recordsOf(output).findLast(({ text }) => text.includes('Sending due task'))?.atMs ?? Number.NaN
    const stopMs = lastSentMs + (stopAt - number(own.at(-1)?.t)) * 1000
    const startMs = recordsOf(output)[0]?.atMs ?? Number.NaN
    return [{ role, loglevel: loglevel as LogLevel, schedule, startMs, stopMs, output }]
  })
  const lists: Record<string, WireObject[]> = {}
  for (const { key, envelope, body_decoded: body } of sent) {
    const text = Buffer.from(stringifyJson(body)).toString('base64') // the recorder decoded it
    lists[key] = [...(lists[key] ?? []), { ...envelope, body: text }]
  }
  return { beats, lists, left, remembered: rememberedIn(clients[0]?.output) }
}

export interface BeatRecord {
  readonly atMs: number
  /** Without its time and without the ids that beat makes up. */
  readonly text: string
}

export function recordsOf(output: string): readonly BeatRecord[] {
  return output
    .split(/^(?=\[\d{4}-)/m)
    .flatMap((record) => {
      const [, day, time, ms, text = ''] = /^\[(\S+) ([\d:]+),(\d+): ([\s\S]*)$/.exec(record) ?? []
      return day === undefined ? [] : [{ atMs: Date.parse(`${day}T${time}.${ms}Z`), text: text.trimEnd() }]
    })
    .filter(({ text }) => !text.includes('Setting default socket timeout')) // of Python's sockets
    .map(({ atMs, text }) => ({ atMs, text: text.replace(/id->[0-9a-f-]{36}/, 'id-><id>') }))
}

/** The recorder printed the repr of every attribute. */
function rememberedIn(output: string | undefined): RecordedBeats['remembered'] {
  if (!output) return null
  const { entries } = JSON.parse(output.slice(0, output.lastIndexOf('}') + 1)) as {
    readonly entries: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
  return Object.fromEntries(
    Object.entries(entries).map(
      ([name, { task = '', schedule = '', last_run_at: last = '', total_run_count: count }]) => {
        const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micro = 0] = (
          last.match(/\d+/g) ?? []
        ).map(Number)
        const lastRunMs = Date.UTC(year, month - 1, day, hour, minute, second) + micro / 1000
        return [name, { task: task.slice(1, -1), schedule, lastRunMs, totalRunCount: Number(count) }]
      },
    ),
  )
}
