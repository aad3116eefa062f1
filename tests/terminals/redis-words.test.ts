/** redis-cli's commands without redis-cli: replies are read byte by byte, shown as it shows them, and asked about where they destroy. */
import { expect, test } from 'vitest'
import { dangerOf, staysOpen } from '../../src-main/terminals/redis-danger.js'
import { RedisReplies, redisCommand, type RedisReply } from '../../src-main/terminals/redis-reply.js'
import { quoted, rawReply, showReply } from '../../src-main/terminals/show-reply.js'

const read = (text: string): readonly RedisReply[] => new RedisReplies().take(Buffer.from(text))
const shown = (text: string): string =>
  read(text)
    .map((reply) => showReply(reply))
    .join('')

test.each([
  ['+OK\r\n', 'OK\n'],
  ['$2\r\nOK\r\n', '"OK"\n'],
  [':42\r\n', '(integer) 42\n'],
  ['$-1\r\n', '(nil)\n'],
  ['*-1\r\n', '(nil)\n'],
  ['*0\r\n', '(empty array)\n'],
  ["-ERR unknown command 'FOO'\r\n", "(error) ERR unknown command 'FOO'\n"],
  ['*2\r\n$1\r\na\r\n:1\r\n', '1) "a"\n2) (integer) 1\n'],
  ['*2\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n', '1) 1) "a"\n   2) "b"\n2) "c"\n'],
])('%j is shown as redis-cli shows it', (reply, words) => expect(shown(reply)).toBe(words))

test('ten items and more have their numbers in a column', () => {
  const items = Array.from({ length: 11 }, (_, index) => `:${index}\r\n`).join('')
  expect(shown(`*11\r\n${items}`).split('\n').slice(8, 11)).toEqual([
    ' 9) (integer) 8',
    '10) (integer) 9',
    '11) (integer) 10',
  ])
})

test('bytes that are no letters are escaped', () => {
  expect(quoted(Buffer.from('a"b\\c\r\n\t\u0007é'))).toBe('"a\\"b\\\\c\\r\\n\\t\\a\\xc3\\xa9"')
})

test('--raw prints what is there', () => {
  expect(read('*2\r\n$3\r\na"b\r\n:1\r\n').map(rawReply).join('')).toBe('a"b\n1\n')
})

test('replies come whole, in whatever pieces their bytes come', () => {
  const bytes = Buffer.from('*3\r\n$5\r\nh\r\nlo\r\n*1\r\n+x\r\n$-1\r\n:7\r\n')
  for (let size = 1; size <= bytes.length; size += 1) {
    const replies = new RedisReplies()
    const found: RedisReply[] = []
    for (let at = 0; at < bytes.length; at += size) found.push(...replies.take(bytes.subarray(at, at + size)))
    expect(found.map((reply) => showReply(reply)).join('')).toBe('1) "h\\r\\nlo"\n2) 1) x\n3) (nil)\n(integer) 7\n')
  }
})

test('what is no reply at all is an error', () => {
  expect(() => read('HTTP/1.1 400\r\n')).toThrow('something that is no reply')
})

test('a command is sent with the length of each word in bytes', () => {
  expect(redisCommand(['GET', 'é']).toString()).toBe('*2\r\n$3\r\nGET\r\n$2\r\né\r\n')
})

test.each([
  ['FLUSHALL', 'ask'],
  ['flushdb async', 'ask'],
  ['DEL celery', 'ask'],
  ['HDEL unacked tag', 'ask'],
  ['config set maxmemory 1mb', 'ask'],
  ['SHUTDOWN NOSAVE', 'ask'],
  ['CONFIG SET requirepass x', 'refuse'],
  ['CONFIG SET maxmemory 1mb dir /', 'refuse'],
  ['AUTH x', 'refuse'],
  ['ACL SETUSER x', 'refuse'],
  ['MULTI', 'refuse'],
  ['CONFIG GET maxmemory', 'none'],
  ['CLIENT LIST', 'none'],
  ['LLEN celery', 'none'],
  ['HGETALL unacked', 'none'],
])('%s: %s', (line, kind) => expect(dangerOf(line.split(' ')).kind).toBe(kind))

test('MONITOR and subscriptions go on until they are stopped', () => {
  expect(['monitor', 'SUBSCRIBE', 'LLEN'].map((name) => staysOpen([name]))).toEqual([true, true, false])
})
