/** A rate limit as Celery writes it, in starts a second: `10/m`, `5/s`, `100/h`, `2`. Celery: celery/utils/time.py (rate) */
import { PyFloat, type WireValue } from '../serialization/wire-value.js'
import { reprString } from '../serialization/python-repr.js'
import { keyError, valueError } from './python-errors.js'

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** 0: no limit. Throws Python's errors for what is none. */
export function ratePerSecond(limit: WireValue | undefined): number {
  if (limit === null || limit === undefined || limit === '' || limit === false) return 0
  if (limit instanceof PyFloat) return limit.value
  if (typeof limit === 'number') return limit
  if (typeof limit !== 'string') return Number(limit)
  const [count = '', unit = ''] = limit.split('/', 2)
  const seconds = secondsOf[unit || 's']
  const perUnit = Number(count)
  if (seconds === undefined) throw keyError(unit)
  if (count.trim() === '' || Number.isNaN(perUnit))
    throw valueError(`could not convert string to float: ${reprString(count)}`)
  return perUnit / seconds
}
