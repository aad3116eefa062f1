/** SIGKILL in the middle of saving: files, drafts and progress are afterwards one whole version, never half of one. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LearnerFiles } from '../../../src-main/lesson-runner/session/learner-files.js'
import { Progress } from '../../../src-main/lesson-runner/session/progress.js'

const KILLS = 20
let folder = ''
let program = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-while-saving-'))
  program = join(folder, 'save-for-ever.mjs')
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'save-for-ever.ts'),
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'save-for-ever.mjs' } },
    },
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function killedAfter(milliseconds: number, dataFolder: string): Promise<void> {
  const child = spawn(process.execPath, [program, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const firstWords = new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  )
  const said = await Promise.race([firstWords, exited.then(() => 'ended by itself')])
  expect(said).toBe('saving\n')
  await new Promise((resolve) => setTimeout(resolve, milliseconds)) // any moment will do: each run takes another
  child.kill('SIGKILL')
  await exited
}

function roundOf(text: string): number {
  const round = /^# round (\d+)\n/.exec(text)?.[1]
  expect(text.length).toBeGreaterThan(200_000)
  expect(text.endsWith(`# end ${round}\n`) || text.endsWith(`# end ${round}\ndraft`)).toBe(true)
  return Number(round)
}

it(`whatever the moment: ${KILLS} times`, async () => {
  const dataFolder = join(folder, 'data')
  const rounds: number[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    await killedAfter(kill * 7, dataFolder)
    rounds.push(roundOf(await readFile(join(dataFolder, 'workspace/01-phase/tasks.py'), 'utf8')))
    const drafts = await readdir(join(dataFolder, 'drafts/01-phase')).catch((): string[] => [])
    if (drafts.includes('tasks.py')) roundOf(await readFile(join(dataFolder, 'drafts/01-phase/tasks.py'), 'utf8'))
    const progress = new Progress(dataFolder)
    expect(progress.load()).toBeNull()
    roundOf(progress.step('01-phase', '01-step').note)
  }
  expect(Math.max(...rounds)).toBeGreaterThan(1) // it was saving when it was killed

  await new LearnerFiles(dataFolder).read('01-phase')
  for (const name of ['.', 'workspace/01-phase', 'drafts/01-phase']) {
    expect((await readdir(join(dataFolder, name))).filter((file) => file.endsWith('.new'))).toEqual([])
  }
})
