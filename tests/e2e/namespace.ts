/**
 * Programs that prepare the file system for one app only, in a mount namespace of its own, and become Electron: to hide
 * redis-server, or to make the data folder's disk a small one. Needs root; elsewhere these tests are skipped.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { appFolder, electronProgram } from './running-app.js'

export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export async function programIn(folder: string, mounts: readonly string[]): Promise<string> {
  const program = join(folder, 'electron-in-namespace')
  const inside = [...mounts, `exec ${quoted(await electronProgram())} "$@"`].join(' && ')
  writeFileSync(program, `#!/bin/sh\nexec unshare -m sh -c ${quoted(inside)} sh "$@"\n`, { mode: 0o755 })
  return program
}

/** Every place where the app may find a redis-server. */
export function redisPrograms(): readonly string[] {
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    '/usr/bin',
    '/usr/local/bin',
    '/usr/sbin',
    '/opt/redis/bin',
  ]
  const found = folders.map((folder) => join(folder, 'redis-server')).filter((file) => existsSync(file))
  return [...new Set(found.map((file) => realpathSync(file)))]
}

/** Folders with a redis-server that is not the system's: bundled with the app, or built once. */
export function redisFolders(): readonly string[] {
  const own = [
    join(appFolder, 'resources/redis'),
    join(homedir(), '.cache/redis-binaries'),
    join(appFolder, 'node_modules/.cache/redis-memory-server'),
  ]
  return own.filter((folder) => existsSync(folder))
}

export function emptyFolder(folder: string): string {
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Undoes the mounts over files inside the namespace of a running process: the missing program is back. */
export function unmountIn(pid: number, files: readonly string[]): void {
  for (const file of files) execFileSync('nsenter', ['-t', String(pid), '-m', 'umount', file])
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
