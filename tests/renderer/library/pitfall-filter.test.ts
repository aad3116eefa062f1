/** The list of pitfalls: narrowed by words and by whether a lesson shows them. */
import { expect, it } from 'vitest'
import type { PitfallView } from '../../../src-main/contract/course-views.js'
import { filterPitfalls } from '../../../src-renderer/library/pitfall-filter.js'

const place = { phase: 'p', phaseNumber: 1, step: 's', stepNumber: 1, title: 't' }
const pitfall = (number: number, symptom: string, fix: string, met: boolean): PitfallView => ({
  number,
  symptom,
  cause: 'Because.',
  fix,
  metIn: met ? [place] : [],
  whyNot: null,
})
const groups = [
  {
    title: 'Losing',
    pitfalls: [pitfall(1, 'It is **gone**.', '`acks_late`', true), pitfall(2, 'Still gone.', 'x', false)],
  },
  { title: 'Beat', pitfalls: [pitfall(40, 'Wrong hour.', '`timezone`', false)] },
]
const numbers = (query: string, shown: 'all' | 'met' | 'not-met' = 'all'): readonly number[] =>
  filterPitfalls(groups, query, shown).flatMap((group) => group.pitfalls.map((one) => one.number))

it('shows all, those that are met, and those that are not', () => {
  expect(numbers('')).toEqual([1, 2, 40])
  expect(numbers('', 'met')).toEqual([1])
  expect(numbers('', 'not-met')).toEqual([2, 40])
})

it('wants every word, anywhere in the entry, in any case', () => {
  expect(numbers('gone')).toEqual([1, 2])
  expect(numbers('ACKS_LATE gone')).toEqual([1])
  expect(numbers('gone hour')).toEqual([])
  expect(numbers('40')).toEqual([40])
})

it('leaves out groups that have nothing to show', () =>
  expect(filterPitfalls(groups, 'hour', 'all').map((group) => group.title)).toEqual(['Beat']))
