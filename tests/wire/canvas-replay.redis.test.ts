/** 07: chains, groups and chords whose first messages a real client sent, carried out to their end by our workers. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameAsRecorded, type SameOptions } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

const options: Readonly<Record<string, SameOptions>> = {
  chain: {},
  'chain-fail': {},
  'chain-with-group': { anyEndsHeader: true },
  chord: {},
  'chord-fail-body': {},
  'chord-fail-header': {},
  'chord-group-in-header': {},
  'chord-ignore-result-body': { conf: { task_ignore_result: true }, anyEndsHeader: true },
  'chord-in-chain': {},
  'chord-one-header': {},
  // the retried task had succeeded in the other child before its RETRY could be stored
  'chord-retry-header': {
    anyEndsHeader: true,
    without: ({ value }) => (value as { status?: string } | null)?.status === 'RETRY',
  },
  'chord-unordered': { conf: { result_backend_transport_options: { result_chord_ordered: false } } },
  'chord-unregistered-body': {},
  group: {},
  'group-of-chains': {},
  stamping: {},
}

describe('07-canvas-5.6.3', () => {
  test.each(Object.entries(options))('%s', (folder, given) =>
    sameAsRecorded(server, `07-canvas-5.6.3/${folder}`, { ...given, inOrder: true }),
  )
})
