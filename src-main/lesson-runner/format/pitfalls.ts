/**
 * lessons/pitfalls.json: what bites users of Celery, each entry with the symptom in a user's words, its cause and its fix. Where an entry is
 * met is not in the file: steps claim entries in their lab.json (`"pitfalls": [1, 27]`), and pitfall-places.ts puts both together.
 */
import * as v from 'valibot'
import { readJsonFile } from './json-with-lines.js'
import { MalformedLesson } from './malformed-lesson.js'

const FILE = 'lessons/pitfalls.json'

const text = v.pipe(v.string(), v.nonEmpty())

const pitfall = v.strictObject({
  /** Counts from 1 through the whole file; steps name entries by it. */
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Markdown, as the two below. */
  symptom: text,
  cause: text,
  fix: text,
  /** Why no step shows it. Left out: no lesson has got to it yet. */
  whyNot: v.exactOptional(text),
})
export type Pitfall = Readonly<v.InferOutput<typeof pitfall>>

const pitfallsJson = v.strictObject({
  groups: v.pipe(
    v.array(v.strictObject({ title: text, pitfalls: v.pipe(v.array(pitfall), v.minLength(1)) })),
    v.minLength(1),
  ),
})

export interface PitfallGroup {
  readonly title: string
  readonly pitfalls: readonly Pitfall[]
}

export async function readPitfalls(lessonsFolder: string): Promise<readonly PitfallGroup[]> {
  const { value, lineOf } = await readJsonFile({ lessonsFolder, name: 'pitfalls.json' }, pitfallsJson)
  let expected = 1
  value.groups.forEach((group, groupAt) => {
    group.pitfalls.forEach(({ number }, at) => {
      if (number !== expected)
        throw new MalformedLesson(
          FILE,
          lineOf('groups', groupAt, 'pitfalls', at, 'number'),
          `found number ${number}; expected ${expected}, as entries are numbered in order`,
        )
      expected += 1
    })
  })
  return value.groups
}
