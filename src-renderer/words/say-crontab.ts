/** A crontab in words, and gaps between its runs. */
import cronstrue from 'cronstrue'

/** Empty where there is nothing to say: the lab itself tells what is wrong with a crontab. */
export function sayCrontab(crontab: string): string {
  try {
    return crontab === '' ? '' : `${cronstrue.toString(crontab, { use24HourTimeFormat: true, verbose: true })}.`
  } catch {
    return '' // Celery understands more than this library does, and has been asked
  }
}

/** `1 h`, `25 h`, `30 min` */
export function sayHours(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 60) return `${String(minutes)} min`
  const rest = minutes % 60
  return `${String(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`
}
