import { describe, expect, it } from 'vitest'
import { microsecondClock } from '../../../src-main/engine/ports/microsecond-clock.js'

function clockAt(wallMs: number, steadyMs: number) {
  const at = { wallMs, steadyMs }
  const now = microsecondClock({ wallMs: () => at.wallMs, steadyMs: () => at.steadyMs })
  return (wall: number, steady: number): number => {
    at.wallMs = wall
    at.steadyMs = steady
    return now()
  }
}

describe('the clock with microseconds', () => {
  it('tells moments of one millisecond apart', () => {
    const at = clockAt(1000, 50)
    expect(at(1000, 50.25)).toBeCloseTo(1000.25, 3)
    expect(at(1000, 50.5)).toBeCloseTo(1000.5, 3)
    expect(at(1001, 51.125)).toBeCloseTo(1001.125, 3)
  })

  it('follows the wall clock when that is set, forwards and back', () => {
    const at = clockAt(1000, 50)
    expect(at(9000, 50.5)).toBe(9000)
    expect(at(9000, 50.75)).toBeCloseTo(9000.25, 3)
    expect(Math.floor(at(500, 51))).toBe(500)
    expect(Math.floor(at(501, 51.5))).toBe(501)
  })

  it('learns where the millisecond began when it was started in the middle of one', () => {
    const at = clockAt(1000, 50.9) // the wall clock may have stood at 1000.9
    expect(at(1001, 51)).toBe(1001)
    expect(at(1001, 51.5)).toBeCloseTo(1001.5, 3)
  })

  it('writes three digits behind the point', () => {
    const at = clockAt(1795901487320, 7)
    expect(at(1795901487320, 7.12501) / 1000).toBe(1795901487.320125)
  })
})
