import { expect, test } from 'vitest'
import { parseJson, stringifyJson } from '../../../src-main/engine/serialization/json.js'
import { PyFloat, PyTagged, type WireValue } from '../../../src-main/engine/serialization/wire-value.js'

test.each([
  ['1', 1],
  ['-0', 0],
  ['2.0', new PyFloat(2)],
  ['1e400', Infinity],
  ['NaN', NaN],
  ['[Infinity, -Infinity]', [Infinity, -Infinity]],
  ['1180591620717411303424', 1180591620717411303424n],
  ['9007199254740993', 9007199254740993n],
  ['"\\ud83d"', '\ud83d'],
  ['{"a": 1, "a": 2}', { a: 2 }],
  ['{"__type__": "date", "__value__": "2030-01-02"}', new PyTagged('date', '2030-01-02')],
  ['{"bytes": "b", "__bytes__": true}', new PyTagged('bytes', 'b')],
  ['{"__type__": "date", "__value__": "x", "more": 1}', { __type__: 'date', __value__: 'x', more: 1 }],
])('%s reads as Python reads it', (text, value) => {
  expect(parseJson(text)).toEqual(value)
})

test.each<[WireValue, string]>([
  [{ a: [1, 2], b: null }, '{"a": [1, 2], "b": null}'],
  ['æ ☃ "q" \u007f\n', '"\\u00e6 \\u2603 \\"q\\" \\u007f\\n"'],
  ['😀', '"\\ud83d\\ude00"'],
  [[new PyFloat(2), new PyFloat(1e16), 1e-7, 0.00001, 123456.789], '[2.0, 1e+16, 1e-07, 1e-05, 123456.789]'],
  [[1e21, 2 ** 60], '[1e+21, 1.152921504606847e+18]'],
  [[NaN, Infinity, -Infinity, 2n ** 70n], '[NaN, Infinity, -Infinity, 1180591620717411303424]'],
  [new PyTagged('uuid', { hex: '00' }), '{"__type__": "uuid", "__value__": {"hex": "00"}}'],
])('%# a value is written as json.dumps writes it', (value, text) => {
  expect(stringifyJson(value)).toBe(text)
})

test('keys stay in the order they were written, digits or not', () => {
  const text = '{"b": 1, "10": {"2": 0, "1": 0, "x": 0}, "9": 2, "__proto__": {"a": 1}}'
  expect(stringifyJson(parseJson(text))).toBe(text)
})

test.each([
  ['', 'Expecting value: line 1 column 1 (char 0)'],
  ['{not json', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
  ['[1,\n]', 'Expecting value: line 2 column 1 (char 4)'],
  ['"😀\n"', 'Invalid control character at: line 1 column 3 (char 2)'],
  ['1 2', 'Extra data: line 1 column 3 (char 2)'],
  ['"\\x"', 'Invalid \\escape: line 1 column 2 (char 1)'],
])('%j is refused in the words of Python', (text, message) => {
  expect(() => parseJson(text)).toThrow(expect.objectContaining({ name: 'JSONDecodeError', message }))
})

test('nesting without end is refused, not a stack overflow', () => {
  expect(() => parseJson('['.repeat(100_000))).toThrow(/maximum recursion depth exceeded/)
  const cycle: WireValue[] = []
  cycle.push(cycle)
  expect(() => stringifyJson(cycle)).toThrow(/contains itself/)
})

test('what JSON cannot carry is refused, not emptied', () => {
  expect(() => stringifyJson({ when: new Date(0) } as unknown as WireValue)).toThrow(
    'Object of type Date is not JSON serializable',
  )
  expect(() => stringifyJson([undefined] as unknown as WireValue)).toThrow('Object of type undefined')
})
