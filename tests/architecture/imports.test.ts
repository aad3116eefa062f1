/** Holds docs/ARCHITECTURE.md's table: who imports whom, no circles, electron in three places only. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { circles } from './circles.js'
import { importsOf, projectFolder, sourceFiles } from './source-files.js'
import type { Import } from './source-files.js'
import { electronUsers, isIn, ruleFor } from './who-may-import-whom.js'

const files = sourceFiles('src-main', 'src-renderer')
const imports = files.flatMap(importsOf)
const show = ({ from, line, written }: Import): string => `${from}:${line} imports ${written}`

const mayImport = ({ from, to }: Import): boolean => {
  const rule = ruleFor(from)
  return to === null || (rule !== null && (isIn(to, rule.area) || rule.may.some((area) => isIn(to, area))))
}

describe('who may import whom', () => {
  it('reads imports, and not an empty folder', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(imports.filter(({ to }) => to !== null).length).toBeGreaterThan(100)
  })

  it('every source file belongs to a line of the table', () => {
    expect(files.map(({ path }) => path).filter((path) => ruleFor(path) === null)).toEqual([])
  })

  it('every relative import means a file that is there', () => {
    const isCode = ({ written }: Import): boolean =>
      written.startsWith('.') && !/\.(css|svg|png|json|md)(\?|$)/.test(written)
    expect(imports.filter((one) => isCode(one) && one.to === null && !one.written.includes('?')).map(show)).toEqual([])
  })

  it('each file imports only what its line of the table allows, types included', () => {
    expect(imports.filter((one) => !mayImport(one)).map(show)).toEqual([])
  })

  it('each area uses only the packages that its line allows', () => {
    const refused = imports.filter(({ from, written }) => {
      const packages = ruleFor(from)?.packages
      return !written.startsWith('.') && packages !== undefined && !packages.test(written)
    })
    expect(refused.map(show)).toEqual([])
  })

  it('only main.ts, preload.ts and desktop/ import electron', () => {
    const others = imports.filter(
      ({ from, written }) => written === 'electron' && !electronUsers.some((area) => isIn(from, area)),
    )
    expect(others.map(show)).toEqual([])
  })

  it("nobody inside a folder imports that folder's index.ts", () => {
    const inward = imports.filter(
      ({ from, to }) => to !== null && to.endsWith('/index.ts') && from.startsWith(to.slice(0, -'index.ts'.length)),
    )
    expect(inward.map(show)).toEqual([])
  })

  it('an entry of the build is started by its path and imported by nobody', () => {
    const config = readFileSync(join(projectFolder, 'electron.vite.config.ts'), 'utf8')
    const entries = [...config.matchAll(/here\('(src-main\/[\w/-]+\.ts)'\)/g)].map((match) => match[1])
    expect(entries.length).toBeGreaterThan(8)
    expect(imports.filter(({ to }) => to !== null && entries.includes(to)).map(show)).toEqual([])
  })

  it('there are no circles, types included', () => {
    expect(circles(imports).map((circle) => circle.map(show).join('\n  '))).toEqual([])
  })
})

describe('the circle finder', () => {
  const edge = (from: string, to: string): Import => ({ from, line: 1, written: to, to })

  it('finds a circle over three files and names its lines', () => {
    const found = circles([edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('c', 'd')])
    expect(found.map((circle) => circle.map(({ from, to }) => `${from}>${to}`))).toEqual([['a>b', 'b>c', 'c>a']])
  })

  it('lets two ways to one file be', () => {
    expect(circles([edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')])).toEqual([])
  })
})

describe('the import reader', () => {
  const read = (path: string, text: string): readonly string[] =>
    importsOf({ path, text }).map(({ line, written }) => `${line} ${written}`)

  it('sees type imports, re-exports, dynamic imports, import types and require', () => {
    const text = [
      "import type { A } from './a.js'",
      "export { b } from './b.js'",
      "const c = await import('./c.js')",
      "type D = import('./d.js').D",
      "require('./e.js')",
    ].join('\n')
    expect(read('src-main/x.ts', text)).toEqual(['1 ./a.js', '2 ./b.js', '3 ./c.js', '4 ./d.js', '5 ./e.js'])
  })

  it("reads a component's script with the component's line numbers", () => {
    const text = '<p>from "./not-this.js"</p>\n<script lang="ts">\n  import X from \'./X.svelte\'\n</script>\n'
    expect(read('src-renderer/Y.svelte', text)).toEqual(['3 ./X.svelte'])
  })
})
