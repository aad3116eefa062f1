/** Who is late to start is told which part was late: a process that says what a real one says, and then nothing more. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ChildHandle } from '../../src-main/lab/child-handle.js'
import { processTooSlow } from '../../src-main/lab/problems.js'
import { startAnswer } from '../../src-main/lab/start-answer.js'

type Said = { readonly kind: 'importing' | 'code-loaded' | 'ready' }

const folder = mkdtempSync(join(tmpdir(), 'start-answer-'))
const entry = join(folder, 'entry.cjs')
writeFileSync(
  entry,
  `process.on('message', ({ says }) => says.forEach((kind) => process.send({ kind })))
   process.on('disconnect', () => process.exit())`,
)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Waits long in every part but `late`. */
async function answerOf(says: readonly Said['kind'][], late?: 'python' | 'import' | 'service') {
  const child = new ChildHandle<{ says: readonly string[] }, Said>({ execPath: process.execPath, entry })
  child.start()
  try {
    const isReady = (message: Said): message is { readonly kind: 'ready' } => message.kind === 'ready'
    const within = { python: 60, import: 60, service: 60, ...(late === undefined ? {} : { [late]: 0.1 }) }
    const answer = startAnswer(child, isReady, { within })
    child.send({ says })
    return await answer
  } finally {
    child.kill()
    await child.exitedWithin(10_000)
  }
}

test('a Python that does not come up in time is not said to be in a loop', async () => {
  const answer = await answerOf([], 'python')
  expect(answer).toEqual({ kind: 'too-late', part: 'python', seconds: 0.1 })
  const { what, next } = processTooSlow('web', { part: 'python', seconds: 180 })
  expect(what).toContain('None of your files was imported yet')
  expect(next).not.toContain('loop')
})

test('files that are imported for too long are, and so are they whatever was said before', async () => {
  expect(await answerOf(['importing'], 'import')).toEqual({ kind: 'too-late', part: 'import', seconds: 0.1 })
  expect(processTooSlow('web', { part: 'import', seconds: 60 }).next).toContain('Look for a loop')
})

test('once the code is loaded it is the broker’s time, and a second process that still imports changes nothing', async () => {
  const answer = await answerOf(['importing', 'code-loaded', 'importing'], 'service')
  expect(answer).toEqual({ kind: 'too-late', part: 'service', seconds: 0.1 })
  expect(processTooSlow('worker@1', { part: 'service', seconds: 60 }).next).not.toContain('loop')
})

test('who is ready in the end is ready', async () => {
  expect(await answerOf(['importing', 'code-loaded', 'ready'])).toMatchObject({ kind: 'message' })
})
