/** What becomes of words that are typed while an earlier save is on its way, and of texts that main has from elsewhere. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { NoteDraft } from '../../../src-renderer/lesson/note-draft.svelte.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function draft(text = ''): { readonly note: NoteDraft; readonly saved: string[] } {
  const saved: string[] = []
  return { note: new NoteDraft(text, (words) => saved.push(words)), saved }
}

it('saves in a pause, and once', () => {
  const { note, saved } = draft()
  note.type('The')
  vi.advanceTimersByTime(300)
  note.type('The mail')
  vi.advanceTimersByTime(5_000)
  note.flush()
  expect(saved).toEqual(['The mail'])
})

it('keeps what is typed while an earlier save comes back, and saves it too', () => {
  const { note, saved } = draft()
  note.type('The mail')
  note.flush()
  note.type('The mail moved')
  note.take('The mail')
  expect(note.typed).toBe('The mail moved')
  note.type('The mail moved next door.')
  vi.advanceTimersByTime(600)
  note.take('The mail moved next door.')
  expect(note.typed).toBe('The mail moved next door.')
  expect(saved).toEqual(['The mail', 'The mail moved next door.'])
})

it('saves that everything was deleted again, although main’s first text was empty', () => {
  const { note, saved } = draft()
  note.type('Words')
  note.flush()
  note.type('')
  note.flush()
  expect(saved).toEqual(['Words', ''])
})

it('takes a text that main has from elsewhere, and does not save over it', () => {
  const { note, saved } = draft()
  note.type('Half a sen')
  note.take('What “show me” wrote.')
  vi.advanceTimersByTime(5_000)
  expect(note.typed).toBe('What “show me” wrote.')
  expect(saved).toEqual([])
})
