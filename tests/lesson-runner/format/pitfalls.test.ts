/** pitfalls.json and the steps' claims: what is refused, and with which words. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placePitfalls } from '../../../src-main/lesson-runner/format/pitfall-places.js'
import type { ClaimingStep } from '../../../src-main/lesson-runner/format/pitfall-places.js'
import { readPitfalls } from '../../../src-main/lesson-runner/format/pitfalls.js'
import type { PitfallGroup } from '../../../src-main/lesson-runner/format/pitfalls.js'

const entry = (number: number, more: object = {}) => ({ number, symptom: 's', cause: 'c', fix: 'f', ...more })
const step = (id: string, pitfalls: readonly number[]): ClaimingStep => ({
  phase: { number: 2, id: '02-broker-and-worker' },
  id,
  number: 1,
  title: id,
  pitfalls,
})
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pitfalls-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function refusal(content: string | null): Promise<string> {
  if (content !== null) await writeFile(join(folder, 'pitfalls.json'), content)
  return readPitfalls(folder).then(
    () => expect.fail('it was read'),
    (error: unknown) => String(error),
  )
}

describe('a malformed pitfalls.json', () => {
  const written = (pitfalls: readonly object[]): string =>
    JSON.stringify({ groups: [{ title: 'g', pitfalls }] }, null, 2)

  it('is told when it is missing', async () => {
    expect(await refusal(null)).toContain('lessons/pitfalls.json:1: cannot be read (ENOENT)')
  })

  it('names the line of an entry without a cause', async () => {
    const broken = written([entry(1), { number: 2, symptom: 's', fix: 'f' }])
    expect(await refusal(broken)).toMatch(/pitfalls\.json:1[1-9]: “groups\.0\.pitfalls\.1\.cause”: found undefined/)
  })

  it('refuses an empty text and an unknown name', async () => {
    expect(await refusal(written([entry(1, { fix: '' })]))).toContain('“groups.0.pitfalls.0.fix”')
    expect(await refusal(written([entry(1, { shown: '2/6' })]))).toContain('shown” is not a known name here')
  })

  it('refuses a number that is left out or used twice, with the one expected', async () => {
    expect(await refusal(written([entry(1), entry(3)]))).toContain('found number 3; expected 2')
    expect(await refusal(written([entry(1), entry(1)]))).toContain('found number 1; expected 2')
  })
})

describe('the places where pitfalls are met', () => {
  const groups: readonly PitfallGroup[] = [
    { title: 'g', pitfalls: [entry(1), entry(2), entry(3, { whyNot: 'Other systems.' })] },
  ]

  it('are the steps that claim them, in the order of the course', () => {
    const [group] = placePitfalls(groups, [step('01-a', [2]), step('02-b', [1, 2])])
    expect(group?.pitfalls.map((pitfall) => pitfall.metIn.map((place) => place.id))).toEqual([
      ['02-b'],
      ['01-a', '02-b'],
      [],
    ])
  })

  it('cannot be an entry that does not exist', () => {
    expect(() => placePitfalls(groups, [step('01-a', [4])])).toThrow(
      'lessons/02-broker-and-worker/01-a/lab.json:1: “pitfalls” names 4; expected a number that lessons/pitfalls.json has, 1 to 3',
    )
  })

  it('cannot be an entry that says why it is not shown', () => {
    expect(() => placePitfalls(groups, [step('01-a', [3])])).toThrow('why it is not shown')
  })
})
