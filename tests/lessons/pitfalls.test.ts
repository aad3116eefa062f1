/** The list of pitfalls, the steps that claim its entries, and docs/PITFALLS.md say the same. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCourse } from '../../src-main/lesson-runner/format/course.js'
import { readPitfalls } from '../../src-main/lesson-runner/format/pitfalls.js'
import { pitfallsPage, placePitfalls } from '../../src-main/lesson-runner/format/pitfall-places.js'
import type { ClaimingStep } from '../../src-main/lesson-runner/format/pitfall-places.js'
import { claimsOf, readShelves } from '../../src-main/lesson-runner/library/course-library.js'

const root = join(import.meta.dirname, '../..')
const lessonsFolder = join(root, 'lessons')

async function claims(): Promise<readonly ClaimingStep[]> {
  return (await readShelves(lessonsFolder, readCourse(lessonsFolder))).flatMap(claimsOf)
}

describe('the pitfalls', () => {
  it('are 53, each with a symptom, a cause and a fix of its own', async () => {
    const all = (await readPitfalls(lessonsFolder)).flatMap((group) => group.pitfalls)
    expect(all.map((pitfall) => pitfall.number)).toEqual(Array.from({ length: 53 }, (_, at) => at + 1))
    for (const part of ['symptom', 'cause', 'fix'] as const)
      expect(new Set(all.map((pitfall) => pitfall[part])).size, part).toBe(53)
  })

  // After a change of lessons/pitfalls.json, or of a claim in a lab.json: npx vitest run --project unit tests/lessons/pitfalls.test.ts -u
  it('are in docs/PITFALLS.md as they are in lessons/pitfalls.json, with the steps that show them', async () => {
    const placed = placePitfalls(await readPitfalls(lessonsFolder), await claims())
    await expect(pitfallsPage(placed)).toMatchFileSnapshot(join(root, 'docs/PITFALLS.md'))
  })
})
