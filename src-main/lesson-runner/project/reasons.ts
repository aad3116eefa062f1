/**
 * lessons/project/settings.json: why one chooses a setting or a task's option, and in which step the learner has met it (`phase/step`, the
 * step without its number, which changes when steps are added).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { readJson } from '../format/json-with-lines.js'
import { MalformedLesson } from '../format/malformed-lesson.js'

const FILE = 'lessons/project/settings.json'

const text = v.pipe(v.string(), v.nonEmpty())
const reason = {
  name: text,
  why: text,
  /** What the course changes for the lesson's sake, and Celery's own value. */
  inProduction: v.exactOptional(text),
  met: text,
}
const setting = v.strictObject(reason)
const option = v.strictObject({ ...reason, default: v.nullable(v.union([v.boolean(), v.number()])) })

export type SettingReason = Readonly<v.InferOutput<typeof setting>>
export type OptionReason = Readonly<v.InferOutput<typeof option>>

const reasonsJson = v.strictObject({ settings: v.array(setting), options: v.array(option) })
export type Reasons = Readonly<v.InferOutput<typeof reasonsJson>>

export async function readReasons(lessonsFolder: string): Promise<Reasons> {
  const content = await readFile(join(lessonsFolder, 'project', 'settings.json'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      throw new MalformedLesson(FILE, 1, `cannot be read (${error.code ?? error.message})`)
    },
  )
  return readJson(FILE, content, reasonsJson).value
}
