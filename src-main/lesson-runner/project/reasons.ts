/**
 * lessons/project/settings.json: why one chooses a setting or a task's option, and in which step the learner has met it (`phase/step`, the
 * step without its number, which changes when steps are added).
 */
import * as v from 'valibot'
import { readJsonFile } from '../format/json-with-lines.js'

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
  return (await readJsonFile({ lessonsFolder, name: 'project/settings.json' }, reasonsJson)).value
}
