/** Words without their Markdown, and a piece of them. */
import { expect, it } from 'vitest'
import { excerpt, plainText } from '../../../src-renderer/words/plain-text.js'

it('leaves the words of Markdown', () =>
  expect(
    plainText(
      'Press **Buy**, then:\n\n- look at `tasks.py`\n- read [this](https://x)\n\n```sh\ncelery -A tasks worker\n```',
    ),
  ).toBe('Press Buy, then: look at tasks.py read this celery -A tasks worker'))

it('keeps names with underscores and stars in code whole', () =>
  expect(plainText('`task_acks_late` and `-Q a,b`')).toBe('task_acks_late and -Q a,b'))

it('cuts around the first word that was found, between words', () => {
  const text = 'one two three four five six seven eight nine ten'
  expect(excerpt(text, ['eight'], 20)).toMatch(/^… .*eight.*$/)
  expect(excerpt(text, ['one'], 12)).toBe('one two …')
  expect(excerpt('short', ['x'], 20)).toBe('short')
})
