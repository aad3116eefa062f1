/** The search over the real course: what people would type, and what they should find first. */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readCourse } from '../../../src-main/lesson-runner/format/course.js'
import { readCourseTexts } from '../../../src-main/lesson-runner/library/course-library.js'
import { makeSearch, sayKind, type Search } from '../../../src-renderer/library/search-index.js'
import { GLOSSARY } from '../../../src-renderer/words/glossary.js'

const lessonsFolder = join(import.meta.dirname, '../../../lessons')
let search: Search

beforeAll(async () => {
  search = makeSearch(await readCourseTexts(lessonsFolder, readCourse(lessonsFolder)), GLOSSARY)
})
const places = (query: string): readonly string[] => search(query).map((hit) => `${sayKind(hit)}: ${hit.title}`)

describe('the search', () => {
  it('finds a step by its title', () => expect(places('five buyers')[0]).toBe('Phase 1 · step 2: Five buyers at once'))

  it('finds a phase by its title', () => expect(places('what celery is')[0]).toBe('Phase 1: What Celery is and why'))

  it('finds a word of the glossary by the beginning of it', () => {
    expect(places('unack')).toContain('Glossary: unacked')
    expect(places('prefetch')).toContain('Glossary: prefetch')
  })

  it('finds a pitfall by the setting that helps, and by the symptom', () => {
    expect(places('task_reject_on_worker_lost')[0]).toMatch(/^Pitfall [12]: /)
    expect(places('state is pending for ever')[0]).toBe('Pitfall 27: The state is PENDING for ever.')
  })

  it('finds a step by what only its section for TypeScript says', () => {
    expect(places('RunningTask')[0]).toContain('Phase 4 · step 4: ')
    expect(places('autoretryFor').every((place) => place.startsWith('Phase 5 · step '))).toBe(true)
    expect(places('autoretryFor').length).toBeGreaterThan(1)
  })

  it('forgives a slip of the finger', () => expect(places('visibilty timeout').join()).toContain('visibility_timeout'))

  it('prefers what has every word, and falls back to what has some', () => {
    expect(places('mail server stops')[0]).toContain('The mail server stops')
    expect(places('beat zebra').length).toBeGreaterThan(0)
  })

  it('finds nothing for nothing, and nothing for nonsense', () => {
    expect(search('')).toEqual([])
    expect(search('   ')).toEqual([])
    expect(search('xqzvkj')).toEqual([])
  })

  it('gives every hit a key of its own and an excerpt that is short', () => {
    const hits = search('worker')
    expect(hits.length).toBeGreaterThan(5)
    expect(new Set(hits.map((hit) => hit.key)).size).toBe(hits.length)
    for (const hit of hits) expect(hit.excerpt.length).toBeLessThan(160)
  })
})
