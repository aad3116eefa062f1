/** What an exported project holds. That it runs on real Celery is shown in tests/lessons/project-on-real-celery.interop.test.ts. */
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Topology } from '../../../src-main/contract/topology.js'
import { readCourse } from '../../../src-main/lesson-runner/format/course.js'
import { readShelves } from '../../../src-main/lesson-runner/library/course-library.js'
import { chosenSettings } from '../../../src-main/lesson-runner/project/chosen-settings.js'
import { stepOf } from '../../../src-main/lesson-runner/project/export-project.js'
import { projectFiles } from '../../../src-main/lesson-runner/project/project-files.js'
import { readReasons } from '../../../src-main/lesson-runner/project/reasons.js'
import { writeProject } from '../../../src-main/lesson-runner/project/write-project.js'

const lessonsFolder = join(import.meta.dirname, '../../../lessons')
const topology: Topology = {
  workers: [
    { name: 'worker@1', concurrency: 2, running: true },
    { name: 'worker@2', concurrency: 1, queues: ['reports'], running: false },
  ],
  beat: { running: true },
  web: { running: true },
  mail: { running: true, delayMs: 0 },
  api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
  redis: { appendOnly: true },
}
const standIns = { database: '# a database of SQLite', hall: '# a hall' }
const parts = { place: 'a step', topology, standIns, settingsPage: '# why', celeryVersion: '5.6.3' }

interface Compose {
  readonly services: Readonly<Record<string, { readonly command?: readonly string[]; readonly environment?: object }>>
}
const composeOf = (files: Readonly<Record<string, string>>): Compose => parse(files['compose.yaml'] ?? '') as Compose

describe('the files', () => {
  test('are the learner’s own, unchanged, with one service for each process of the lab', () => {
    const files = projectFiles({ ...parts, files: { 'tasks.py': 'app = 1', 'web.py': 'app = 2' } })
    expect(files['tasks.py']).toBe('app = 1')
    expect(files['web.py']).toBe('app = 2')
    const { services } = composeOf(files)
    expect(Object.keys(services)).toEqual(['redis', 'mail', 'web', 'worker1', 'worker2', 'beat'])
    expect(services['worker2']?.command?.join(' ')).toBe(
      'celery -A tasks worker --hostname worker2@%h --concurrency 1 --queues reports --loglevel INFO',
    )
    expect(services['redis']?.command).toContain('--appendonly')
    expect(files['README.md']).toContain('celery -A tasks beat')
    expect(files['requirements.txt']).toContain('celery[redis]==5.6.3')
  })

  test('bring stand-ins for what only the lab has, and only where the code uses it', () => {
    const plain = projectFiles({ ...parts, files: { 'tasks.py': '' } })
    expect(Object.keys(plain)).not.toContain('hall.py')
    expect(Object.keys(plain)).not.toContain('database.py')
    const all = projectFiles({ ...parts, files: { 'tasks.py': "environ['API_URL']", 'database.py': 'http' } })
    expect(all['database.py']).toBe(standIns.database)
    expect(all['hall.py']).toBe(standIns.hall)
    expect(composeOf(all).services['worker1']?.environment).toMatchObject({
      API_URL: 'http://hall:8080',
      DATABASE_FILE: '/data/harbour.sqlite',
    })
  })

  test('name no result backend where the lab had none', () => {
    const files = projectFiles({ ...parts, topology: { ...topology, resultBackend: false }, files: { 'tasks.py': '' } })
    expect(composeOf(files).services['worker1']?.environment).not.toHaveProperty('CELERY_RESULT_BACKEND')
    expect(files['README.md']).not.toContain('CELERY_RESULT_BACKEND')
  })
})

/** As Celery has them when nobody says otherwise; what is None is not told. */
const untouched = {
  ...{ acks_late: false, reject_on_worker_lost: false, ignore_result: false, track_started: false },
  ...{ max_retries: 3, retry_backoff: false, retry_jitter: true, default_retry_delay: 180 },
}

describe('SETTINGS.md', () => {
  test('says of each chosen setting why, where it was met, and what was seen; not what was left as it is', async () => {
    const reasons = await readReasons(lessonsFolder)
    const page = chosenSettings(
      {
        settings: { task_acks_late: true, worker_prefetch_multiplier: 1, broker_pool_limit: 3 },
        tasks: [
          { name: 'tasks.pay', options: { ...untouched, acks_late: true, max_retries: 9 } },
          { name: 'tasks.look', options: { ...untouched, acks_late: true } },
        ],
      },
      reasons,
      (met) =>
        met.endsWith('/take-no-more') ? { phase: 7, title: 'Take no more', observed: 'Waits of 0.3 s.' } : null,
    )
    expect(page).toContain('## task_acks_late')
    expect(page).toContain('Met in phase 7, “Take no more”.\n\nYou saw: Waits of 0.3 s.')
    expect(page).toContain('**In production:** Celery’s default is 4.')
    expect(page).toMatch(/## broker_pool_limit[^#]*The course does not speak of it\./)
    expect(page).toContain('## max_retries, of a task\n\n- tasks.pay: `9`')
    expect(page).not.toContain('tasks.look')
    expect(page).not.toContain('acks_late, of a task') // it comes from the app's setting
    expect(page).not.toContain('retry_jitter')
  })

  test('each reason names a step of the course', async () => {
    const shelves = await readShelves(lessonsFolder, readCourse(lessonsFolder))
    const progress = {
      step: () => ({ done: false, observed: '', solvedWith: null, answers: {}, note: '', measured: {} }),
    }
    const { settings, options } = await readReasons(lessonsFolder)
    const lost = [...settings, ...options].filter(({ met }) => stepOf(met, shelves, progress) === null)
    expect(lost).toEqual([])
  })
})

describe('on the disk', () => {
  let parent = ''
  afterEach(() => rm(parent, { recursive: true, force: true }))

  test('a project gets a folder of its own beside what is there', async () => {
    parent = await mkdtemp(join(tmpdir(), 'project-'))
    await mkdir(join(parent, 'harbour'))
    await writeFile(join(parent, 'harbour', 'mine.txt'), 'mine')
    const written = await writeProject(parent, { 'tasks.py': 'x' })
    expect(written).toEqual({ ok: true, value: join(parent, 'harbour-2') })
    expect(await readFile(join(parent, 'harbour-2', 'tasks.py'), 'utf8')).toBe('x')
    expect((await readdir(parent)).sort()).toEqual(['harbour', 'harbour-2'])
    expect(await readdir(join(parent, 'harbour'))).toEqual(['mine.txt'])
  })

  test('a place that takes no files is a problem, and nothing is left', async () => {
    parent = await mkdtemp(join(tmpdir(), 'project-'))
    await writeFile(join(parent, 'file'), '')
    const written = await writeProject(join(parent, 'file'), { 'tasks.py': 'x' })
    expect(written).toMatchObject({ ok: false, problem: { code: 'project-not-exported' } })
    expect(await readdir(parent)).toEqual(['file'])
  })
})
