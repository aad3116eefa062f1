import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readMonitorLine } from '../../src-main/record/monitor-line.js'

/** As Redis prints an argument: sdscatrepr of sds.c, byte by byte. */
function redisRepr(text: string): string {
  const special: Readonly<Record<number, string>> = {
    0x5c: '\\\\',
    0x22: '\\"',
    0x0a: '\\n',
    0x0d: '\\r',
    0x09: '\\t',
    0x07: '\\a',
    0x08: '\\b',
  }
  const bytes = [...Buffer.from(text, 'utf8')]
  const printed = bytes.map((byte) => {
    const plain = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
    return special[byte] ?? plain
  })
  return `"${printed.join('')}"`
}

function line(words: readonly string[]): Buffer {
  return Buffer.from(`1795347532.645601 [0 127.0.0.1:41873] ${words.map(redisRepr).join(' ')}\r`)
}

describe('a line of MONITOR', () => {
  test('names time, database, connection, command and arguments', () => {
    expect(readMonitorLine(line(['lpush', 'celery', '{"body": "W10="}']))).toEqual({
      atSeconds: 1795347532.645601,
      db: 0,
      client: '127.0.0.1:41873',
      name: 'LPUSH',
      args: ['celery', '{"body": "W10="}'],
    })
  })

  test('keeps the two bytes between queue and priority step', () => {
    expect(readMonitorLine(line(['LPUSH', 'celery\x06\x163', 'x']))?.args[0]).toBe('celery\x06\x163')
  })

  test('gives back whatever was sent: quotes in quotes, backslashes at the end, control characters, other scripts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (args) => {
        expect(readMonitorLine(line(['SET', ...args]))?.args).toEqual(args)
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^["\\\n\x06\x16xa0]*$/), { minLength: 1 }), (args) => {
        expect(readMonitorLine(line(['SET', ...args]))?.args).toEqual(args)
      }),
    )
  })

  test('what is no command line is nothing', () => {
    expect(readMonitorLine(Buffer.from('OK\r'))).toBeNull()
    expect(readMonitorLine(Buffer.from('1795347532.645601 [0 127.0.0.1:41873] \r'))).toBeNull()
  })
})
