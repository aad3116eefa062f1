/** Reads a JSON file against a schema; a mistake names the file, the line, what was found and what was expected. Comments are allowed. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser'
import * as v from 'valibot'
import { MalformedLesson } from './malformed-lesson.js'

export interface ReadJson<T> {
  readonly value: T
  /** The line on which the value at a path begins, for mistakes that only the caller can see. */
  lineOf(...path: readonly (string | number)[]): number
}

/** A file of the lessons folder, as `readJson` gives it; one that cannot be read is malformed as well. */
export async function readJsonFile<T>(
  { lessonsFolder, name }: { readonly lessonsFolder: string; readonly name: string },
  schema: v.GenericSchema<unknown, T>,
): Promise<ReadJson<T>> {
  const file = `lessons/${name}`
  const content = await readFile(join(lessonsFolder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new MalformedLesson(file, 1, `cannot be read (${error.code ?? error.message})`)
  })
  return readJson(file, content, schema)
}

export function readJson<T>(file: string, text: string, schema: v.GenericSchema<unknown, T>): ReadJson<T> {
  const errors: ParseError[] = []
  const root = parseTree(text, errors)
  const [mistake] = errors
  if (mistake !== undefined || root === undefined) {
    const offset = mistake?.offset ?? 0
    const found = JSON.stringify(text.slice(offset, offset + 20))
    throw new MalformedLesson(
      file,
      lineAt(text, offset),
      `not valid JSON: ${mistake === undefined ? 'the file is empty' : printParseErrorCode(mistake.error)} at ${found}`,
    )
  }
  const lineOf = (...path: readonly (string | number)[]): number => lineAt(text, nearest(root, path).offset)
  const result = v.safeParse(schema, getNodeValue(root))
  if (result.success) return { value: result.output, lineOf }
  const issue = result.issues[0]
  const path = (issue.path ?? []).map((item) => item.key as string | number) // keys of JSON are strings or array positions
  throw new MalformedLesson(file, lineOf(...path), describe(issue, path))
}

function describe(issue: v.BaseIssue<unknown>, path: readonly (string | number)[]): string {
  const at = path.length === 0 ? 'the file' : `“${path.join('.')}”`
  if (issue.kind === 'schema' && issue.type === 'strict_object' && issue.expected === 'never')
    return `${at} is not a known name here`
  const expected = issue.expected === null ? issue.message : `expected ${issue.expected}`
  return `${at}: found ${issue.received}, ${expected}`
}

/** The node at a path, or its nearest ancestor: a missing name has no place of its own. */
function nearest(root: Node, path: readonly (string | number)[]): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, [...path.slice(0, length)])
    if (node !== undefined) return node
  }
  return root
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
