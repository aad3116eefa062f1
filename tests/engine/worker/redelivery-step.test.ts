import { expect, it } from 'vitest'
import { Log } from '../../../src-main/engine/ports/log.js'
import { RedeliveryStep } from '../../../src-main/engine/worker/consumer/redelivery-step.js'
import { HeldClock } from '../../support/held-clock.js'

it('sweeps at the start, after 90 seconds and then every 100, as in the recording restore-cadence', async () => {
  const clock = new HeldClock(0)
  const sweeps: number[] = []
  const channel = { restoreVisible: () => Promise.resolve(sweeps.push(clock.nowMs() / 1000)) }
  const log = new Log({ processName: 'MainProcess', level: 'INFO', sink: () => Promise.resolve(), clock })
  const step = new RedeliveryStep({ channel, clock, log })
  await step.start()
  clock.advance(300_000)
  expect(sweeps).toEqual([0, 90, 190, 290])
  await step.stop()
  expect(clock.pending).toBe(0)
})

it('begins anew with each link', async () => {
  const clock = new HeldClock(0)
  const sweeps: number[] = []
  const channel = { restoreVisible: () => Promise.resolve(sweeps.push(clock.nowMs() / 1000)) }
  const log = new Log({ processName: 'MainProcess', level: 'INFO', sink: () => Promise.resolve(), clock })
  const step = new RedeliveryStep({ channel, clock, log })
  await step.start()
  clock.advance(50_000)
  await step.start()
  clock.advance(200_000)
  expect(sweeps).toEqual([0, 50, 140, 240])
  await step.stop()
  expect(clock.pending).toBe(0)
})

it('goes on when the broker is away', async () => {
  const clock = new HeldClock(0)
  let asked = 0
  const channel = { restoreVisible: () => Promise.reject(new Error(`away ${++asked}`)) }
  const log = new Log({ processName: 'MainProcess', level: 'INFO', sink: () => Promise.resolve(), clock })
  await new RedeliveryStep({ channel, clock, log }).start()
  clock.advance(90_000)
  expect(asked).toBe(2)
})

it('sweeps as often as unacked_restore_interval and unacked_restore_throttle say', async () => {
  const sweepsWith = async (options: unknown): Promise<readonly number[]> => {
    const clock = new HeldClock(0)
    const sweeps: number[] = []
    const channel = { restoreVisible: () => Promise.resolve(sweeps.push(clock.nowMs() / 1000)) }
    const log = new Log({ processName: 'MainProcess', level: 'INFO', sink: () => Promise.resolve(), clock })
    await new RedeliveryStep({ channel, options, clock, log }).start()
    clock.advance(12_000)
    return sweeps
  }
  expect(await sweepsWith({ unacked_restore_interval: 5, unacked_restore_throttle: 1 })).toEqual([0, 5, 10])
  expect(await sweepsWith({ unacked_restore_interval: 2, unacked_restore_throttle: 3 })).toEqual([0, 4, 10])
  expect(await sweepsWith({ unacked_restore_interval: 'often', unacked_restore_throttle: 0 })).toEqual([0])
})
