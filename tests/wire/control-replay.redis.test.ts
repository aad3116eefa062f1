/** 11, 12, 13: what several workers tell each other, a pool that grows and shrinks, and events that are asked for. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameAsRecorded } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

describe('11-revoke-5.6.3', () => {
  test('mingle', () => sameAsRecorded(server, '11-revoke-5.6.3/mingle', { unlogged: /flagged as revoked/ })) // a set's own order
})

describe('12-remote-control-5.6.3', () => {
  test('grow-shrink', () => sameAsRecorded(server, '12-remote-control-5.6.3/grow-shrink'))

  // Alone in its cluster, Celery's worker dies of an election, where ours wins and cannot call the task None
  test('election', () => {
    let ends = 0
    return sameAsRecorded(server, '12-remote-control-5.6.3/election', {
      onStep: async (step, { workers }) => {
        if (step !== 'worker A exit status: 1') return false
        await workers.get('workerA')?.stop()
        return true
      },
      ignored: ({ about }) => about === 'worker-offline' && ++ends === 1, // the one that dies
      overlapping: ['worker-elect', 'worker-elect-ack'], // the two workers' own come in any order
      // whose logical clock is lower wins, and either of the two runs the task
      unlogged: /missed heartbeat|IndexError|election 'e|elected for 'e2'|Could not call task|Task tasks\.add/,
    })
  })
})

describe('13-events-5.6.3', () => {
  test('no-task-events', () => sameAsRecorded(server, '13-events-5.6.3/no-task-events'))
})
