import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ProcessText, levelOf, withoutColours } from '../../src-main/lab/process-text.js'

let now = 10_000
let lines: string[] = []
let shown = ''
let text: ProcessText

beforeEach(() => {
  vi.useFakeTimers()
  now = 10_000
  lines = []
  shown = ''
  text = new ProcessText({
    nowMs: () => now,
    onLine: (_stream, line) => lines.push(line),
    onText: (more) => void (shown += more),
  })
})
afterEach(() => {
  text.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

function take(chunk: string | Buffer): void {
  text.take('stderr', Buffer.from(chunk))
}

describe('what a process writes', () => {
  test('chunks become lines wherever they were cut, also within a character', () => {
    const bytes = Buffer.from('Grüße ‑ 🎫\nzwei\r\ndr')
    for (const byte of bytes) take(Buffer.from([byte]))
    expect(lines).toEqual(['Grüße ‑ 🎫', 'zwei'])
    take('ei\n')
    expect(shown).toBe('Grüße ‑ 🎫\nzwei\ndrei\n')
  })

  test('a last line without an end is a line once the process has ended', () => {
    take('no newline')
    expect(lines).toEqual([])
    text.close()
    expect(lines).toEqual(['no newline'])
  })

  test('stdout and stderr do not mix within a line', () => {
    text.take('stdout', Buffer.from('out'))
    text.take('stderr', Buffer.from('err'))
    text.take('stdout', Buffer.from('put\n'))
    text.take('stderr', Buffer.from('or\n'))
    expect(lines).toEqual(['output', 'error'])
  })

  test('100 MB in a second leave 2,000 lines, and are counted', () => {
    const chunk = Buffer.from('a line of a task that prints without end\n'.repeat(1_600))
    const times = Math.ceil((100 * 1024 * 1024) / chunk.length)
    for (let count = 0; count < times; count += 1) take(chunk)
    expect(lines).toHaveLength(2_000)
    now += 1_000
    take('and then it was quiet\n')
    const leftOut = (times * 1_600 - 2_000).toLocaleString('en-US')
    expect(lines[2_000]).toMatch(new RegExp(`^… ${leftOut} lines left out \\([\\d,]+ kB\\)$`))
    expect(lines[2_001]).toBe('and then it was quiet')
    expect(shown.length).toBeLessThan(200_000)
  })

  test('what was left out is said even when nothing comes after it', () => {
    take('x\n'.repeat(2_010))
    now += 1_000
    vi.advanceTimersByTime(1_000)
    expect(lines.at(-1)).toMatch(/^… 10 lines left out/)
  })

  test('a line cut in two by the limit does not come back as half a line', () => {
    take('x\n'.repeat(2_000) + 'begun while full')
    now += 1_000
    take(' and ended later\nwhole\n')
    expect(lines.slice(2_000)).toEqual(['… 0 lines left out (1 kB)', 'whole'])
  })

  test('a line over 4,000 characters is cut, and says by how much', () => {
    take(`${'é'.repeat(5_000)}\n`)
    expect(lines[0]).toBe(`${'é'.repeat(4_000)}… (1,000 more characters in this line)`)
  })

  test('one line of 100 MB keeps 4,000 characters of it', () => {
    const chunk = Buffer.alloc(64 * 1024, 'z')
    for (let count = 0; count < 1_600; count += 1) take(chunk)
    expect(shown).toBe('')
    now += 1_000
    take('\nnext\n')
    expect(lines.at(-1)).toBe('next')
    expect(shown.length).toBeLessThan(5_000)
  })
})

describe('a line of Celery’s log', () => {
  test.each([
    ['[2026-11-22 11:36:40,107: INFO/MainProcess] celery@worker1 ready.', 'INFO'],
    ['\u001b[33m[2026-11-22 11:36:40,107: WARNING/ForkPoolWorker-1] hello\u001b[0m', 'WARNING'],
    ['[2026-11-22 11:36:40,107: CRITICAL/MainProcess] Unrecoverable error', 'CRITICAL'],
    ['Traceback (most recent call last):', null],
    [' -------------- celery@worker1 v5.6.3', null],
    ['[2026-11-22 11:36:40,107: SHOUT/MainProcess] x', null],
  ])('%j has level %s', (line, level) => expect(levelOf(line)).toBe(level))

  test('the record holds it without colours', () => {
    expect(withoutColours('\u001b[1;31mred\u001b[0m')).toBe('red')
  })
})
