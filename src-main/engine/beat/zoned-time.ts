/**
 * A time as clocks in a zone show it, with Python's rules: adding to it moves the clock's hands and forgets which of two
 * equal hours it was; only a difference between two times asks how far apart they really are.
 * CPython: Lib/zoneinfo (fold), datetime arithmetic; Celery: celery/utils/time.py
 */
import type { TimeZone } from '../message/time-zone.js'

export interface ZonedTime {
  /** Microseconds from 1970-01-01T00:00 to what the clock shows. */
  readonly wallMicros: number
  /** 1: the second of two equal hours, when clocks are set back. */
  readonly fold: 0 | 1
  readonly zone: TimeZone
}

export interface ClockFields {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Sunday is 0. */
  readonly weekday: number
}

const microsPerDay = 86_400_000_000

export function timeAt(instantMicros: number, zone: TimeZone): ZonedTime {
  const wallMicros = instantMicros + zone.offsetSeconds(instantMicros / 1000) * 1e6
  const first: ZonedTime = { wallMicros, fold: 0, zone }
  return instantOf(first) === instantMicros ? first : { ...first, fold: 1 }
}

export function instantOf({ wallMicros, fold, zone }: ZonedTime): number {
  const offsetAt = (micros: number): number => zone.offsetSeconds(micros / 1000) * 1e6
  const before = offsetAt(wallMicros - microsPerDay)
  const after = offsetAt(wallMicros + microsPerDay)
  if (before === after) return wallMicros - before
  const [beforeFits, afterFits] = [before, after].map((offset) => offsetAt(wallMicros - offset) === offset)
  if (fold === 0) return wallMicros - (beforeFits || !afterFits ? before : after) // an hour that is left out counts on the old clock
  return wallMicros - (afterFits || !beforeFits ? after : before)
}

export function inZone(time: ZonedTime, zone: TimeZone): ZonedTime {
  return time.zone === zone ? time : timeAt(instantOf(time), zone)
}

export function later(time: ZonedTime, micros: number): ZonedTime {
  return { ...time, wallMicros: time.wallMicros + micros, fold: 0 }
}

export function fieldsOf({ wallMicros }: ZonedTime): ClockFields {
  const shown = new Date(Math.floor(wallMicros / 1000))
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    weekday: shown.getUTCDay(),
  }
}

export function wallMicrosOf(
  shown: Pick<ClockFields, 'year' | 'month' | 'day'> & Partial<Pick<ClockFields, 'hour' | 'minute' | 'second'>>,
): number {
  const { year, month, day, hour = 0, minute = 0, second = 0 } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second) * 1000
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
