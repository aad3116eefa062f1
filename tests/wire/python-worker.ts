/** Workers of a replay as a terminal starts them: `celery worker` of the build, with the recorded arguments and settings. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import { parseJson } from '../../src-main/engine/serialization/json.js'
import { startCelery } from '../support/watched-child.js'
import { readText } from './recording.js'
import type { RecordedWorker, WorkerOrder } from './recorded-worker.js'

export interface CommandLineWorker extends RecordedWorker {
  readonly pid: number
  readonly exited: Promise<number | null>
  /** The banner. */
  printed(): string
}

/** A folder with the recorded tasks and, on top of them, a scenario's settings as they were given. */
export function tasksFolder(recording: string, settings = '{}'): string {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-tasks-'))
  const scenario = parseJson(readText(`${recording}/scenario.json`)) as WireObject
  const conf = String(scenario['conf (python expression, applied with app.conf.update)'])
  const source = readFileSync(join(import.meta.dirname, 'recorded_tasks.py'), 'utf8')
  writeFileSync(join(folder, 'tasks.py'), `${source}\n\napp.conf.update(${conf})\napp.conf.update(${settings})\n`)
  return folder
}

export function startPython(
  url: string,
  folder: string,
  { args, nodename }: WorkerOrder,
  variables: Readonly<Record<string, string>> = {},
): CommandLineWorker {
  const given = args.replace(/ ?-n \S+/, '').split(' ')
  const environment = { CELERY_BROKER_URL: url, CELERY_RESULT_BACKEND: url, TZ: 'UTC', ...variables }
  const worker = startCelery(['-A', 'tasks', 'worker', ...given, '-n', nodename], { cwd: folder, environment })
  const { child, text } = worker
  const exited = worker.ended.then(({ code }) => code)
  return {
    pid: child.pid ?? 0,
    exited,
    signal: async (name) => {
      child.kill(name as NodeJS.Signals)
      await Promise.resolve()
    },
    log: () => text.err,
    printed: () => text.out,
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await exited
      clearTimeout(late)
    },
  }
}
