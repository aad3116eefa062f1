/**
 * The folder that keeps progress, edits and settings. When it cannot be written or its disk is full, the app goes on in a
 * temporary folder and says so: losing what is done in this session is bad, not being able to start is worse.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorText } from '../contract/error-text.js'
import type { Problem } from '../contract/problem.js'

/** Redis' folder, run files, the record and the learner's files stay far below this. */
const ROOM_NEEDED_BYTES = 20_000_000

export interface DataFolder {
  readonly path: string
  /** Says why `path` is not the folder that was wanted; null when it is. */
  readonly problem: Problem | null
  /** Removes a temporary folder once the process has ended; leaves a real one alone. */
  discardIfTemporary(afterPid?: number): void
}

/** Measures a folder: throws when it cannot be written, else answers the bytes free on its disk. A port, so that a full disk can be tested. */
export type Probe = (folder: string) => number

export function openDataFolder(wanted: string, probe: Probe = probeFolder): DataFolder {
  const problem = whyUnusable(wanted, probe)
  if (problem === null) return { path: wanted, problem: null, discardIfTemporary: () => undefined }
  const path = mkdtempSync(join(tmpdir(), 'celery-from-zero-'))
  return { path, problem, discardIfTemporary: (afterPid = process.pid) => removeAfter(afterPid, path) }
}

/**
 * Chromium writes into its folder until its very end, so a process of its own waits for that (3 s at most) and removes the
 * folder then. Runs as plain Node, under Electron too.
 */
function removeAfter(pid: number, folder: string): void {
  const script = `
    const { rmSync } = require('node:fs')
    const end = Date.now() + 3000
    const isThere = () => { try { return process.kill(${pid}, 0) } catch { return false } }
    const timer = setInterval(() => {
      if (isThere() && Date.now() < end) return
      clearInterval(timer)
      rmSync(${JSON.stringify(folder)}, { recursive: true, force: true, maxRetries: 3 })
    }, 50)`
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  spawn(process.execPath, ['-e', script], { env, detached: true, stdio: 'ignore' }).unref()
}

function whyUnusable(folder: string, probe: Probe): Problem | null {
  const consequence = 'The app goes on with a temporary folder: everything works, but nothing you do now will be kept.'
  try {
    const freeBytes = probe(folder)
    if (freeBytes >= ROOM_NEEDED_BYTES) return null
    return {
      code: 'data-folder-full',
      what: `The disk with the data folder has ${Math.floor(freeBytes / 1_000_000)} MB left; ${ROOM_NEEDED_BYTES / 1_000_000} MB are needed.`,
      meaning: consequence,
      next: 'Free some space on that disk, then start the app again.',
      detail: folder,
    }
  } catch (error) {
    return {
      code: 'data-folder-unwritable',
      what: 'The data folder cannot be written.',
      meaning: consequence,
      next: 'Make the folder below writable for your user, or start the app with --data-dir=DIR, then start it again.',
      detail: `${folder}\n${errorText(error)}`,
    }
  }
}

function probeFolder(folder: string): number {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `.write-test-${process.pid}`)
  try {
    writeFileSync(file, Buffer.alloc(64 * 1024))
  } finally {
    rmSync(file, { force: true })
  }
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
