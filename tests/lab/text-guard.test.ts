/** A terminal's text goes through as it is; of a flood the rest of the second is left out, and it is said how much. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TextGuard } from '../../src-main/lab/text-guard.js'

let nowMs = 0
let texts: string[] = []
let guard: TextGuard
beforeEach(() => {
  vi.useFakeTimers()
  nowMs = 10_000
  texts = []
  guard = new TextGuard({ nowMs: () => nowMs, onText: (text) => texts.push(text) })
})
afterEach(() => vi.useRealTimers())

test('pieces of lines go through at once', () => {
  guard.take('>>> ')
  guard.take('1')
  expect(texts).toEqual(['>>> ', '1'])
})

test('a flood has one gap, and what comes a second later is shown again', () => {
  const piece = 'x'.repeat(200 * 1024)
  for (let count = 0; count < 10; count += 1) guard.take(piece)
  expect(texts).toHaveLength(2)
  nowMs += 1_000
  vi.advanceTimersByTime(1_000)
  expect(texts[2]).toBe('\r\n… 1,600 kB came too fast to show …\r\n')
  guard.take('>>> ')
  expect(texts[3]).toBe('>>> ')
})

test('the end says what was left out as well', () => {
  for (let count = 0; count < 4; count += 1) guard.take('y'.repeat(300 * 1024))
  guard.close()
  expect(texts.at(-1)).toContain('900 kB came too fast')
})
