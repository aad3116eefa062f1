import { expect, test } from 'vitest'
import { settingsAsData } from '../../../src-main/engine/app/settings-as-data.js'
import { readRoutes, routed, type RouteSettings } from '../../../src-main/engine/message/routes.js'

test('patterns of task_routes are data that is read back as the same pattern, functions stay behind', () => {
  const byFunction = (): null => null
  const routes = [byFunction, [[/video\..*/gi, { queue: 'media' }]], { 'feed.*': 'feed' }]
  const data = settingsAsData({ task_routes: routes, task_queues: ['a', { name: 'b' }], task_time_limit: null })
  expect(JSON.parse(JSON.stringify(data))).toEqual(data)
  expect(data).toEqual({
    task_routes: [[[{ regex: 'video\\..*', flags: 'i' }, { queue: 'media' }]], { 'feed.*': 'feed' }],
    task_queues: ['a', { name: 'b' }],
    task_time_limit: null,
  })
  const read = readRoutes(data['task_routes'] as RouteSettings)
  expect(routed({ name: 'VIDEO.cut', args: [], kwargs: {}, options: {} }, read)).toEqual({ queue: 'media' })
  expect(settingsAsData({ task_routes: byFunction })).toEqual({})
})
