/** Which paths the request panel offers. */
import { expect, it } from 'vitest'
import { buyPaths } from '../../../src-renderer/lesson/buy-paths.js'
import { lessonView } from '../../support/window-preview/views.js'

const request = (method: string, path: string, status: number | null = 202) => ({ method, path, status })

it('offers the open step’s own path first, then what has taken a POST, each once', () => {
  const requests = [request('POST', '/buy'), request('POST', '/buy-later'), request('POST', '/buy')]
  expect(buyPaths(lessonView('busy'), requests)).toEqual(['/buy-later', '/buy'])
})

it('offers no page that was only looked at, none that knows no POST, and none that a button of the step visits', () => {
  const lesson = lessonView('busy')
  const visit = { do: 'visit', path: '/reports', method: 'POST', label: 'Write the report' } as const
  const steps = lesson?.steps.map((step) => ({ ...step, actions: [...step.actions, visit] })) ?? []
  const requests = [
    request('GET', '/orders/1', 200),
    request('POST', '/nowhere', 404),
    request('POST', '/orders/1', 405),
    request('POST', '/slow', null),
    request('POST', '/reports'),
  ]
  expect(buyPaths(lesson === null ? null : { ...lesson, steps }, requests)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/orders|nowhere|slow|reports/)]),
  )
})

it('offers /buy when nothing names a path', () => {
  expect(buyPaths(null, [])).toEqual(['/buy'])
})
