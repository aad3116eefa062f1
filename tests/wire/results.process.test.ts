/** 03 and 01: the result documents of every kind of outcome, with the exceptions and values of Python; run in our pool. */
import { describe, test } from 'vitest'
import type { Playing } from './replay.js'
import { sameInPython, type PythonOptions } from './same-in-python.js'

/** What the client did besides sending: it forgot its last result. */
async function forget(step: string, { redis }: Playing): Promise<boolean> {
  if (step.startsWith('client done')) {
    for (const key of await redis.keys('celery-task-meta-????????-*')) await redis.del(key)
  }
  return false
}

const results: Readonly<Record<string, PythonOptions>> = {
  basic: { onStep: forget },
  'expires-60': { anyEndsHeader: true },
  'expires-none': {},
  extended: {},
  'global-keyprefix': { anyEndsHeader: true },
  'ignore-all': {},
  'result-serializers': {},
}

describe('03-results-5.6.3', () => {
  test.concurrent.each(Object.entries(results))('%s', (folder, options) =>
    sameInPython(`03-results-5.6.3/${folder}`, options),
  )
})

describe('01-basic-5.6.3', () => {
  test.concurrent.each(['roundtrip', 'json-types'])('%s', (folder) => sameInPython(`01-basic-5.6.3/${folder}`))

  test.concurrent('inherit-priority-and-children', () =>
    sameInPython('01-basic-5.6.3/inherit-priority-and-children', {
      overlapping: ['c6027d45-408d-4203-a8d5-2812f291f938'], // what it is replaced by is received before it has ended
    }),
  )
})
