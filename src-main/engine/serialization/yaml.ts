/**
 * Bodies as YAML: what Python's `yaml.safe_dump` writes and `yaml.safe_load` reads, through the yaml library. Values that
 * YAML has no word for (Decimal, UUID, a time of day) are refused, as there. Celery: kombu/serialization.py register_yaml
 */
import { Document, parseDocument, visit, type SchemaOptions } from 'yaml'
import { CeleryError, EncodeError } from '../errors.js'
import { taggedBytes } from './python-repr.js'
import { PyFloat, PyTagged, type WireValue } from './wire-value.js'
import { pythonScalars } from './yaml-scalars.js'

export class YAMLError extends CeleryError {
  override readonly name: string = 'YAMLError'
  override readonly module: string = 'yaml.error'
}

const schema: SchemaOptions = { schema: 'failsafe', customTags: [...pythonScalars], merge: true }
const deepest = 500

export function parseYaml(text: string): WireValue {
  const document = parseDocument(text, { version: '1.1', ...schema, resolveKnownTags: false, logLevel: 'error' })
  const [error] = document.errors
  if (error) throw new YAMLError(error.message)
  const [unknown] = document.warnings // a tag that safe_load does not construct
  if (unknown) throw new YAMLError(unknown.message)
  return document.toJS() as WireValue // only the tags of `schema` and plain collections of them come out
}

/** Keys sorted and everything beyond ASCII escaped, as safe_dump does. */
export function stringifyYaml(value: WireValue): string {
  refuseForeign(value, 0)
  const document = new Document(value, {
    version: '1.1',
    ...schema,
    sortMapEntries: true,
    aliasDuplicateObjects: false,
  })
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && /[^ -~]/.test(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  const text = document.toString({ indentSeq: false, lineWidth: 0, doubleQuotedMinMultiLineLength: 1e9 })
  return text.replace(/[^\n -~]/gu, escaped)
}

/** Only reached inside double quotes. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const [letter, digits] =
    code < 0x100 ? (['x', 2] as const) : code < 0x10000 ? (['u', 4] as const) : (['U', 8] as const)
  return `\\${letter}${code.toString(16).toUpperCase().padStart(digits, '0')}`
}

function refuseForeign(value: WireValue, depth: number): void {
  if (depth > deepest)
    throw new EncodeError('the value is nested too deeply for YAML, or contains itself; nothing was sent')
  if (value === null || typeof value !== 'object' || value instanceof PyFloat) return
  if (value instanceof PyTagged) {
    if (['datetime', 'date'].includes(value.type) || taggedBytes(value)) return
    throw new EncodeError(`('cannot represent an object', ${value.type}): YAML has no such type; nothing was sent`)
  }
  for (const item of Object.values(value)) refuseForeign(item as WireValue, depth + 1) // arrays and objects of wire values
}
