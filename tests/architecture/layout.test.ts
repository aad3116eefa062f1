/** Files read the way docs/ARCHITECTURE.md promises: named for an idea, opened by a comment, short enough to hold in mind. */
import { describe, expect, it } from 'vitest'
import { sourceFiles } from './source-files.js'

const files = sourceFiles('src-main', 'src-renderer')
const vague = /\/(utils?|helpers?|types|common|misc|.*manager|.*service)\.(ts|svelte)$/i
/** 100 to 250 reads well; beyond this a file is two files. */
const mostLines = 400

describe('source files', () => {
  it('are named for what they hold', () => {
    expect(files.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([])
  })

  it('are kebab-case, and components PascalCase', () => {
    const fits = /\/(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\.svelte)?\.ts|[A-Z][A-Za-z0-9]*\.svelte)$/
    expect(files.map(({ path }) => path).filter((path) => !fits.test(path))).toEqual([])
  })

  it('begin with a comment that says what they are', () => {
    const begins = /^(?:\/\*\*|\/\/|<!--|<script[^>]*>\s*(?:\/\*\*|\/\/))/
    expect(files.filter(({ text }) => !begins.test(text)).map(({ path }) => path)).toEqual([])
  })

  it(`stay under ${mostLines} lines`, () => {
    const long = files.map(({ path, text }) => ({ path, lines: text.split('\n').length }))
    expect(long.filter(({ lines }) => lines > mostLines).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  })
})
