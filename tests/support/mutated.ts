/** Recorded texts, damaged: what the fuzz tests put where a message, a control request or a result document is expected. */
import fc from 'fast-check'
import { stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { readRecording } from '../wire/recording.js'

/** How many inputs a fuzz test tries: CFZ_FUZZ_RUNS, or what the test can afford on every run. */
export function fuzzRuns(usual: number): number {
  return Number(process.env.CFZ_FUZZ_RUNS ?? usual)
}

export const recordedMessages = ['publish-only', 'publish-protocol1', 'json-types'].flatMap((folder) =>
  readRecording(`01-basic-5.6.3/${folder}`).messages.map((one) => one.text),
)
export const recordedResults = readRecording('01-basic-5.6.3/roundtrip').results.map((one) => one.text)

export const anyJson = fc.jsonValue({ maxDepth: 3 }).map((value) => stringifyJson(value as WireValue))

/** A recorded text with one value replaced, cut, or characters put in. */
export function mutated(from: readonly string[]): fc.Arbitrary<string> {
  return fc
    .record({
      text: fc.constantFrom(...from),
      at: fc.nat(),
      put: fc.oneof(anyJson, fc.string(), fc.constantFrom('', '{', '"', ',', 'NaN', '1e999')),
      cut: fc.nat({ max: 12 }),
      atValue: fc.boolean(),
    })
    .map(({ text, at, put, cut, atValue }) => {
      const values = [
        ...text.matchAll(/(?<=": )("(?:[^"\\]|\\.)*"|null|true|false|-?\d+(?:\.\d+)?|\[[^\][]*\]|\{[^{}]*\})/g),
      ]
      const value = values[at % Math.max(1, values.length)]
      if (atValue && value) return text.slice(0, value.index) + put + text.slice(value.index + value[0].length)
      const place = at % text.length
      return text.slice(0, place) + put + text.slice(place + cut)
    })
}

const bodies = fc.oneof(
  anyJson,
  fc.string(),
  mutated(['[[1, 2], {"a": 1}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]']),
)

/** A recorded message whose body is another one. */
const withBody = fc
  .record({ text: fc.constantFrom(...recordedMessages), body: bodies })
  .map(({ text, body }) => text.replace(/"body": "[^"]*"/, `"body": "${Buffer.from(body).toString('base64')}"`))

export const anyItem = fc.oneof(mutated(recordedMessages), withBody, anyJson, fc.string())
export const anyResult = fc.oneof(mutated(recordedResults), anyJson, fc.string())
