import { describe, expect, it } from 'vitest'
import { readEnvelope } from '../../../src-main/engine/message/read-envelope.js'
import { readTaskMessage } from '../../../src-main/engine/message/read.js'
import { acceptedTypes } from '../../../src-main/engine/serialization/registry.js'
import {
  invalidTaskWords,
  undecodableWords,
  unknownMessageWords,
  unknownTaskWords,
} from '../../../src-main/engine/worker/consumer/message-words.js'
import { decide } from '../../../src-main/engine/worker/strategy.js'
import { readText } from '../../wire/recording.js'

interface Case {
  readonly case: string
  readonly pushed: string
  readonly worker_log: string
}

const cases = JSON.parse(readText('15-malformed-5.6.3/cases.json')) as readonly Case[]

/** What our worker logs for the recorded message; null when it would run it. */
function ours(pushed: string): string | null {
  const read = readEnvelope(pushed)
  if (read.kind === 'unreadable') return read.reason
  const { envelope } = read
  const decision = decide(readTaskMessage(envelope, acceptedTypes(['json'])), {
    nowMs: Date.UTC(2026, 10, 22),
    isRegistered: (name) => name === 'tasks.add',
    isRevoked: () => false,
    isRateLimited: () => false,
  })
  if (decision.kind === 'unknown-task') return unknownTaskWords(decision.task.name, envelope)
  if (decision.kind === 'reject') return invalidTaskWords(decision.reason, envelope)
  if (decision.kind !== 'unreadable') return null
  if (decision.what === 'unknown') return unknownMessageWords(envelope)
  return decision.what === 'undecodable' ? undecodableWords(decision.reason, envelope) : decision.reason
}

/** The recorded text between the record's head and Python's traceback. */
function celerys(log: string): string {
  const text = log.replace(/^\[[^\]]*\] /, '')
  const end = text.indexOf('Traceback (most recent call last)')
  return (end < 0 ? text : text.slice(0, end)).trimEnd()
}

/** Celery's worker says these and goes on; ours uses the same words. */
const sameWords = [
  'unregistered task',
  'unknown content-type',
  'pickle content',
  'yaml content',
  'body is not json',
  'no task header',
  'no headers',
  'headers null',
  'not a task message: plain json body',
]
/** Ours names the same value and says what it expected instead of quoting Python's int(). */
const sameBeginning = ['bad eta', 'eta number', 'bad expires']

describe('the words for a message that cannot be run', () => {
  it.each(sameWords)('are those of the recording: %s', (name) => {
    const recorded = cases.find((one) => one.case === name)!
    expect(ours(recorded.pushed)?.trimEnd()).toBe(celerys(recorded.worker_log))
  })

  it.each(sameBeginning)('begin as in the recording: %s', (name) => {
    const recorded = cases.find((one) => one.case === name)!
    const beginning = /^Received invalid task message: invalid \w+ value ('[^']*'|\d+): /.exec(
      celerys(recorded.worker_log),
    )![0]
    expect(ours(recorded.pushed)?.startsWith(beginning)).toBe(true)
  })

  it('exist for every message over which Celery exits', () => {
    const fatal = cases.filter(({ worker_log }) => worker_log.includes('Unrecoverable error'))
    expect(fatal.length).toBeGreaterThan(9)
    for (const { case: name, pushed } of fatal) expect(ours(pushed), name).toBeTruthy()
  })

  it('are not said of messages that Celery runs', () => {
    const run = cases.filter(({ worker_log }) => worker_log.includes(' succeeded in '))
    expect(run.length).toBeGreaterThan(8)
    for (const { case: name, pushed } of run) expect(ours(pushed), name).toBeNull()
  })
})
