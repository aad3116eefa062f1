import { expect, it } from 'vitest'
import { sayCrontab, sayHours } from '../../../src-renderer/words/say-crontab.js'

it('a crontab reads as a sentence, and what the library does not know is no error', () => {
  expect(sayCrontab('30 2 * * *')).toBe('At 02:30, every day.')
  expect(sayCrontab('30 * * * *')).toMatch(/^At 30 minutes past the hour/)
  expect(sayCrontab('')).toBe('')
  expect(sayCrontab('61 * * * *')).toBe('')
})

it('gaps are said in hours and minutes', () => {
  expect([1_800_000, 3_600_000, 5_400_000, 90_000_000].map(sayHours)).toEqual(['30 min', '1 h', '1 h 30 min', '25 h'])
})
