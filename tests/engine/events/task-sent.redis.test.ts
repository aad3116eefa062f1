import { afterAll, beforeAll, expect, it } from 'vitest'
import { Celery } from '../../../src-main/engine/app/celery.js'
import { startRedisServer, type RedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'
import { readText } from '../../wire/recording.js'

let server: RedisServer
beforeAll(async () => {
  server = await startRedisServer()
})
afterAll(() => server.stop())

it('a producer with task_send_sent_event tells of each message, with the fields of the recording', async () => {
  const heard: { readonly channel: string; readonly event: Record<string, unknown> }[] = []
  const listener = server.client()
  await listener.psubscribe('/0.celeryev/*')
  listener.on('pmessage', (_pattern: string, channel: string, text: string) => {
    const { body } = JSON.parse(text) as { body: string }
    heard.push({ channel, event: JSON.parse(Buffer.from(body, 'base64').toString()) as Record<string, unknown> })
  })
  const app = new Celery('tasks', { broker: server.url(), backend: server.url(), task_send_sent_event: true })
  await app.sendTask('tasks.add', [1, 1], {}, { task_id: 'ok' })
  await app.close()
  const { channel, event } = await waitFor('the event', () => heard[0])
  const recorded = (JSON.parse(readText('13-events-5.6.3/all/events.json')) as { event: Record<string, unknown> }[])
    .map((one) => one.event)
    .find(({ type }) => type === 'task-sent')!
  expect(channel).toBe('/0.celeryev/task.sent')
  expect(Object.keys(event)).toEqual(Object.keys(recorded))
  expect(event).toMatchObject({ uuid: 'ok', name: 'tasks.add', queue: 'celery', exchange: '', routing_key: 'celery' })
})

it('without the setting no event is sent', async () => {
  const listener = server.client()
  let heard = 0
  await listener.psubscribe('/0.celeryev/*')
  listener.on('pmessage', () => (heard += 1))
  const app = new Celery('tasks', { broker: server.url() })
  await app.sendTask('tasks.add', [1, 1])
  await app.close()
  await listener.ping()
  expect(heard).toBe(0)
})
