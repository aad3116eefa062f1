/** Which line of a replaced text is put into view. */
import { Text } from '@codemirror/state'
import { expect, it } from 'vitest'
import { firstChangedLine } from '../../../src-renderer/editor/show-change.js'

const of = (...lines: string[]): Text => Text.of(lines)

it('is the first that is another one, or a new one, and the last where lines are gone at the end', () => {
  expect(firstChangedLine(of('a', 'b', 'c'), of('a', 'x', 'c'))).toBe(2)
  expect(firstChangedLine(of('a', 'c'), of('a', 'b', 'c'))).toBe(2)
  expect(firstChangedLine(of('a'), of('a', 'b'))).toBe(2)
  expect(firstChangedLine(of('a', 'b'), of('a'))).toBe(1)
  expect(firstChangedLine(of('a', 'b'), of('a', 'b'))).toBe(null)
})
