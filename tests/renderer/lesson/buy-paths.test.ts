/** Which paths the request panel offers. */
import { expect, it } from 'vitest'
import { buyPaths } from '../../../src-renderer/lesson/buy-paths.js'
import { lessonView } from '../../support/window-preview/views.js'

it('offers the open step’s own path first, then what was requested, each once', () => {
  expect(buyPaths(lessonView('busy'), ['/buy', '/buy-later'])).toEqual(['/buy-later', '/buy'])
})

it('offers /buy when nothing names a path', () => {
  expect(buyPaths(null, [])).toEqual(['/buy'])
})
