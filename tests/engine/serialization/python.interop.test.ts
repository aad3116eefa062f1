/**
 * Our JSON, repr and saferepr against Debian's Python and its Celery, on generated values: one Python process a test.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isErrorOfType } from '../../../src-main/engine/errors.js'
import { parseJson, stringifyJson } from '../../../src-main/engine/serialization/json.js'
import { PyTuple, pythonRepr } from '../../../src-main/engine/serialization/python-repr.js'
import { saferepr } from '../../../src-main/engine/serialization/saferepr.js'
import { PyFloat, type WireObject, type WireValue } from '../../../src-main/engine/serialization/wire-value.js'
import { parseYaml, stringifyYaml } from '../../../src-main/engine/serialization/yaml.js'
import { runPython } from '../../support/real-celery.js'

const runs = Number(process.env.CFZ_FUZZ_RUNS ?? 3000)

/** Each line of stdin is an ASCII JSON string; each line of stdout too, in the same order. */
async function askPython(body: string, inputs: readonly unknown[]): Promise<readonly unknown[]> {
  const script = `
import sys, json
def answer(ask):
${body}
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
`
  const input = inputs.map((ask) => stringifyJson(ask as WireValue)).join('\n')
  const output = await runPython(['-c', script], { input: `${input}\n` })
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', "'", '\\', '\n', ' ', 'é', '😀', '\u2028', '\ud83d', '\u007f') }),
)
const float = fc.double().map((value) => (Number.isInteger(value) ? new PyFloat(value) : value))
const scalar = fc.oneof(
  fc.constantFrom<WireValue>(null, true, false, NaN, Infinity, -Infinity, new PyFloat(-0), new PyFloat(1e16), 1e-7),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
  float,
  text,
)
const { value: wireValue } = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('1', '02', '10', '__proto__')), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
}))

test('what Python writes we read, and write again byte for byte', async () => {
  const values = fc.sample(wireValue, runs)
  const ours = values.map((value) => stringifyJson(value))
  const theirs = (await askPython('    return json.dumps(json.loads(ask))', ours)) as string[]
  expect(ours).toEqual(theirs)
  expect(theirs.map((json) => stringifyJson(parseJson(json)))).toEqual(theirs)
})

test('what is not JSON is refused at the same place in the same words', async () => {
  const json = wireValue.map((value) => stringifyJson(value))
  const cut = fc
    .tuple(
      json,
      fc.nat(),
      fc.constantFrom('', ',', '"', '\\', '{', '[', ']', '}', ':', '-', '1', '.', 'e', 'N', ' ', '\n', 'u', '😀'),
    )
    .map(([whole, at, insert]) => {
      const place = whole.length ? at % whole.length : 0
      return whole.slice(0, place) + insert + whole.slice(place + (at % 3))
    })
  const asked = fc.sample(fc.oneof(cut, text), runs).filter((one) => !/\p{Cs}/u.test(one))
  const theirs = await askPython(
    '    try: return {"json": json.dumps(json.loads(ask))}\n    except json.JSONDecodeError as e: return {"error": str(e)}',
    asked,
  )
  const ours = asked.map((one) => {
    try {
      return { json: stringifyJson(parseJson(one)) }
    } catch (error) {
      if (!isErrorOfType(error, 'JSONDecodeError')) throw error
      return { error: error.message }
    }
  })
  for (const [index, one] of asked.entries())
    expect({ asked: one, answer: ours[index] }).toEqual({ asked: one, answer: theirs[index] })
})

test('floats are spelled as Python spells them', async () => {
  const bits = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), runs)
  const powers = Array.from({ length: 633 }, (_unused, index) => [
    Number(`1e${index - 324}`),
    Number(`1.5e${index - 324}`),
    -Number(`9.87654321e${index - 324}`),
  ]).flat()
  const ours = [...bits, ...powers].filter(Number.isFinite).map((value) => stringifyJson(new PyFloat(value)))
  const theirs = await askPython('    return repr(float(ask))', ours)
  expect(ours).toEqual(theirs)
})

function stringValues(value: WireValue): string {
  return (JSON.parse(`[${stringifyJson(value).replaceAll(/NaN|-?Infinity/g, '0')}]`) as unknown[])
    .map((one) => JSON.stringify(one))
    .join('')
}

/** Node's Unicode is newer than Python 3.11's (14): characters that came since are printable for us only. */
const newerCharacters = new Set<string>()

test('every character is printable or escaped as in Python, but for those of a newer Unicode', async () => {
  const asks = Array.from({ length: 0x110000 / 256 }, (_unused, block) => block * 256)
  const theirs = (await askPython(
    '    return [c for c in range(ask, ask + 256) if not chr(c).isprintable()]',
    asks,
  )) as number[][]
  const escapedByPython = new Set(theirs.flat())
  for (let code = 0; code < 0x110000; code++) {
    const escapedByUs = code !== 0x5c && pythonRepr(String.fromCodePoint(code)).startsWith("'\\")
    if (escapedByUs === escapedByPython.has(code)) continue
    expect(escapedByUs).toBe(false)
    newerCharacters.add(String.fromCodePoint(code))
  }
  expect([...newerCharacters].filter((character) => character < '\u0860')).toEqual([])
})

test('repr and saferepr write what Python and Celery write, whatever the limits', async () => {
  const asks = fc.sample(
    fc.record({
      value: wireValue,
      max: fc.constantFrom(null, 1, 5, 10, 46, 100, 1024),
      levels: fc.constantFrom(1, 2, 3, 5),
    }),
    runs,
  )
  const body = `
    from celery.utils.saferepr import saferepr
    v = ask['value']
    t = tuple(v) if isinstance(v, list) else v
    def tokens(x): return x
    return [saferepr(v, ask['max'], ask['levels']), saferepr(t, ask['max'], ask['levels']), repr(t)]`
  const theirs = await askPython(body, asks)
  asks.forEach(({ value, max, levels }, index) => {
    const tuple = Array.isArray(value) ? new PyTuple(value as readonly WireValue[]) : value
    const ours = [saferepr(value, max, levels), saferepr(tuple, max, levels), pythonRepr(tuple)]
    if ([...stringValues(value)].some((character) => newerCharacters.has(character))) return
    expect({ max, levels, json: stringifyJson(value), ours }).toEqual({
      max,
      levels,
      json: stringifyJson(value),
      ours: theirs[index],
    })
  })
})

test('YAML of ours is read by PyYAML and YAML of PyYAML by us, without loss', async () => {
  const values = fc.sample(wireValue, Math.ceil(runs / 6))
  const body = `
    import yaml
    value = yaml.safe_load(ask)
    return [json.dumps(value), yaml.safe_dump(value)]
`
  const answers = await askPython(body, values.map(stringifyYaml))
  for (const [index, value] of values.entries()) {
    const [json, yaml] = answers[index] as readonly [string, string]
    expect(canonical(parseJson(json))).toBe(canonical(value))
    expect(canonical(parseYaml(yaml))).toBe(canonical(value))
  }
})

/** Keys sorted: YAML's writers sort them. */
function canonical(value: WireValue): string {
  if (Array.isArray(value)) return `[${(value as readonly WireValue[]).map(canonical).join(', ')}]`
  if (typeof value !== 'object' || value === null || value instanceof PyFloat) return stringifyJson(value)
  const members = Object.entries(value as WireObject).map(([key, item]) => `${stringifyJson(key)}: ${canonical(item)}`)
  return `{${members.sort().join(', ')}}`
}
