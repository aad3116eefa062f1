import { expect, test } from 'vitest'
import { PyFloat, PyTagged, type WireValue } from '../../../src-main/engine/serialization/wire-value.js'
import { parseYaml, stringifyYaml } from '../../../src-main/engine/serialization/yaml.js'

/** Beside each value what PyYAML's safe_dump writes for it. */
const both: readonly (readonly [WireValue, string])[] = [
  [[[1, 9], {}, { errbacks: null, callbacks: null }], '- - 1\n  - 9\n- {}\n- callbacks: null\n  errbacks: null\n'],
  [{ b: [1, { c: 2 }], a: {} }, 'a: {}\nb:\n- 1\n- c: 2\n'],
  [
    [new PyFloat(2), new PyFloat(1e16), 1e-7, 0.5, Infinity, -Infinity],
    '- 2.0\n- 1.0e+16\n- 1.0e-07\n- 0.5\n- .inf\n- -.inf\n',
  ],
  [[2n ** 70n, -3, true, null], `- ${2n ** 70n}\n- -3\n- true\n- null\n`],
  [[new PyTagged('datetime', '2030-01-02T03:04:05.000678')], '- 2030-01-02 03:04:05.000678\n'],
  [[new PyTagged('datetime', '2030-01-02T00:00:00+00:00')], '- 2030-01-02 00:00:00+00:00\n'],
  [[new PyTagged('date', '2030-01-02')], '- 2030-01-02\n'],
  [['æ😀'], '- "\\xE6\\U0001F600"\n'],
]

test.each(both)('%o is written as Python writes it and read back', (value, text) => {
  expect(stringifyYaml(value)).toBe(text)
  expect(parseYaml(text)).toStrictEqual(value)
})

test('plain scalars are what YAML 1.1 and Python make of them', () => {
  const text = '[yes, No, on, y, 1e5, 1.0e+5, 017, 0x1F, 1:30, 1_000, ~, 0o7, 2030-01-02T03:04:05Z, !!binary aGn/]'
  expect(parseYaml(text)).toStrictEqual([
    ...[true, false, true, 'y', '1e5', new PyFloat(100_000), 15, 31, 90, 1000, null, '0o7'],
    new PyTagged('datetime', '2030-01-02T03:04:05+00:00'),
    new PyTagged('base64', 'aGn/'),
  ])
})

test('a text that would read as something else keeps its quotes', () => {
  const texts = ['yes', '1.5', '017', '1:30', '2030-01-02', '', '~', ' x', 'a: b', '<<', '=', '- a', 'line\nbreak', '#']
  expect(parseYaml(stringifyYaml(texts))).toEqual(texts)
})

test('what Python would not read or write is refused', () => {
  expect(() => parseYaml('[1, 2')).toThrow(expect.objectContaining({ name: 'YAMLError' }) as Error)
  expect(() => parseYaml('!!python/object/apply:os.system ["true"]')).toThrow(/python\/object/)
  expect(() => parseYaml('[=]')).toThrow(/constructor for the tag 'tag:yaml.org,2002:value'/)
  expect(() => parseYaml('--- 1\n--- 2\n')).toThrow(expect.objectContaining({ name: 'YAMLError' }) as Error)
  for (const type of ['decimal', 'uuid', 'time'])
    expect(() => stringifyYaml([new PyTagged(type, '1.5')])).toThrow(/cannot represent an object/)
  const loop: WireValue[] = []
  loop.push(loop)
  expect(() => stringifyYaml(loop)).toThrow(expect.objectContaining({ name: 'EncodeError' }) as Error)
})
