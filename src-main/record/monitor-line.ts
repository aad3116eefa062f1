/**
 * Reads one line of Redis' MONITOR output: `1795347532.645 [0 127.0.0.1:41873] "LPUSH" "celery" "{\"body\": …}"`.
 * Redis prints everything but printable ASCII as an escape (sdscatrepr in sds.c), so the line is ASCII and the bytes come back exactly.
 */

export interface MonitorCommand {
  /** Unix time in seconds, Redis' clock. */
  readonly atSeconds: number
  readonly db: number
  /** `127.0.0.1:41873`, `lua`, `unix:/path`. */
  readonly client: string
  /** The command's name in capitals, then its arguments. */
  readonly name: string
  readonly args: readonly string[]
}

const HEAD = /^(\d+\.\d+) \[(\d+) ([^\]]*)\] /

/** Null when it is no command line (`OK`, or something cut short). */
export function readMonitorLine(line: Buffer): MonitorCommand | null {
  const head = HEAD.exec(line.toString('latin1', 0, 200))
  if (head === null) return null
  const words = readWords(line, head[0].length)
  const [name, ...args] = words
  if (name === undefined) return null
  return { atSeconds: Number(head[1]), db: Number(head[2]), client: head[3] ?? '', name: name.toUpperCase(), args }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LETTER_X = 0x78

function readWords(line: Buffer, from: number): readonly string[] {
  const words: string[] = []
  let at = from
  while (at < line.length) {
    if (line[at] !== QUOTE) {
      at += 1
      continue
    }
    const end = closingQuote(line, at + 1)
    words.push(unescapeBytes(line.subarray(at + 1, end)))
    at = end + 1
  }
  return words
}

function closingQuote(line: Buffer, from: number): number {
  let at = from
  for (;;) {
    const quote = line.indexOf(QUOTE, at)
    if (quote === -1) return line.length
    let backslashes = 0
    while (line[quote - 1 - backslashes] === BACKSLASH && quote - 1 - backslashes >= from) backslashes += 1
    if (backslashes % 2 === 0) return quote
    at = quote + 1
  }
}

const PLAIN_ESCAPES = new Map<number, number>([
  [0x6e, 0x0a], // \n
  [0x72, 0x0d], // \r
  [0x74, 0x09], // \t
  [0x61, 0x07], // \a
  [0x62, 0x08], // \b
])

/** Escapes back to bytes, then the bytes as UTF-8. A plain loop: JSON has an escape every few bytes, and messages may be 5 MB. */
export function unescapeBytes(escaped: Buffer): string {
  if (!escaped.includes(BACKSLASH)) return escaped.toString('utf8')
  const bytes = Buffer.allocUnsafe(escaped.length)
  let length = 0
  for (let at = 0; at < escaped.length; at += 1) {
    let byte = escaped[at] ?? 0
    if (byte === BACKSLASH) {
      at += 1
      const code = escaped[at] ?? BACKSLASH
      if (code === LETTER_X) {
        byte = hexDigit(escaped[at + 1]) * 16 + hexDigit(escaped[at + 2])
        at += 2
      } else {
        byte = PLAIN_ESCAPES.get(code) ?? code
      }
    }
    bytes[length] = byte
    length += 1
  }
  return bytes.toString('utf8', 0, length)
}

/** Redis writes them in lower case. */
function hexDigit(code = 0x30): number {
  return code >= 0x61 ? code - 0x61 + 10 : code - 0x30
}
