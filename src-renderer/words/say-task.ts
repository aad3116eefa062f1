/** Short names for long things: task ids, task names, durations, sizes, times of day. */

const RANDOM_ID = /^[0-9a-f]{5}/
/** Of an id that somebody chose so much fits beside a name. */
const CHOSEN_ID_CHARACTERS = 8

/**
 * Enough of an id to tell tasks apart on screen; the whole id stays in the title and the inspector. Random ids differ from their first
 * characters on, chosen ones (`seat-7`, `seat-17`) rather in their last.
 */
export function shortId(taskId: string): string {
  if (RANDOM_ID.test(taskId)) return taskId.slice(0, 4)
  return taskId.length <= CHOSEN_ID_CHARACTERS ? taskId : `…${taskId.slice(1 - CHOSEN_ID_CHARACTERS)}`
}

/** `tasks.send_confirmation` → `send_confirmation`. */
export function shortTaskName(taskName: string): string {
  return taskName.slice(taskName.lastIndexOf('.') + 1) || 'task'
}

export function sayDuration(ms: number): string {
  if (ms < 0) return '0 ms'
  if (ms < 1000) return `${String(Math.round(ms))} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`
  const seconds = Math.round(ms / 1000)
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`
}

export function saySize(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} kB`
  return `${(bytes / 1024 / 1024).toFixed(bytes < 100 * 1024 * 1024 ? 1 : 0)} MB`
}

/** `11:04:18`, in the learner's own time zone, as the terminals show it. */
export function sayTime(atMs: number): string {
  const at = new Date(atMs)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${String(n)} ${n === 1 ? one : many}`
}
