// Where things lie in a checkout. Every script asks here, so that a moved folder is one edit.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const inRoot = (...parts) => join(root, ...parts)

/** Electron from the package registry, unpacked. */
export const runtimeFolder = inRoot('.runtime')
/** Where redis-memory-server keeps the Redis that it builds itself. */
export const redisBuildFolder = inRoot('.cache', 'redis')
export const snapshotFile = inRoot('out', 'python', 'snapshot.bin')
/** `linux-x64`: the name of a platform's folder under resources/redis/. */
export const platformName = `${process.platform}-${process.arch}`
