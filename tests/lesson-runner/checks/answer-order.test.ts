import { expect, it } from 'vitest'
import { isRight, watchAnswer } from '../../../src-main/lesson-runner/checks/answer.js'

it('an order is right when every element is in its place; a choice of many is right in any order', () => {
  const right = ['a', 'b', 'c']
  expect(isRight(['a', 'b', 'c'], { right, ordered: true })).toBe(true)
  expect(isRight(['b', 'a', 'c'], { right, ordered: true })).toBe(false)
  expect(isRight(['a', 'b'], { right, ordered: true })).toBe(false)
  expect(isRight(['b', 'a', 'c'], { right, ordered: false })).toBe(true)
  expect(isRight(['a', 'a', 'c'], { right, ordered: false })).toBe(false)
})

it('the last order that was given counts', () => {
  const answers = new Map([['q', { right: ['a', 'b'], ordered: true }]])
  const watch = watchAnswer({ kind: 'answer', questions: ['q'] }, answers)
  const see = (choice: readonly string[]): void =>
    watch.see({ seq: 1, atMs: 0, fact: { kind: 'answer', question: 'q', choice } }, undefined as never)
  see(['b', 'a'])
  expect(watch.verdict().passed).toBe(false)
  see(['a', 'b'])
  expect(watch.verdict().passed).toBe(true)
  see(['b', 'a'])
  expect(watch.verdict().passed).toBe(false)
})
