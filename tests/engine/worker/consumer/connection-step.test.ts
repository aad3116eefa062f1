import { expect, it } from 'vitest'
import { OperationalError } from '../../../../src-main/engine/errors.js'
import { Log } from '../../../../src-main/engine/ports/log.js'
import type { ReconnectFailure } from '../../../../src-main/engine/transport/channel.js'
import { connectionRetryOf } from '../../../../src-main/engine/worker/consumer/connection-retry.js'
import { ConnectionStep } from '../../../../src-main/engine/worker/consumer/connection-step.js'
import { HeldClock } from '../../../support/held-clock.js'

function stepOf(conf: Record<string, unknown> = {}) {
  const clock = new HeldClock(0)
  let text = ''
  const sink = (line: string): Promise<void> => Promise.resolve(void (text += line))
  const log = new Log({ processName: 'MainProcess', level: 'INFO', sink, clock })
  const happened: string[] = []
  let lost: (error: Error) => void = () => {}
  let failed: (failure: ReconnectFailure) => void = () => {}
  let back: () => Promise<void> = () => Promise.resolve()
  const at: number[] = []
  const step = new ConnectionStep({
    channel: {
      addressNow: 'redis://host:6379/0',
      connect: () => {
        at.push(clock.nowMs() / 1000)
        return Promise.reject(new OperationalError('Error 111 connecting to host:6379. Connection refused.'))
      },
      onConnectionLost: (listener) => void (lost = listener),
      onReconnectFailed: (listener) => void (failed = listener),
      beforeConsumingAgain: (act) => void (back = act),
    },
    retry: connectionRetryOf(conf),
    clock,
    log,
    isStopping: () => happened.includes('stop'),
    onLost: () => void happened.push('lost'),
    restore: () => Promise.resolve(void happened.push('restore')),
    greet: () => Promise.resolve(void happened.push('greet')),
    onGivenUp: () => void happened.push('given up'),
  })
  const turn = async (byMs: number): Promise<void> => {
    clock.advance(byMs)
    for (let tick = 0; tick < 5; tick++) await Promise.resolve()
  }
  return {
    step,
    at,
    happened,
    turn,
    pending: () => clock.pending,
    lines: () => text.split('\n').filter((line) => line !== ''),
    lose: (error: Error) => lost(error),
    fail: (failure: ReconnectFailure) => failed(failure),
    comeBack: () => back(),
  }
}

it('waits 2, 4, 6 … seconds, 32 at most, and counts as Celery counts', async () => {
  const { step, at, turn, lines } = stepOf({ broker_connection_max_retries: 20 })
  const ended = step.start().catch((error: unknown) => String(error))
  await turn(0)
  for (let attempt = 1; attempt <= 20; attempt++) await turn(Math.min(2 * attempt, 32) * 1000)
  expect(at.slice(0, 5)).toEqual([0, 2, 6, 12, 20])
  expect(at).toHaveLength(21)
  expect(await ended).toContain('Error 111')
  const waits = lines().filter((line) => line.startsWith('Trying again'))
  expect(waits[0]).toBe('Trying again in 2.00 seconds... (1/20)')
  expect(waits.slice(15)).toEqual(Array<string>(5).fill('Trying again in 32.00 seconds... (16/20)'))
})

it('ends its wait when the worker stops', async () => {
  const { step, happened, turn, pending } = stepOf()
  const ended = step.start()
  await turn(0)
  happened.push('stop')
  await step.stop()
  await ended
  expect(pending()).toBe(0)
})

it('gives up at once where the settings say so, naming the setting that decided it', async () => {
  const off = stepOf({ broker_connection_retry_on_startup: null, broker_connection_retry: false })
  await off.step.start()
  expect(off.happened).toEqual(['given up'])
  expect(off.lines()[0]).toContain(
    'Retrying to establish a connection to the message broker after a connection loss has been disabled (app.conf.broker_connection_retry=False). Shutting down...',
  )
  const later = stepOf({ broker_connection_retry_on_startup: true, broker_connection_retry: false })
  void later.step.start()
  await later.turn(0)
  later.lose(new OperationalError('Connection closed by server.'))
  expect(later.happened).toEqual(['given up'])
  expect(later.lines().at(-1)).toContain('Retrying to re-establish a connection')
})

it('gives back and greets before anything is consumed again', async () => {
  const { step, happened, turn, lose, fail, comeBack, lines } = stepOf()
  void step.start()
  await turn(0)
  const error = new OperationalError('Connection closed by server.')
  lose(error)
  fail({ error, retry: 1, maxRetries: null, retryInSeconds: 2 })
  await comeBack()
  expect(happened).toEqual(['lost', 'restore', 'greet'])
  expect(lines().at(-2)).toBe('Trying again in 2.00 seconds... (1/None)')
  expect(lines().at(-1)).toContain('Connected to redis://host:6379/0')
  fail({ error, retry: 101, maxRetries: 100, retryInSeconds: null })
  expect(happened.at(-1)).toBe('given up')
  expect(lines().join('\n')).toContain("CRITICAL/MainProcess] Unrecoverable error: OperationalError('Connection closed")
})
