/** docs/SETTINGS.md names every setting of Celery once, and what it says of each is so. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { celeryDefaults } from '../../../src-main/engine/control/celery-defaults.js'
import {
  settingsWithoutEffect,
  transportOptionsWithoutEffect,
} from '../../../src-main/engine/control/settings-without-effect.js'

/** What Celery puts among the settings by itself. */
const notASetting = 'deprecated_settings'

const document = readFileSync('docs/SETTINGS.md', 'utf8')

/** The rows under a heading, each as its cells without backquotes. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, part = ''] = document.split(`\n## ${heading}\n`)
  const [section = ''] = part.split('\n## ')
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

const inEffect = rowsUnder('In effect')
const withoutMeaning = rowsUnder('Without a meaning here')
const notFollowed = rowsUnder('Not followed')

const names = (rows: readonly (readonly string[])[]): readonly string[] => rows.map(([name = '']) => name)

test('every setting of Celery stands in one of the three tables, and in one only', () => {
  const options = new Set(Object.keys(transportOptionsWithoutEffect))
  const others = names(notFollowed).filter((name) => !options.has(name))
  const listed = [...names(inEffect), ...names(withoutMeaning), ...others].sort()
  const settings = Object.keys(celeryDefaults).filter((name) => name !== notASetting)
  expect(listed).toEqual(settings.sort())
})

test('a file that is said to read a setting, and a test that is said to hold it, name the setting', () => {
  const wrong = inEffect.flatMap(([name = '', ...files]) =>
    files.filter((file) => !existsSync(file) || !new RegExp(`\\b${name}\\b`).test(readFileSync(file, 'utf8'))),
  )
  expect(inEffect.every((row) => row.length === 3)).toBe(true)
  expect(wrong).toEqual([])
})

test('what has no meaning has a reason', () => {
  expect(withoutMeaning.filter(([, why = '']) => why === '')).toEqual([])
})

test('what is not followed is what the app warns of', () => {
  const warnedOf = [...Object.keys(settingsWithoutEffect), ...Object.keys(transportOptionsWithoutEffect)]
  expect(names(notFollowed)).toEqual(warnedOf)
})

test('Python code reads every setting with its default, but for those of other result stores', () => {
  const python = readFileSync('resources/python/celery/app/defaults.py', 'utf8')
  const known = [...python.matchAll(/^ {4}'(\w+)':/gm)].map(([, name = '']) => name)
  const others = withoutMeaning
    .filter(([, why = '']) => /^of the result backend (?!rpc)/.test(why))
    .map(([name]) => name)
  const missing = Object.keys(celeryDefaults).filter((name) => !known.includes(name) && !others.includes(name))
  expect(missing).toEqual([notASetting])
})
