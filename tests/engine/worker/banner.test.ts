import { describe, expect, it } from 'vitest'
import { plainQueue } from '../../../src-main/engine/transport/redis/bindings.js'
import { banner, maskPassword } from '../../../src-main/engine/worker/banner.js'
import { readText } from '../../wire/recording.js'

const facts = {
  nodename: 'celery@host',
  app: 'tasks:0x7f860c4a2710',
  transport: 'redis://127.0.0.1:6379/0',
  results: 'redis://127.0.0.1:6379/0',
  concurrency: 2,
  platform: 'Linux-6.1.0-x86_64-with-glibc2.36',
}

describe('the banner', () => {
  it('is the one Celery prints, for two queues and with events on', () => {
    const recorded = readText('19-cli-5.6.3/all/worker.stdout.log.txt')
    const tasks = [...recorded.matchAll(/^ {2}\. (.*)$/gm)].map(([, name]) => name ?? '')
    const printed = banner({
      ...facts,
      taskEvents: true,
      queues: ['celery', 'other'].map(plainQueue),
      tasks,
      startedAt: '2026-11-22 11:51:53',
    })
    expect(trimmed(recorded)).toContain(trimmed(printed))
  })

  it('is the one Celery prints for one queue, log level WARNING and events off', () => {
    const recorded = readText('19-cli-5.6.3/worker-warning/worker.log.txt')
    const printed = banner({
      ...facts,
      app: 'tasks:0x7f73a9a2c450',
      concurrency: 1,
      taskEvents: false,
      queues: ['celery'].map(plainQueue),
      tasks: null,
      startedAt: '2026-11-22 11:47:52',
    })
    expect(trimmed(recorded)).toContain(trimmed(printed))
  })
})

describe('maskPassword', () => {
  it('hides what stands between the colon and the at sign', () => {
    expect(maskPassword('redis://:se/cret@127.0.0.1:6379/0')).toBe('redis://:**@127.0.0.1:6379/0')
    expect(maskPassword('rediss://user:secret@host/1')).toBe('rediss://user:**@host/1')
    expect(maskPassword('redis://127.0.0.1:6379/0')).toBe('redis://127.0.0.1:6379/0')
  })
})

/** The recordings' own lines may have lost the blanks at their ends. */
function trimmed(text: string): string {
  return text.replace(/[ \t]+$/gm, '').trim()
}

it('shows no password, of several brokers neither', () => {
  expect(maskPassword('redis://:pw@a:1/0;rediss://me:p%40@b/1;redis+socket://:pw@/run/r.sock')).toBe(
    'redis://:**@a:1/0;rediss://me:**@b/1;redis+socket://:**@/run/r.sock',
  )
})
