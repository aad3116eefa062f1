import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runBeat, type BeatRan } from './run-beat.js'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beat-'))
  file = join(folder, 'celerybeat-schedule')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Two entries of a minute, looked at for a second, an hour after they last ran by the file. */
function start(settings: { readonly timezone?: string; readonly enableUtc?: boolean } = {}): Promise<BeatRan> {
  const schedule = { one: { task: 't', schedule: 60 }, two: { task: 't', schedule: 60 } }
  return runBeat({ from: '2026-11-22T12:00:00.000Z', until: '2026-11-22T12:00:01.000Z', schedule, file, ...settings })
}

function remember(state: Readonly<Record<string, unknown>>): void {
  const entry = { last_run_at: '2026-11-22T11:00:00.000Z', total_run_count: 7 }
  const whole = { __version__: '5.6.3', tz: null, utc_enabled: true, entries: { one: entry, two: entry } }
  writeFileSync(file, JSON.stringify({ ...whole, ...state }))
}

const problems = ({ lines }: BeatRan): readonly string[] => lines.filter((line) => /^(WARNING|ERROR)/.test(line))

test('what the file remembers is made up for', async () => {
  remember({})
  const ran = await start()
  expect(ran.sent).toEqual(['00.000 one', '00.000 two'])
  expect(problems(ran)).toEqual([])
  expect(readFileSync(file, 'utf8')).toContain('"total_run_count": 8')
})

test.each([
  ['a Python shelve', Buffer.from([0xce, 0x9a, 0x57, 0x13, 0, 0, 0, 0])],
  ['half a file', '{"entries": {"one": {"last_run'],
  ['another JSON', '[1, 2]'],
  ['nothing', ''],
])('%s is put aside, said, and written anew', async (_name, content) => {
  writeFileSync(file, content)
  const ran = await start()
  expect(ran.sent).toEqual([])
  expect(problems(ran)).toHaveLength(1)
  expect(problems(ran)[0]).toMatch(/Corrupted schedule file '.*celerybeat-schedule': .* It is kept as '.*\.corrupted'/)
  expect(readFileSync(`${file}.corrupted`)).toEqual(Buffer.from(content))
  expect(Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { entries: object }).entries)).toEqual(['one', 'two'])
  writeFileSync(file, 'broken again')
  await start()
  expect(readdirSync(folder).sort()).toEqual(
    ['', '.corrupted', '.corrupted-2'].map((suffix) => `celerybeat-schedule${suffix}`),
  )
})

test('an entry that cannot be read costs itself only', async () => {
  remember({ entries: { one: { last_run_at: 'yesterday' }, two: { last_run_at: '2026-11-22T11:00:00.000Z' } } })
  const ran = await start()
  expect(ran.sent).toEqual(['00.000 two'])
  expect(problems(ran)[0]).toContain("The entry 'one' in the schedule file")
})

test('another zone or another enable_utc: what was remembered is forgotten, as in Celery', async () => {
  remember({ tz: 'Europe/Oslo' })
  expect(problems(await start())).toEqual(["WARNING/MainProcess] Reset: Timezone changed from 'Europe/Oslo' to None"])
  remember({})
  expect(problems(await start({ enableUtc: false }))).toEqual([
    'WARNING/MainProcess] Reset: UTC changed from enabled to disabled',
  ])
  remember({})
  expect((await start({ timezone: 'Europe/Oslo' })).sent).toHaveLength(2) // As Celery: no zone before is no change
})

test('beat does not start with a file that it cannot write', async () => {
  file = join(folder, 'missing', 'celerybeat-schedule')
  await expect(start()).rejects.toThrow(/the schedule file '.*' cannot be written: ENOENT/)
  file = folder
  await expect(start()).rejects.toThrow(/the schedule file '.*' cannot be read: EISDIR/)
})
