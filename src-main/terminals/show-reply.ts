/** A reply of Redis as redis-cli prints it in a terminal. redis: src/redis-cli.c (cliFormatReplyTTY), src/sds.c (sdscatrepr) */
import type { RedisReply } from './redis-reply.js'

export function showReply(reply: RedisReply, prefix = ''): string {
  switch (reply.kind) {
    case 'status':
      return `${reply.text}\n`
    case 'error':
      return `(error) ${reply.text}\n`
    case 'integer':
      return `(integer) ${reply.value}\n`
    case 'bulk':
      return `${quoted(reply.bytes)}\n`
    case 'nil':
      return '(nil)\n'
    case 'array':
      return showItems(reply.items, prefix)
  }
}

function showItems(items: readonly RedisReply[], prefix: string): string {
  if (items.length === 0) return '(empty array)\n'
  const width = String(items.length).length
  // As redis-cli: what stands before a nested array's lines is as wide as the numbers of the array around it.
  const deeper = `${prefix}${' '.repeat(width + 2)}`
  return items
    .map((item, index) => {
      const number = `${String(index + 1).padStart(width)}) `
      return `${index === 0 ? '' : prefix}${number}${showReply(item, deeper)}`
    })
    .join('')
}

/** As redis-cli with --raw, or when its output is no terminal. */
export function rawReply(reply: RedisReply): string {
  switch (reply.kind) {
    case 'status':
    case 'error':
      return `${reply.text}\n`
    case 'integer':
      return `${reply.value}\n`
    case 'bulk':
      return `${reply.bytes.toString('utf8')}\n`
    case 'nil':
      return '\n'
    case 'array':
      return reply.items.map(rawReply).join('')
  }
}

const NAMED: Readonly<Record<number, string>> = {
  0x07: '\\a',
  0x08: '\\b',
  0x09: '\\t',
  0x0a: '\\n',
  0x0d: '\\r',
  0x22: '\\"',
  0x5c: '\\\\',
}

export function quoted(bytes: Buffer): string {
  let text = ''
  for (const byte of bytes) {
    const printable = byte >= 0x20 && byte < 0x7f
    text += NAMED[byte] ?? (printable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)
  }
  return `"${text}"`
}
