/** Who types must be able to leave, to copy and to paste; every other key is the terminal's. */
import { expect, it } from 'vitest'
import { useOfKey } from '../../../src-renderer/terminals/typed-keys.js'
import { tabText, typedName } from '../../../src-renderer/terminals/typed-names.js'

const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }
const use = (key: string, change: Partial<typeof none> = {}, selected = false): string =>
  useOfKey({ key, ...none, ...change }, selected)

it('letters, Tab, arrows and the line editor’s own keys are the terminal’s', () => {
  for (const key of ['a', 'K', 'Tab', 'ArrowUp', 'Enter', 'Escape']) expect(use(key)).toBe('terminal')
  for (const key of ['a', 'e', 'w', 'u', 'd', 'l', 'c']) expect(use(key, { ctrlKey: true })).toBe('terminal')
})

it('F6 and Shift+Tab leave; palette, search, save and paste stay the window’s', () => {
  expect(use('F6')).toBe('window')
  expect(use('F6', { shiftKey: true })).toBe('window')
  expect(use('Tab', { shiftKey: true })).toBe('window')
  for (const key of ['k', 'f', 's', 'v', 'V']) expect(use(key, { ctrlKey: true })).toBe('window')
  expect(use('v', { metaKey: true })).toBe('window')
})

it('Ctrl+C copies what is selected and else interrupts; Ctrl+Shift+C always copies', () => {
  expect(use('c', { ctrlKey: true }, true)).toBe('copy')
  expect(use('c', { ctrlKey: true }, false)).toBe('terminal')
  expect(use('C', { ctrlKey: true, shiftKey: true }, true)).toBe('copy')
  expect(use('c', { metaKey: true }, true)).toBe('copy')
})

it('both have the tab that the lessons name', () => {
  expect([tabText('python'), tabText('console'), tabText('worker@1')]).toEqual(['>>> python', '$ console', 'worker@1'])
  expect([typedName('python'), typedName('web')]).toEqual(['python', null])
})
