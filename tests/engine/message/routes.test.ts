import { expect, test } from 'vitest'
import { globPattern, readRoutes, routed, type RouteSettings } from '../../../src-main/engine/message/routes.js'
import type { SendOptions } from '../../../src-main/engine/message/send-options.js'

function route(name: string, settings: RouteSettings | null, options: SendOptions = {}): SendOptions {
  return routed({ name, args: [1], kwargs: {}, options }, readRoutes(settings))
}

test('a mapping of names and globs; a name goes before a glob', () => {
  const settings = { 'feed.*': 'feeds', 'feed.one': { queue: 'one', priority: 3 }, '*.two': 'two' }
  expect(route('feed.one', settings)).toEqual({ queue: 'one', priority: 3 })
  expect(route('feed.two', settings)).toEqual({ queue: 'feeds' })
  expect(route('other.two', settings)).toEqual({ queue: 'two' })
  expect(route('other', settings)).toEqual({})
  expect(route('other', null)).toEqual({})
})

test("pairs in their order, with patterns that match from the start, JavaScript's and Python's", () => {
  const settings: RouteSettings = [
    [
      [/(video|image)\.tasks\..*/, 'media'],
      [{ regex: '(?P<kind>web)\\.', flags: 'i' }, 'web'],
      ['*', 'rest'],
    ],
  ]
  expect(route('video.tasks.x', settings)).toEqual({ queue: 'media' })
  expect(route('a.video.tasks.x', settings)).toEqual({ queue: 'rest' })
  expect(route('WEB.x', settings)).toEqual({ queue: 'web' })
})

test('routers are asked in order, functions among them', () => {
  const settings: RouteSettings = [
    ({ name, args }) => (name === 'a' ? { queue: `q${String(args[0])}` } : null),
    { b: 'bs' },
  ]
  expect(route('a', settings)).toEqual({ queue: 'q1' })
  expect(route('b', settings)).toEqual({ queue: 'bs' })
})

test('what the caller says wins, field by field; null says nothing', () => {
  const settings = { a: { queue: 'q', priority: 3, routing_key: 'k' } }
  expect(route('a', settings, { priority: 9, routing_key: null })).toEqual({
    queue: 'q',
    priority: 9,
    routing_key: 'k',
  })
})

test('globs as fnmatch reads them', () => {
  const matches = (glob: string, name: string): boolean => globPattern(glob).test(name)
  expect(matches('a.*', 'a.b.c')).toBe(true)
  expect(matches('a.*', 'aXb')).toBe(false)
  expect(matches('a?[bc]*', 'axb')).toBe(true)
  expect(matches('a[!b]*', 'ab')).toBe(false)
})

test('what is no route is refused', () => {
  expect(() => readRoutes([['a', 'b', 'c']] as unknown as RouteSettings)).toThrow("task_routes holds 'a'")
  expect(() => readRoutes([[[{ regex: '(?<=' }, 'q']]] as unknown as RouteSettings)).toThrow(
    'a pattern of task_routes is (?<=',
  )
})
