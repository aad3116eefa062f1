/** The app's own switches are read among Chromium's, and a mistake is told. */
import { expect, test } from 'vitest'
import { LaunchOptionError, readLaunchOptions } from '../../src-main/desktop/launch-options.js'

const read = (...argv: string[]): ReturnType<typeof readLaunchOptions> =>
  readLaunchOptions(['electron', ...argv], '/home/ada')

test('without switches the app is a person’s, in their own data folder', () => {
  expect(read('--no-sandbox', '.')).toEqual({ dataFolder: null, walkSteps: null, shotsFolder: null, noTour: false })
})

test('folders are taken from where the app was started', () => {
  expect(read('.', '--data-dir=data', '--walk', '--shots=/tmp/shots')).toEqual({
    dataFolder: '/home/ada/data',
    walkSteps: Number.POSITIVE_INFINITY,
    shotsFolder: '/tmp/shots',
    noTour: false,
  })
})

test('a number of steps ends the walk after them', () => expect(read('--walk=1').walkSteps).toBe(1))

test.each(['--walk=0', '--walk=two', '--walk=1.5', '--data-dir=', '--data-dir', '--shots'])(
  '%s is refused',
  (argument) => {
    expect(() => read(argument)).toThrow(LaunchOptionError)
  },
)

test('the tour can be left out', () => expect(read('--no-tour').noTour).toBe(true))
