/** Links from outside: what they open, when, and what is said about those that lead nowhere. */
import { describe, expect, it } from 'vitest'
import { linkTo } from '../../src-main/contract/deep-link.js'
import type { CoursePlace } from '../../src-main/contract/deep-link.js'
import type { Problem, Reply } from '../../src-main/contract/problem.js'
import { DeepLinks, findDeepLink, readDeepLink } from '../../src-main/desktop/deep-links.js'

const DONE: Reply<null> = { ok: true, value: null }
const refused = (code: string): Reply<null> => ({ ok: false, problem: { code, what: '', meaning: '', next: '' } })

describe('a link', () => {
  it.each([
    ['celery-from-zero://phase/5/step/6', { phase: 5, step: 6 }],
    ['celery-from-zero://phase/5', { phase: 5, step: null }],
    // As browsers and Windows hand it over.
    ['CELERY-FROM-ZERO://phase/5/step/6/', { phase: 5, step: 6 }],
  ])('%s is read', (link, place) => expect(readDeepLink(link)).toEqual({ ok: true, value: place }))

  it('that the app has written is one that it reads', () => {
    for (const place of [
      { phase: 1, step: 10 },
      { phase: 8, step: null },
    ])
      expect(readDeepLink(linkTo(place))).toEqual({ ok: true, value: place })
  })

  it.each([
    'celery-from-zero:',
    'celery-from-zero://',
    'celery-from-zero://phase/five/step/6',
    'celery-from-zero://phase/5/step/',
    'celery-from-zero://phase/5/step/6/../7',
    'celery-from-zero://phase/5/step/6?x=1',
    'celery-from-zero://phase/-1',
    'celery-from-zero://phase/99999999999999999999',
    `celery-from-zero://${'x'.repeat(5000)}`,
  ])('%s is refused, and says what one looks like', (link) => {
    const reply = readDeepLink(link)
    if (reply.ok) expect.fail('it was read')
    expect(reply.problem).toMatchObject({ code: 'deep-link-malformed', meaning: 'Nothing was opened.' })
    expect(reply.problem.next).toContain('celery-from-zero://phase/5/step/6')
    expect(reply.problem.what.length).toBeLessThan(250)
  })

  it('is found among other arguments', () => {
    expect(findDeepLink(['electron', '--no-sandbox', '.', 'celery-from-zero://phase/2'])).toBe(
      'celery-from-zero://phase/2',
    )
    expect(findDeepLink(['electron', '.', 'https://example.com/celery-from-zero://phase/2'])).toBeNull()
  })
})

class HandMadeCourse {
  readonly asked: string[] = []
  reply: Reply<null> = DONE

  async resume(): Promise<Reply<null>> {
    this.asked.push('resume')
    return DONE
  }

  async openAt({ phase, step }: CoursePlace): Promise<Reply<null>> {
    this.asked.push(`open ${phase}/${step ?? '-'}`)
    return this.reply
  }
}

function setUp(first: string | null) {
  const course = new HandMadeCourse()
  const told: Problem[] = []
  return { course, told, links: new DeepLinks(course, (problem) => told.push(problem), first) }
}

describe('links and the course', () => {
  it('without a link the course opens where the learner left off', async () => {
    const { course, links } = setUp(null)
    await links.begin()
    expect(course.asked).toEqual(['resume'])
  })

  it('the link that started the app is opened instead, once the lab runs', async () => {
    const { course, links } = setUp('celery-from-zero://phase/1/step/3')
    expect(course.asked).toEqual([])
    await links.begin()
    expect(course.asked).toEqual(['open 1/3'])
  })

  it('of several links that come while the lab starts, the last counts; later ones are followed at once', async () => {
    const { course, links } = setUp('celery-from-zero://phase/1/step/3')
    await links.follow('celery-from-zero://phase/1/step/4')
    await links.follow('celery-from-zero://phase/1/step/5')
    await links.begin()
    await links.follow('celery-from-zero://phase/1/step/6')
    expect(course.asked).toEqual(['open 1/5', 'open 1/6'])
  })

  it('a link that leads nowhere is told, and the course opens where the learner left off', async () => {
    for (const [link, reply, code] of [
      ['celery-from-zero://nowhere', DONE, 'deep-link-malformed'],
      ['celery-from-zero://phase/1/step/99', refused('no-such-step'), 'no-such-step'],
    ] as const) {
      const { course, links, told } = setUp(link)
      course.reply = reply
      await links.begin()
      expect(course.asked.at(-1)).toBe('resume')
      expect(told.map((problem) => problem.code)).toEqual([code])
    }
  })

  it('a lab that is started again does not open the same link twice', async () => {
    const { course, links } = setUp('celery-from-zero://phase/1/step/3')
    await links.begin()
    await links.begin()
    expect(course.asked).toEqual(['open 1/3', 'resume'])
  })

  it('a link that was overtaken by a newer one is not an error', async () => {
    const { course, links, told } = setUp(null)
    await links.begin()
    course.reply = refused('cancelled')
    await links.follow('celery-from-zero://phase/1/step/3')
    expect(told).toEqual([])
  })
})
