/**
 * Where things lie: beside the sources while developing, inside Electron's resources folder in a package.
 * Input: what Electron knows about itself; output: the folders given to the lab, the lesson runner and the window.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface AppFacts {
  readonly isPackaged: boolean
  /** Folder of the built main.cjs. */
  readonly mainFolder: string
  /** Electron's `process.resourcesPath`. */
  readonly resourcesFolder: string
  readonly platform: string
  readonly arch: string
}

export interface AppPaths {
  readonly entriesFolder: string
  readonly preloadFile: string
  readonly rendererFolder: string
  readonly iconFile: string
  readonly lessonsFolder: string
  readonly snapshotFile: string
  /** Null when this build carries no redis-server: then the system's is used. */
  readonly bundledRedisFolder: string | null
  /** Where `npm start` compiles a Redis when the machine has none; a package brings its own and has no such folder. */
  readonly builtRedisFolder: string | null
}

export function findAppPaths(facts: AppFacts): AppPaths {
  const projectFolder = join(facts.mainFolder, '../..')
  const besideSources = (...parts: string[]): string => join(projectFolder, ...parts)
  const inResources = (...parts: string[]): string => join(facts.resourcesFolder, ...parts)
  const redisFolder = facts.isPackaged
    ? inResources('redis', `${facts.platform}-${facts.arch}`)
    : besideSources('resources', 'redis', `${facts.platform}-${facts.arch}`)
  return {
    entriesFolder: facts.isPackaged ? unpacked(facts.mainFolder) : facts.mainFolder,
    preloadFile: join(facts.mainFolder, '../preload/preload.cjs'),
    rendererFolder: join(facts.mainFolder, '../renderer'),
    iconFile: facts.isPackaged ? inResources('icons/icon.png') : besideSources('resources/icons/icon.png'),
    lessonsFolder: facts.isPackaged ? inResources('lessons') : besideSources('lessons'),
    snapshotFile: facts.isPackaged ? inResources('python-snapshot.bin') : besideSources('out/python/snapshot.bin'),
    bundledRedisFolder: existsSync(redisFolder) ? redisFolder : null,
    builtRedisFolder: facts.isPackaged ? null : besideSources('.cache/redis'),
  }
}

/** Children that start threads or read pyodide's files need real files: those lie beside app.asar, when the package unpacked them. */
function unpacked(folder: string): string {
  const outside = folder.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked')
  return existsSync(join(outside, 'pool-process.cjs')) ? outside : folder
}
