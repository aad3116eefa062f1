import { expect, it } from 'vitest'
import { shortId } from '../../../src-renderer/words/say-task.js'

it('random ids are told apart by their beginning, chosen ones by their end', () => {
  expect(shortId('3f2c8a51-aee0-4b0e-9d2f-0c7f1a2b3c4d')).toBe('3f2c')
  expect(shortId('seat-7')).toBe('seat-7')
  expect([7, 17].map((seat) => shortId(`concert-seat-${seat}`))).toEqual(['…-seat-7', '…seat-17'])
})
