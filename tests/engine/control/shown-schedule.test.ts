import { expect, test } from 'vitest'
import { shownSettings } from '../../../src-main/engine/control/shown-settings.js'
import { pythonRepr } from '../../../src-main/engine/serialization/python-repr.js'

test("inspect conf shows beat's schedule as it was written", () => {
  const call = {
    argsJson: '[2.0]',
    kwargsJson: '{"k": 1}',
    optionsJson: '{"queue": "q"}',
    argsrepr: '(2.0,)',
    kwargsrepr: '{}',
  }
  const beat_schedule = {
    often: { task: 't', schedule: { kind: 'interval', everyMicros: 30e6, relative: false }, ...call },
    daily: { task: 't', schedule: { kind: 'crontab', shown: ['0', '4', '*', '*', '*'] }, ...call },
    wrong: { problem: 'TypeError: no' },
  }
  const facts = { conf: { beat_schedule }, brokerUrl: 'redis://', resultBackend: null, appModule: 'tasks' }
  expect(pythonRepr(shownSettings(facts, false)['beat_schedule'] ?? null)).toBe(
    "{'often': {'task': 't', 'schedule': 30.0, 'args': [2.0], 'kwargs': {'k': 1}, 'options': {'queue': 'q'}}, " +
      "'daily': {'task': 't', 'schedule': '<crontab: 0 4 * * * (m/h/dM/MY/d)>', 'args': [2.0], 'kwargs': {'k': 1}, " +
      "'options': {'queue': 'q'}}, 'wrong': {'problem': 'TypeError: no'}}",
  )
})
