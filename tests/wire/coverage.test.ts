/** Every recording is in the list of what is compared, and each test file that the list names speaks of its recording. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { coverage } from './coverage.js'
import { recordingsFolder } from './recording.js'

const trees = readdirSync(recordingsFolder)
/** Notes of the recorder are read by people. */
const recordingsIn = (tree: string): readonly string[] =>
  readdirSync(join(recordingsFolder, tree)).filter((name) => name !== 'notes.md')

it('names the trees that are there', () => {
  expect(Object.keys(coverage).sort()).toEqual([...trees].sort())
})

describe.each(trees)('%s', (tree) => {
  const listed = coverage[tree] ?? {}

  it('has each recording in the list', () => {
    expect(Object.keys(listed).sort()).toEqual([...recordingsIn(tree)].sort())
  })

  it.each(Object.entries(listed))('%s', (folder, one) => {
    if ('why' in one) return expect(one.why).not.toBe('')
    expect(one.in.length).toBeGreaterThan(0)
    for (const file of one.in) {
      const path = join(import.meta.dirname, file)
      expect(existsSync(path), `${file} is there`).toBe(true)
      const text = readFileSync(path, 'utf8')
      expect(text, `${file} reads ${tree}`).toContain(tree)
      // or it takes all of the tree
      if (!/recordingsOf\(/.test(text)) expect(text, `${file} reads ${folder}`).toContain(folder)
    }
  })
})
