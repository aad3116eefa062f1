/** The same parts are found beside the sources and inside a package. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findAppPaths } from '../../src-main/desktop/app-paths.js'
import { redisBuildFolder } from '../../scripts/setup/paths.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cfz-paths-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('while developing everything lies in the project', () => {
  const mainFolder = join(folder, 'out/main')
  const paths = findAppPaths({
    isPackaged: false,
    mainFolder,
    resourcesFolder: '/electron/resources',
    platform: 'linux',
    arch: 'x64',
  })
  expect(paths).toEqual({
    entriesFolder: mainFolder,
    preloadFile: join(folder, 'out/preload/preload.cjs'),
    rendererFolder: join(folder, 'out/renderer'),
    iconFile: join(folder, 'resources/icons/icon.png'),
    lessonsFolder: join(folder, 'lessons'),
    snapshotFile: join(folder, 'out/python/snapshot.bin'),
    bundledRedisFolder: null,
    builtRedisFolder: join(folder, '.cache/redis'),
  })
})

test('in a package lessons, snapshot and redis lie in its resources, and process entries outside app.asar', () => {
  mkdirSync(join(folder, 'redis/linux-x64'), { recursive: true })
  mkdirSync(join(folder, 'app.asar.unpacked/out/main'), { recursive: true })
  writeFileSync(join(folder, 'app.asar.unpacked/out/main/pool-process.cjs'), '')
  const mainFolder = join(folder, 'app.asar/out/main')
  const paths = findAppPaths({ isPackaged: true, mainFolder, resourcesFolder: folder, platform: 'linux', arch: 'x64' })
  expect(paths).toEqual({
    entriesFolder: join(folder, 'app.asar.unpacked/out/main'),
    preloadFile: join(folder, 'app.asar/out/preload/preload.cjs'),
    rendererFolder: join(folder, 'app.asar/out/renderer'),
    iconFile: join(folder, 'icons/icon.png'),
    lessonsFolder: join(folder, 'lessons'),
    snapshotFile: join(folder, 'python-snapshot.bin'),
    bundledRedisFolder: join(folder, 'redis/linux-x64'),
    builtRedisFolder: null,
  })
})

test('a Redis that the set-up compiled is looked for where the set-up puts it', () => {
  const { builtRedisFolder } = findAppPaths({
    isPackaged: false,
    mainFolder: join(import.meta.dirname, '../../out/main'),
    resourcesFolder: '/electron/resources',
    platform: 'linux',
    arch: 'x64',
  })
  expect(builtRedisFolder).toBe(resolve(redisBuildFolder))
})
