import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { atLeast, findRedisBinary } from '../../src-main/embedded-redis/find-redis-binary.js'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'find-redis-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program that answers `--version` as redis-server does. */
async function redisSaying(where: string, version: string): Promise<string> {
  await mkdir(where, { recursive: true })
  const path = join(where, 'redis-server')
  await writeFile(path, `#!/bin/sh\necho "Redis server v=${version} sha=00000000:0 malloc=libc bits=64 build=0"\n`)
  await chmod(path, 0o755)
  return path
}

describe('finding redis-server', () => {
  test('a bundled binary comes before the system’s, the system’s before a built one', async () => {
    const bundled = await redisSaying(join(folder, 'bundled', `${process.platform}-${process.arch}`), '7.2.4')
    const system = await redisSaying(join(folder, 'system'), '7.0.15')
    const built = await redisSaying(join(folder, 'built', 'stable'), '8.0.0')
    const where = {
      bundledFolder: join(folder, 'bundled'),
      buildFolder: join(folder, 'built'),
      systemFolders: [join(folder, 'system')],
    }
    expect(await findRedisBinary(where)).toMatchObject({
      found: true,
      binary: bundled,
      version: '7.2.4',
      from: 'bundled',
    })
    await rm(bundled)
    expect(await findRedisBinary(where)).toMatchObject({ found: true, binary: system, from: 'system' })
    await rm(system)
    expect(await findRedisBinary(where)).toMatchObject({ found: true, binary: built, from: 'built' })
  })

  test('a binary older than 6.2 is passed over, and it is said why', async () => {
    const old = await redisSaying(join(folder, 'system'), '6.0.16')
    const found = await findRedisBinary({
      bundledFolder: null,
      buildFolder: null,
      systemFolders: [join(folder, 'system')],
    })
    expect(found).toEqual({ found: false, lookedFor: [`${old}: is 6.0.16, 6.2 or newer is needed`] })
  })

  test('a bundled binary’s libraries are found beside it', async () => {
    await redisSaying(join(folder, 'bundled', 'bin'), '7.2.4')
    await mkdir(join(folder, 'bundled', 'lib'))
    await writeFile(join(folder, 'bundled', 'lib', 'libssl.so.3'), '')
    const found = await findRedisBinary({
      bundledFolder: join(folder, 'bundled'),
      buildFolder: null,
      systemFolders: [],
    })
    expect(found).toMatchObject({ found: true, libraryFolder: join(folder, 'bundled', 'lib') })
  })

  test.each([
    ['7.0.15', '6.2', true],
    ['6.2', '6.2', true],
    ['6.10.1', '6.2', true],
    ['6.0.16', '6.2', false],
    ['5', '6.2', false],
  ])('%s is at least %s: %s', (version, oldest, answer) => {
    expect(atLeast(version, oldest)).toBe(answer)
  })
})
