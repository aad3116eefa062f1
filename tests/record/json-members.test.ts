import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonElements, jsonMembers, readNumber, readString } from '../../src-main/record/json-members.js'

describe('looking into JSON without parsing it', () => {
  test('slices hold every digit, and what JSON.parse refuses', () => {
    const members = jsonMembers(
      '{"a": 123456789012345678901234567890, "b": NaN, "c": [Infinity, {"d": 1.0}], "e": "}\\"{"}',
    )
    expect(members).toEqual(
      new Map([
        ['a', '123456789012345678901234567890'],
        ['b', 'NaN'],
        ['c', '[Infinity, {"d": 1.0}]'],
        ['e', '"}\\"{"'],
      ]),
    )
  })

  test('finds the members that JSON.parse finds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1), (object, indent) => {
        const members = jsonMembers(JSON.stringify(object, null, indent))
        const read = [...(members ?? [])].map(([key, slice]): [string, unknown] => [key, JSON.parse(slice)])
        expect(read).toEqual(Object.entries(JSON.parse(JSON.stringify(object)) as object))
      }),
    )
  })

  test('finds the elements that JSON.parse finds', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (list) => {
        const text = JSON.stringify(list)
        expect(jsonElements(text)?.map((slice): unknown => JSON.parse(slice))).toEqual(JSON.parse(text))
      }),
    )
  })

  test.each(['', 'null', '[1]', '{"a"', '{"a": ', '{"a": {', '{"a": 1'])('%j is no object', (text) => {
    expect(jsonMembers(text)).toBeNull()
  })

  test('never hangs and never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[{}[\]":,\\ a1]*$/), (text) => {
        jsonMembers(text)
        jsonElements(text)
      }),
    )
  })

  test('reads a string or a number out of a slice', () => {
    expect(readString('"\\u00e6"')).toBe('æ')
    expect(readString('12')).toBeNull()
    expect(readNumber('12')).toBe(12)
    expect(readNumber('null')).toBeNull()
  })
})
