import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fact, FeedItem } from '../../src-main/contract/feed.js'
import { Record } from '../../src-main/record/record.js'
import { RecordFile } from '../../src-main/record/record-file.js'
import { waitFor } from '../support/wait-for.js'

const answer = (question: string): Fact => ({ kind: 'answer', question, choice: [] })
const line = (text: string): Fact => ({ kind: 'log-line', process: 'worker@1', stream: 'stdout', level: null, text })

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'record-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the record', () => {
  test('numbers facts from 1 without a gap and tells them in order', () => {
    const record = new Record({ nowMs: () => 5, file: null })
    const told: FeedItem[] = []
    const stop = record.onItem((item) => told.push(item))
    record.append(answer('a'))
    record.append(line('b'))
    stop()
    record.append(answer('c'))
    expect(told.map((item) => item.seq)).toEqual([1, 2])
    expect(record.lastSeq).toBe(3)
    expect(record.itemsAfter(1)).toEqual([
      { seq: 2, atMs: 5, fact: line('b') },
      { seq: 3, atMs: 5, fact: answer('c') },
    ])
  })

  test('a flood of log lines pushes out log lines, never the other facts; at most 20,000 and some stay', () => {
    const record = new Record({ nowMs: () => 0, file: null })
    record.append(answer('first'))
    for (let count = 0; count < 100_000; count += 1) record.append(line(String(count)))
    const items = record.itemsAfter(0)
    expect(items[0]?.fact).toEqual(answer('first'))
    expect(items.at(-1)?.fact).toEqual(line('99999'))
    expect(items.length).toBeLessThan(7_000)
    for (let count = 0; count < 30_000; count += 1) record.append(answer(String(count)))
    expect(record.itemsAfter(0).length).toBeLessThan(21_100)
    const seqs = record.itemsAfter(0).map((item) => item.seq)
    expect(seqs).toEqual([...seqs].sort((left, right) => left - right))
  })

  test('goes to a file, one JSON object a line', async () => {
    const file = new RecordFile({
      path: join(folder, 'deep', 'record.jsonl'),
      onRefused: (error) => expect.fail(error.message),
    })
    await file.open()
    const record = new Record({ nowMs: () => 7, file })
    record.append(answer('a'))
    record.append(answer('b'))
    await file.close()
    const lines = (await readFile(join(folder, 'deep', 'record.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(lines.map((text): unknown => JSON.parse(text))).toEqual(record.itemsAfter(0))
  })

  test('a disk that refuses is told once, and the record goes on in memory', async () => {
    const refusals: Error[] = []
    // A folder where the file should be: every write fails, also for root.
    const file = new RecordFile({ path: '/dev/null/record.jsonl', onRefused: (error) => refusals.push(error) })
    await file.open()
    const record = new Record({ nowMs: () => 7, file })
    record.append(answer('a'))
    await waitFor('the refusal', () => refusals.length > 0)
    record.append(answer('b'))
    await file.close()
    expect(refusals).toHaveLength(1)
    expect(record.itemsAfter(0)).toHaveLength(2)
  })

  test('a full disk is told once', async () => {
    const refusals: Error[] = []
    const file = new RecordFile({ path: '/dev/full', onRefused: (error) => refusals.push(error) })
    const record = new Record({ nowMs: () => 7, file }) // not opened: /dev/full must not be moved aside
    record.append(answer('a'))
    await file.close()
    expect(refusals.map((error) => (error as NodeJS.ErrnoException).code)).toEqual(['ENOSPC'])
    expect(record.lastSeq).toBe(1)
  })
})
