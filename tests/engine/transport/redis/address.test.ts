import { expect, test } from 'vitest'
import { maskedUrl, parseRedisUrl } from '../../../../src-main/engine/transport/redis/address.js'

test.each([
  ['redis://', 'redis://localhost:6379/0'],
  ['redis://host', 'redis://host:6379/0'],
  ['redis://:p%40ss@host:1/2', 'redis://:**@host:1/2'],
  ['rediss://user:pw@host/15', 'rediss://user:**@host:6379/15'],
  ['redis+socket:///run/redis.sock?virtual_host=3', 'redis+socket:///run/redis.sock'],
])('%s is shown as %s', (url, shown) => {
  expect(maskedUrl(parseRedisUrl(url))).toBe(shown)
})

test('a password is decoded, an IPv6 address has no brackets, the database comes from the path', () => {
  expect(parseRedisUrl('redis://:p%40%3A@[::1]:1/7')).toMatchObject({ password: 'p@:', host: '::1', db: 7 })
  expect(parseRedisUrl('redis+socket:///run/redis.sock?virtual_host=3')).toMatchObject({
    socketPath: '/run/redis.sock',
    db: 3,
  })
})

test.each(['amqp://host', 'nonsense', 'redis://host/x'])('%s is refused and never shown with its password', (url) => {
  expect(() => parseRedisUrl(url)).toThrow(expect.objectContaining({ name: 'ImproperlyConfigured' }))
})
