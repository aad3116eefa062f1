/** Takes out of a message what differs from run to run, and nothing else: ids, times of day, process and host, delivery tags. */
import { decompress } from '../../src-main/engine/serialization/compression.js'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'

/** The same id becomes the same name wherever it stands, so that `root_id` must still be `id`. */
export class Normalizer {
  private readonly names = new Map<string, string>()

  /** The envelope as text, its body decoded in place; keys in the order they were written. */
  message(envelope: WireObject): string {
    const properties = envelope.properties as WireObject
    const shown = { ...envelope, properties: { ...properties, delivery_tag: '<tag>' }, body: bodyOf(envelope) }
    return this.text(stringifyJson(shown as WireObject))
  }

  text(json: string): string {
    return json
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => this.nameOf(id))
      .replace(/ at 0x[0-9a-f]+/g, ' at 0x<address>')
      .replace(/gen\d+@[\w.-]+/g, 'gen<pid>@<host>')
      .replace(/"20(?!30)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}([-+]\d\d:\d\d)?"/g, '"<time>$1"')
      .replace(/("expiration": ")\d{9,}"/g, '$1<milliseconds left>"')
  }

  private nameOf(id: string): string {
    const name = this.names.get(id) ?? `<id ${this.names.size + 1}>`
    this.names.set(id, name)
    return name
  }
}

function bodyOf(envelope: WireObject): WireValue {
  const text = envelope.body as string
  if (text.startsWith('(')) return text // the recorder left it out
  const bytes = Buffer.from(text, 'base64')
  const { compression } = envelope.headers as WireObject
  const plain = typeof compression === 'string' ? decompress(bytes, compression) : bytes
  const json = Buffer.from(plain).toString('utf8')
  return envelope['content-type'] === 'application/json' ? parseJson(json) : text
}
