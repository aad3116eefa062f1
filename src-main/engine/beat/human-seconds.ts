/** `5.00 minutes`, `1.00 second`, `now`: a duration as beat's log and banner say it. Celery: celery/utils/time.py humanize_seconds */

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

export function humanSeconds(seconds: number, prefix = ''): string {
  const rounded = Number(twoPlaces(seconds))
  for (const [name, size] of units) {
    if (rounded >= size) return `${prefix}${twoPlaces(rounded / size)} ${name}${rounded === size ? '' : 's'}`
  }
  return 'now'
}

/** As Python: what lies exactly in the middle goes to the even neighbour. */
function twoPlaces(value: number): string {
  const hundredths = value * 100
  const below = Math.floor(hundredths)
  return hundredths - below === 0.5 && below % 2 === 0 ? (below / 100).toFixed(2) : value.toFixed(2)
}
