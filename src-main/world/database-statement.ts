/** One HTTP request to the database → the statement it makes, or a refusal that says what was found and what was expected. */
import type { IncomingMessage } from 'node:http'
import { percentDecoded } from './percent.js'
import { Refused, type Columns } from './tables.js'

export type Statement =
  | { readonly do: 'count' | 'begin' | 'commit' | 'rollback' }
  | { readonly do: 'find'; readonly table: string; readonly wanted: Readonly<Record<string, string>> }
  | { readonly do: 'get'; readonly table: string; readonly id: string }
  | ChangeOfRow

export type ChangeOfRow =
  | { readonly do: 'insert'; readonly table: string; readonly columns: Columns }
  | { readonly do: 'update'; readonly table: string; readonly id: string; readonly columns: Columns }
  | { readonly do: 'delete'; readonly table: string; readonly id: string }

const LARGEST_BODY_BYTES = 1024 * 1024
const TABLE = /^[A-Za-z_]\w{0,99}$/

export async function readStatement(request: IncomingMessage): Promise<Statement> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://db')
  const [table = '', ...rest] = pathname.slice(1).split('/')
  const method = request.method ?? 'GET'
  const body = await readBody(request)
  if (rest.length === 0) {
    if (method === 'GET' && table === '') return { do: 'count' }
    if (method === 'POST' && (table === 'begin' || table === 'commit' || table === 'rollback')) return { do: table }
    checkTable(table)
    if (method === 'GET') return { do: 'find', table, wanted: Object.fromEntries(searchParams) }
    if (method === 'POST') return { do: 'insert', table, columns: readColumns(body) }
  }
  if (rest.length === 1 && rest[0] !== undefined && rest[0] !== '') {
    checkTable(table)
    const id = readPart(rest[0])
    if (method === 'GET') return { do: 'get', table, id }
    if (method === 'DELETE') return { do: 'delete', table, id }
    if (method === 'PATCH') return { do: 'update', table, id, columns: readColumns(body) }
  }
  throw new Refused(
    404,
    'bad',
    `found ${method} ${pathname}; expected GET, POST, PATCH or DELETE of /table or /table/id`,
  )
}

function checkTable(table: string): void {
  if (!TABLE.test(table))
    throw new Refused(
      400,
      'bad',
      `found table ${JSON.stringify(table)}; expected a name of letters, digits and underscores`,
    )
}

function readPart(part: string): string {
  const read = percentDecoded(part)
  if (read === null) throw new Refused(400, 'bad', `${part} is not UTF-8 in percent signs`)
  return read
}

function readColumns(body: string): Columns {
  let found: unknown
  try {
    found = JSON.parse(body)
  } catch {
    throw new Refused(400, 'bad', 'the body is not JSON; expected an object of columns')
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw new Refused(400, 'bad', 'the body is JSON, but not an object of columns')
  return found as Columns // an object: its values may be anything
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk)
  }
  if (bytes > LARGEST_BODY_BYTES)
    throw new Refused(413, 'bad', `found a row of ${bytes} bytes; a row may have ${LARGEST_BODY_BYTES}`)
  return Buffer.concat(chunks).toString('utf8')
}
