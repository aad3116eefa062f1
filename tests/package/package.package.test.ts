/** The package holds everything: a user without Node, Python or Redis unpacks it, starts it and finishes the first step. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitFor } from '../support/wait-for.js'
import { UnpackedApp, builtFile } from './unpacked-app.js'

describe('the .tar.gz', () => {
  let app: UnpackedApp
  beforeAll(() => {
    app = new UnpackedApp()
  })
  afterAll(() => app.remove())

  it('holds Electron, Redis with its libraries, Python with its snapshot, and the lessons', () => {
    const resources = (...parts: string[]): string => join(app.folder, 'resources', ...parts)
    expect(statSync(app.program).mode & 0o111).not.toBe(0)
    expect(existsSync(resources('app/out/main/main.cjs'))).toBe(true)
    expect(statSync(resources('app/node_modules/pyodide/pyodide.asm.wasm')).size).toBeGreaterThan(1_000_000)
    expect(statSync(resources('python-snapshot.bin')).size).toBeGreaterThan(1_000_000)
    expect(readdirSync(resources('lessons'))).toContain('01-what-celery-is')
    const redis = resources('redis/linux-x64/redis-server')
    const env = { LD_LIBRARY_PATH: resources('redis/linux-x64/lib') }
    expect(execFileSync(redis, ['--version'], { env, encoding: 'utf8' })).toMatch(/Redis server v=\d/)
  })

  it('holds no source maps, type declarations or packages for developers', () => {
    const files = readdirSync(app.folder, { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /\.(map|d\.ts)$/.test(file))).toEqual([])
    const packages = readdirSync(join(app.folder, 'resources/app/node_modules'))
    expect(packages).toContain('ioredis')
    expect(packages.filter((name) => ['electron', 'vite', 'typescript', 'svelte', 'eslint'].includes(name))).toEqual([])
  })

  it('runs the first lesson step in its window without Node, Python or Redis, and leaves nothing running', async () => {
    const shots = join(app.homeFolder, 'shots')
    const { code, output } = await app.run(['--walk=1', `--shots=${shots}`], 150_000)
    expect(code, output).toBe(0)
    expect(output).toMatch(/^1\/\d+ .*: green after/m)
    expect(readdirSync(shots).filter((name) => name.endsWith('.png')).length, output).toBeGreaterThan(0)
    await waitFor('every process of the app has ended', () => app.processesLeft().length === 0, {
      timeoutSeconds: 5,
      describe: () => app.processesLeft().join('\n'),
    })
  })
})

describe('the .deb', () => {
  const read = (...args: readonly string[]): string =>
    execFileSync('dpkg-deb', [...args, builtFile('.deb')], { encoding: 'utf8', maxBuffer: 64_000_000 })

  it('names what it needs of the system, and not Redis, Node or Python', () => {
    const depends = read('--field').match(/^Depends: (.*)$/m)?.[1] ?? ''
    expect(depends).toMatch(/libgtk-3-0/)
    expect(depends).not.toMatch(/redis|nodejs|python/)
  })

  it('puts the app under /opt, a command on the path and an entry in the menu', () => {
    const contents = read('--contents')
    expect(contents).toMatch(/root\/root .* \.\/opt\/celery-from-zero\/celery-from-zero$/m)
    expect(contents).toMatch(/\.\/usr\/bin\/celery-from-zero -> \/opt\/celery-from-zero\/celery-from-zero$/m)
    expect(contents).toMatch(/\.\/usr\/share\/applications\/celery-from-zero\.desktop$/m)
  })
})
