/** Where the window may be: what was saved, unless the screen it was on is gone or too small. */
import { expect, test } from 'vitest'
import { placeWindow, readWindowPlace } from '../../src-main/desktop/window-place.js'

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const second = { x: 1440, y: 0, width: 2560, height: 1400 }

test('the first start gives the usual size and leaves the position to the system', () => {
  expect(placeWindow(null, [second])).toEqual({ width: 1440, height: 900, maximized: false })
})

test('a saved place on a second screen is used while that screen is there', () => {
  const saved = { x: 1600, y: 100, width: 1500, height: 1000, maximized: false }
  expect(placeWindow(saved, [laptop, second])).toEqual(saved)
})

test('when that screen is gone the window comes back to the main one, fitted into it', () => {
  const saved = { x: 1600, y: 100, width: 1500, height: 1000, maximized: false }
  expect(placeWindow(saved, [laptop])).toEqual({ width: 1440, height: 875, maximized: false })
})

test('a window whose title bar is above or beside the screen is brought back', () => {
  for (const place of [
    { x: 100, y: -300 },
    { x: -1400, y: 100 },
    { x: 1400, y: 100 },
    { x: 100, y: 895 },
  ]) {
    expect(placeWindow({ ...place, width: 1440, height: 800, maximized: false }, [laptop])).not.toHaveProperty('x')
  }
})

test('a size below the smallest usable one is not kept, and maximized is remembered', () => {
  expect(placeWindow({ x: 10, y: 30, width: 300, height: 200, maximized: true }, [laptop])).toEqual({
    x: 10,
    y: 30,
    width: 1100,
    height: 700,
    maximized: true,
  })
})

test('a file with other content is not a place', () => {
  for (const value of [null, 5, {}, { x: 1, y: 2, width: '3', height: 4 }, { x: 1.5, y: 2, width: 3, height: 4 }]) {
    expect(readWindowPlace(value)).toBeNull()
  }
})
