/**
 * Reads the files that were captured from real Celery (tests/wire/recordings/): messages, results, snapshots and Redis'
 * own command stream, each as the exact text that was on the wire.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'

export const recordingsFolder = join(import.meta.dirname, 'recordings')

export interface RecordedMessage {
  readonly op: string
  /** The list or the channel. */
  readonly key: string
  readonly envelope: WireObject
  /** As Python wrote it. */
  readonly text: string
  readonly fromClient: boolean
}

export interface RecordedResult {
  readonly key: string
  readonly ttl: number | null
  readonly text: string
}

export interface Recording {
  readonly folder: string
  readonly messages: readonly RecordedMessage[]
  readonly results: readonly RecordedResult[]
  readonly snapshots: readonly WireObject[]
  /** Every JSON object in the command stream, as sent. */
  readonly sentTexts: readonly string[]
}

/** `tree` is a folder such as `01-basic-5.6.3`. */
export function recordingsOf(tree: string): readonly Recording[] {
  return readdirSync(join(recordingsFolder, tree), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readRecording(join(tree, entry.name)))
}

export function readRecording(folder: string): Recording {
  return {
    folder,
    messages: lines(folder, 'messages.json').map(readMessage),
    results: lines(folder, 'results.json')
      .filter((line) => line.includes('"op": "SET'))
      .map(readResult),
    snapshots: (parseJson(read(folder, 'snapshots.json') || '[]') as readonly WireObject[]) ?? [],
    sentTexts: read(folder, 'monitor.txt').split('\n').flatMap(sentJson),
  }
}

export function readText(path: string): string {
  return readFileSync(join(recordingsFolder, path), 'utf8')
}

function readMessage(line: string): RecordedMessage {
  const { op, key, channel, envelope, conn } = parseJson(line) as Record<string, WireValue>
  const start = line.indexOf('"envelope": ') + '"envelope": '.length
  const end = line.search(/, "body_(decoded|text)": /)
  return {
    op: op as string,
    key: (key ?? channel) as string,
    envelope: envelope as WireObject,
    text: asciiOnly(line.slice(start, end < 0 ? line.lastIndexOf('}') : end)),
    fromClient: (conn as string).startsWith('client'),
  }
}

function readResult(line: string): RecordedResult {
  const { key, ttl } = parseJson(line) as Record<string, WireValue>
  return {
    key: key as string,
    ttl: typeof ttl === 'number' ? ttl : null,
    text: asciiOnly(line.slice(line.indexOf('"value": ') + '"value": '.length, line.lastIndexOf('}'))),
  }
}

/** The recorder wrote characters where Celery wrote escapes. */
function asciiOnly(text: string): string {
  return text.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The arguments of a MONITOR line that are JSON objects, unquoted as redis-cli quotes them. */
function sentJson(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
    .map((match) => unquote(match[1] ?? ''))
    .filter((argument) => argument.startsWith('{"') && argument.endsWith('}'))
}

function unquote(quoted: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' }
  return quoted.replace(/\\(x[0-9a-f]{2}|.)/g, (_whole, escape: string) =>
    escape.length === 3 ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : (escapes[escape] ?? escape),
  )
}

/** One JSON object a line, in an array. */
function lines(folder: string, name: string): readonly string[] {
  return read(folder, name)
    .split('\n')
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => line.startsWith('{"t":'))
}

function read(folder: string, name: string): string {
  const path = join(recordingsFolder, folder, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
