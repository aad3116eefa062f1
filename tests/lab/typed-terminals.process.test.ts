/** The terminals that the learner types into, in a real lab: a Python that sends, a console that runs celery and redis-cli. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withoutColours } from '../../src-main/lab/process-text.js'
import { waitFor } from '../support/wait-for.js'
import { LabForTest, topology } from './lab-for-test.js'

let run: LabForTest

beforeAll(async () => {
  run = await LabForTest.create()
  expect(await run.lab.start()).toEqual({ ok: true, value: null })
  expect(await run.build(topology({ web: { running: false } }))).toEqual({ ok: true, value: null })
}, 120_000)
afterAll(async () => expect(await run.stop()).toEqual([]))

/** What a terminal shows, without what moves the cursor. */
function shown(terminal: 'python' | 'console'): string {
  return withoutColours(run.lab.terminals()[terminal] ?? '')
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
    .replaceAll('\r', '')
}

/** What a line has made it show. */
async function typed(terminal: 'python' | 'console', line: string, waitSeconds = 60): Promise<string> {
  const before = shown(terminal).length
  expect(await run.lab.typed.typeLine({ terminal, line, waitSeconds })).toEqual({ ok: true, value: null })
  return shown(terminal).slice(before)
}

test('a statement is evaluated, and the record says what was typed', { timeout: 90_000 }, async () => {
  expect(await typed('python', '1+1')).toContain('1+1\n2\n>>> ')
  expect(run.facts('typed')).toContainEqual({ kind: 'typed', terminal: 'python', line: '1+1' })
  expect(run.process('python')).toMatchObject({ role: 'shell', state: 'ready' })
})

test('what Python sends is published by it, and its result comes back', { timeout: 90_000 }, async () => {
  const before = run.lastSeq
  await typed('python', 'from tasks import send_confirmation; r = send_confirmation.delay(7)')
  expect(await typed('python', 'r.get(timeout=30)')).toContain("'confirmed 7'")
  const published = await run.fact('message-published', () => true, before)
  expect(published).toMatchObject({ by: 'python', taskName: 'tasks.send_confirmation' })
})

test('a block of lines runs once it is whole', async () => {
  expect(await typed('python', 'for n in range(3):\n    print(n * 7)')).toContain('0\n7\n14\n>>> ')
})

test('an exception shows its traceback with the line that was typed', async () => {
  const text = await typed('python', '1/0')
  expect(text).toContain('Traceback (most recent call last):\n  File "<python-input-')
  expect(text).toContain('ZeroDivisionError: division by zero')
  expect(text).not.toContain('lab_host')
})

test('Ctrl+C interrupts a statement that runs', async () => {
  const running = typed('python', 'import time; time.sleep(600)')
  await run.fact('typed', ({ line }) => line.includes('sleep(600)'))
  await run.lab.typed.typeLine({ terminal: 'python', line: '^C' })
  expect(await running).toContain('KeyboardInterrupt')
})

test('the console asks Redis and prints as redis-cli does', { timeout: 60_000 }, async () => {
  expect(await typed('console', 'redis-cli PING')).toContain('PONG\n$ ')
  expect(await typed('console', 'LLEN celery')).toContain('(integer) 0\n$ ')
})

test('the console runs celery', { timeout: 90_000 }, async () => {
  const text = await typed('console', 'celery -A tasks status')
  expect(text).toContain('->  celery@worker1: OK')
  await waitFor('the prompt', () => shown('console').endsWith('$ ') || undefined)
})

/** Keys, and what the terminal shows from then on. */
function keys(terminal: 'python' | 'console', data: string): () => string {
  const before = shown(terminal).length
  expect(run.lab.typed.input(terminal, data)).toEqual({ ok: true, value: null })
  return () => shown(terminal).slice(before)
}

const waitForText = (terminal: 'python' | 'console', since: () => string, text: string): Promise<unknown> =>
  waitFor(`${JSON.stringify(text)} in ${terminal}`, () => since().includes(text), { describe: since })

test('a restart while something runs is quiet, and what is typed meanwhile is for the new one', async () => {
  const running = typed('python', 'import time; time.sleep(600)')
  await run.fact('typed', ({ line }) => line.includes('sleep(600)'), run.lastSeq - 1)
  const before = shown('python').length
  const restarting = run.lab.typed.restart('python')
  run.lab.typed.input('python', 'print(6 * 7)\r')
  expect(await restarting).toEqual({ ok: true, value: null })
  await running
  const since = (): string => shown('python').slice(before)
  await waitForText('python', since, '42\n>>> ')
  expect(since()).toContain('It was ended; a new one starts.')
  expect(since()).not.toMatch(/Error|Traceback| at /)
})

test('Tab asks the lab for the names of what runs', async () => {
  const since = keys('console', 'celery -A tasks call tasks.send')
  keys('console', '\t')
  await waitForText('console', since, 'tasks.send_confirmation ')
  keys('console', '\u0003')
  await waitForText('console', since, '^C\n$ ')
})
