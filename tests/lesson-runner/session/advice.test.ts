import { expect, it } from 'vitest'
import { adviceFor } from '../../../src-main/lesson-runner/session/advice.js'

const option = (id: string, speaksFor: string[] = []) => ({ id, text: `says ${id}`, reason: '', speaksFor })
const question = (id: string, options: ReturnType<typeof option>[]) => ({
  id,
  text: id,
  options,
  right: [],
  ordered: false,
  many: false,
})
const lab = {
  advice: ['cron', 'queue', 'workflow'].map((id) => ({ id, title: id.toUpperCase(), text: `about ${id}` })),
  questions: [
    question('when', [option('nightly', ['cron']), option('at once', ['queue'])]),
    question('long', [option('days', ['workflow', 'queue']), option('seconds')]),
  ],
}

it('shows what most answers speak for, with those answers, and the runner-up', () => {
  expect(adviceFor(lab, { when: ['at once'], long: ['days'] })).toEqual([
    { title: 'QUEUE', text: 'about queue', because: ['says at once', 'says days'] },
    { title: 'WORKFLOW', text: 'about workflow', because: ['says days'] },
  ])
})

it('says nothing before every question has an answer', () => {
  expect(adviceFor(lab, { when: ['at once'] })).toEqual([])
  expect(adviceFor({ ...lab, advice: [] }, { when: ['at once'], long: ['days'] })).toEqual([])
})
