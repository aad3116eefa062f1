/** Settings survive restarts and crashes; a broken file costs the settings, not the app. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_SETTINGS, Settings } from '../../src-main/desktop/settings.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfz-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('what was saved is there after a restart, and nothing else is left in the folder', async () => {
  const settings = new Settings(folder)
  expect(settings.load()).toBeNull()
  expect(settings.view()).toEqual(DEFAULT_SETTINGS)
  await settings.save({ theme: 'dark' })
  await settings.save({ layout: { lesson: 25, tabs: ['tasks.py'] } })

  const later = new Settings(folder)
  expect(later.load()).toBeNull()
  expect(later.view()).toEqual({
    theme: 'dark',
    layout: { lesson: 25, tabs: ['tasks.py'] },
    reducedMotion: 'system',
  })
  expect(readdirSync(folder)).toEqual(['settings.json'])
})

test('saves that pile up end with the last one in the file', async () => {
  const settings = new Settings(folder)
  await Promise.all([1, 2, 3, 4, 5].map((size) => settings.save({ layout: { size } })))
  expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toMatchObject({ layout: { size: 5 } })
})

test('listeners hear of a change before the file is written', async () => {
  const settings = new Settings(folder)
  const heard: string[] = []
  const stopListening = settings.onChange(({ theme }) => heard.push(theme))
  const saved = settings.save({ theme: 'light' })
  expect(heard).toEqual(['light'])
  stopListening()
  await saved
  await settings.save({ theme: 'dark' })
  expect(heard).toEqual(['light'])
})

test.each(['{ "theme": "dark", ', '[]', '{ "theme": "purple", "layout": {}, "reducedMotion": "on" }', ''])(
  'a file holding %j gives the defaults, one notice, and is kept aside',
  (text) => {
    writeFileSync(join(folder, 'settings.json'), text)
    const settings = new Settings(folder)
    expect(settings.load()).toMatchObject({ code: 'settings-broken' })
    expect(settings.view()).toEqual(DEFAULT_SETTINGS)
    expect(readFileSync(join(folder, 'settings.json.broken'), 'utf8')).toBe(text)
    expect(new Settings(folder).load()).toBeNull()
  },
)

test('a folder that went away makes the save fail, and a later one works again', async () => {
  const settings = new Settings(join(folder, 'gone'))
  await expect(settings.save({ theme: 'dark' })).rejects.toThrow('ENOENT')
  expect(settings.view().theme).toBe('dark')
})
