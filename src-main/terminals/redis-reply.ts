/**
 * Redis' replies with the difference that redis-cli shows and ioredis' parser drops: a status is no string (`OK`, `"OK"`).
 * Bytes in, whole replies out. The protocol is RESP2.
 */

export type RedisReply =
  | { readonly kind: 'status' | 'error'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: string }
  | { readonly kind: 'bulk'; readonly bytes: Buffer }
  | { readonly kind: 'nil' }
  | { readonly kind: 'array'; readonly items: readonly RedisReply[] }

interface Read {
  readonly reply: RedisReply
  /** Where the next one begins. */
  readonly end: number
}

const LINE_END = '\r\n'

export class RedisReplies {
  #unread = Buffer.alloc(0)

  /** The replies that are whole with this chunk. */
  take(chunk: Buffer): readonly RedisReply[] {
    this.#unread = Buffer.concat([this.#unread, chunk])
    const replies: RedisReply[] = []
    let at = 0
    for (let read = readOne(this.#unread, at); read !== null; read = readOne(this.#unread, at)) {
      replies.push(read.reply)
      at = read.end
    }
    this.#unread = this.#unread.subarray(at)
    return replies
  }
}

/** Null: the rest of it has not come yet. */
function readOne(bytes: Buffer, at: number): Read | null {
  const lineEnd = bytes.indexOf(LINE_END, at)
  if (lineEnd === -1) return null
  const text = bytes.toString('utf8', at + 1, lineEnd)
  const end = lineEnd + LINE_END.length
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return { reply: { kind: 'status', text }, end }
    case '-':
      return { reply: { kind: 'error', text }, end }
    case ':':
      return { reply: { kind: 'integer', value: text }, end }
    case '$':
      return readBulk(bytes, Number(text), end)
    case '*':
      return readArray(bytes, Number(text), end)
    default:
      throw new Error(
        `Redis answered something that is no reply: ${JSON.stringify(bytes.toString('latin1', at, lineEnd))}`,
      )
  }
}

function readBulk(bytes: Buffer, length: number, at: number): Read | null {
  if (length < 0) return { reply: { kind: 'nil' }, end: at }
  const end = at + length + LINE_END.length
  if (bytes.length < end) return null
  return { reply: { kind: 'bulk', bytes: Buffer.from(bytes.subarray(at, at + length)) }, end }
}

function readArray(bytes: Buffer, count: number, at: number): Read | null {
  if (count < 0) return { reply: { kind: 'nil' }, end: at }
  const items: RedisReply[] = []
  let end = at
  for (let index = 0; index < count; index += 1) {
    const read = readOne(bytes, end)
    if (read === null) return null
    items.push(read.reply)
    end = read.end
  }
  return { reply: { kind: 'array', items }, end }
}

/** A command as Redis wants it. */
export function redisCommand(words: readonly string[]): Buffer {
  const parts = words.map((word) => {
    const bytes = Buffer.from(word)
    return Buffer.concat([Buffer.from(`$${bytes.length}${LINE_END}`), bytes, Buffer.from(LINE_END)])
  })
  return Buffer.concat([Buffer.from(`*${words.length}${LINE_END}`), ...parts])
}
