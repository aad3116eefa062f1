/** A disk that is really full: a small file system of our own, mounted where the learner's files are kept. Needs root on Linux. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLessonRunner } from '../../../src-main/lesson-runner/lesson-runner.js'
import { HandMadeLab } from '../hand-made-lab.js'

const lessonsFolder = join(import.meta.dirname, '../../../lessons')
const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && canMount()
let dataFolder = ''

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'may-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

beforeEach(() => {
  if (!mayMount) return
  dataFolder = mkdtempSync(join(tmpdir(), 'full-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', dataFolder])
})
afterEach(() => {
  if (!mayMount) return
  execFileSync('umount', [dataFolder])
  rmSync(dataFolder, { recursive: true, force: true })
})

test.skipIf(!mayMount)(
  'a save on a full disk says so, keeps the old file and the new text, and works once there is room',
  async () => {
    const runner = createLessonRunner({ lessonsFolder, dataFolder }, new HandMadeLab())
    expect(await runner.resume()).toEqual({ ok: true, value: null })
    const kept = join(dataFolder, 'workspace/01-what-celery-is/tasks.py')
    const before = readFileSync(kept, 'utf8')
    const filler = join(dataFolder, 'filler')
    expect(() => {
      for (let size = 4096; ; size += 4096) writeFileSync(filler, Buffer.alloc(size))
    }).toThrow('ENOSPC')

    const edited = `${before}\n# ${'a long remark '.repeat(1000)}\n`
    const refused = await runner.saveFile('tasks.py', edited)
    expect(refused.ok ? null : refused.problem).toMatchObject({
      what: expect.stringContaining('the disk is full') as string,
    })
    expect(readFileSync(kept, 'utf8')).toBe(before)
    expect(runner.files().find(({ name }) => name === 'tasks.py')?.text).toBe(edited)

    rmSync(filler)
    expect((await runner.saveFile('tasks.py', edited)).ok).toBe(true)
    expect(readFileSync(kept, 'utf8')).toBe(edited)
    await runner.close()
  },
)
