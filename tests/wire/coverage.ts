/**
 * What of the recordings is compared, and where: for each folder the test files that play it or read it, or why nothing does.
 * tests/wire/coverage.test.ts holds it against the folders that are there and the test files that are named.
 */

interface Compared {
  readonly what: string
  /** Files beside this one. */
  readonly in: readonly string[]
}

interface NotCompared {
  readonly why: string
}

export type Coverage = Readonly<Record<string, Readonly<Record<string, Compared | NotCompared>>>>

/** Everything that a scenario left behind: documents, messages, replies and events in their order, log, keys in Redis. */
const played = (...files: readonly string[]): Compared => ({
  what: 'documents, messages, events, log, keys',
  in: files,
})
const published = (file = 'publish.redis.test.ts'): Compared => ({ what: 'the messages of the client', in: [file] })
const not = (why: string): NotCompared => ({ why })
const sameFor = <T>(names: readonly string[], one: T): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, one]))

export const coverage: Coverage = {
  '01-basic-5.2.6': {
    ...sameFor(['publish-only', 'publish-delivery-opts', 'publish-protocol1'], published('read.test.ts')),
    ...sameFor(['roundtrip', 'inherit-priority-and-children'], {
      what: 'the messages as we read them, the documents',
      in: ['read.test.ts', 'results.redis.test.ts'],
    }),
  },
  '01-basic-5.6.3': {
    ...sameFor(['publish-only', 'publish-delivery-opts', 'publish-protocol1'], published()),
    ...sameFor(
      ['roundtrip', 'json-types', 'inherit-priority-and-children'],
      played('publish.redis.test.ts', 'results.redis.test.ts', 'results.process.test.ts'),
    ),
  },
  '02-eta-expires-5.6.3': {
    'publish-forms': published(),
    ...sameFor(['worker', 'worker-oslo', 'naive-eta-oslo'], played('eta-expires.redis.test.ts')),
  },
  '03-results-5.6.3': sameFor(
    ['basic', 'expires-60', 'expires-none', 'extended', 'global-keyprefix', 'ignore-all', 'result-serializers'],
    played('results.process.test.ts'),
  ),
  '04-retry-5.6.3': sameFor(['all', 'routing-kept'], played('retry.process.test.ts')),
  '05-ignore-reject-5.6.3': { all: played('ignore-reject.redis.test.ts') },
  '06-link-5.6.3': { all: played('link.redis.test.ts', 'canvas.redis.test.ts') },
  '07-canvas-5.6.3': {
    ...sameFor(
      [
        ...['chain', 'chain-fail', 'chain-with-group', 'chord', 'chord-fail-header', 'chord-one-header', 'group'],
        'group-of-chains',
      ],
      played('canvas-replay.redis.test.ts', 'canvas.redis.test.ts'),
    ),
    ...sameFor(
      [
        ...['chord-fail-body', 'chord-group-in-header', 'chord-ignore-result-body', 'chord-in-chain'],
        ...['chord-retry-header', 'chord-unordered', 'chord-unregistered-body', 'stamping'],
      ],
      played('canvas-replay.redis.test.ts'),
    ),
    'chunks-map-starmap': played('canvas-replay.process.test.ts'),
  },
  '08-unacked-5.6.3': {
    ...sameFor(
      ['in-flight', 'restore-cadence', 'visibility-redelivery', 'visibility-second-worker-start'],
      played('unacked.redis.test.ts'),
    ),
    'failure-noack': played('unacked.process.test.ts'),
    ...sameFor(
      ['early', 'early-reject', 'global-conf', 'late', 'late-reject'].map((which) => `kill9-child-${which}`),
      played('unacked.process.test.ts'),
    ),
    ...sameFor(
      ['kill9-main-acks-early', 'kill9-main-acks-late', 'kill9-main-late-restart-after-timeout'],
      played('unacked.process.test.ts'),
    ),
  },
  '09-shutdown-5.6.3': {
    ...sameFor(
      [
        ...['cold-second-int', 'cold-second-term', 'cold-sigquit', 'cold-sigquit-late', 'remap-sigterm', 'soft'],
        ...['soft-idle-sigquit-late', 'soft-sigquit', 'warm-sigint', 'warm-sigterm'],
      ],
      {
        what: 'documents, messages, events, log, keys, what is said, the exit code',
        in: ['shutdown-replay.process.test.ts', 'shutdown.test.ts'],
      },
    ),
    sighup: {
      what: 'all until the signal: Celery, as it was started there, cannot start anew; ours does: see docs/DIFFERENCES.md',
      in: ['shutdown-replay.process.test.ts'],
    },
    sigusr1: {
      what: 'all but what is shown: there the stacks of Python threads, here what the pool runs: see docs/DIFFERENCES.md',
      in: ['shutdown-replay.process.test.ts'],
    },
  },
  '10-time-limits-5.6.3': sameFor(['all', 'worker-options'], played('time-limits.process.test.ts')),
  '11-revoke-5.6.3': {
    all: played('control.process.test.ts', 'control.test.ts'),
    mingle: played('control-replay.redis.test.ts'),
  },
  '12-remote-control-5.6.3': {
    control: played('control.process.test.ts', 'control.test.ts'),
    inspect: played('control.process.test.ts', 'control.test.ts'),
    'grow-shrink': played('control-replay.redis.test.ts'),
    election: {
      what: 'messages, events, log, but for what a worker dies of that is alone in its cluster',
      in: ['control-replay.redis.test.ts'],
    },
  },
  '13-events-5.6.3': {
    all: played('control.process.test.ts'),
    'no-task-events': played('control-replay.redis.test.ts'),
  },
  '14-beat-5.6.3': {
    ...sameFor(['interval', 'debug-log', 'restart-catch-up', 'restart-crontab', 'two-beats'], {
      what: 'the banner, the log and its times, the messages, the keys, the schedule file',
      in: ['beat.redis.test.ts'],
    }),
    'broker-down': { what: 'what is said of each run', in: ['../engine/beat/scheduler.test.ts'] },
    'next-runs': { what: 'when each schedule is due', in: ['../engine/beat/schedule.test.ts'] },
    'worker-B': {
      what: 'the log and who says it, the messages, the documents, until the first signal: see docs/DIFFERENCES.md',
      in: ['worker-beat.process.test.ts'],
    },
  },
  '15-malformed-5.6.3': {
    all: {
      what: 'documents, events, log, keys, but for the messages that make Celery exit: see docs/DIFFERENCES.md',
      in: ['malformed.redis.test.ts'],
    },
    'cases.json': {
      what: 'how each message is read, what is logged, and its end',
      in: ['read.test.ts', '../engine/worker/message-words.test.ts', '../processes/worker.process.test.ts'],
    },
  },
  '16-queues-5.6.3': {
    ...sameFor(
      ['Q-a-b', 'order-priority', 'order-round_robin', 'order-sorted', 'priority-default', 'priority-steps'],
      played('queues-replay.redis.test.ts', 'queues.redis.test.ts'),
    ),
    ...sameFor(
      ['conf0-c2', 'disable-prefetch', 'eta-limit', 'm0-c2', 'm1-c2-late', 'm1-c2-late-Ofair', 'm4-c2'].map(
        (which) => `prefetch-${which}`,
      ),
      played('queues-replay.redis.test.ts'),
    ),
    'prefetch-m1-c2': {
      what: 'all but the answer of scheduled: Celery had not yet widened its window for an eta message; ours does at once',
      in: ['queues-replay.redis.test.ts'],
    },
    ...sameFor(['task-queues-topic', 'create-missing-off'], published('queues.redis.test.ts')),
    ...sameFor(['broadcast', 'broadcast-queue-route'], published('queues.redis.test.ts')),
    'exclude-X': { what: 'which queues -X leaves', in: ['../engine/message/queues.test.ts'] },
  },
  '17-connection-loss-5.6.3': {
    ...sameFor(['client-kill', 'kill-restart-4s', 'kill-restart-4s-late'], played('connection-loss.redis.test.ts')),
    'term-restart-12s': {
      what: 'all but the task whose success Celery turns into a failure; ours is stored: see docs/DIFFERENCES.md',
      in: ['connection-loss.redis.test.ts'],
    },
    'cancel-long-running': {
      what: 'all until Celery dies of it; ours goes on: see docs/DIFFERENCES.md',
      in: ['connection-loss.redis.test.ts'],
    },
    'refused-at-start': { what: 'the log', in: ['connection-loss.redis.test.ts'] },
  },
  '18-rate-limit-5.6.3': {
    ...sameFor(['10-per-minute', 'disabled'], played('rate-limit.redis.test.ts')),
    annotations: played('control.process.test.ts'),
  },
  '19-cli-5.6.3': {
    all: { what: 'what each command prints and answers', in: ['cli.test.ts'] },
    'worker-warning': { what: 'the banner', in: ['../engine/worker/banner.test.ts'] },
    ...sameFor(['max-tasks-per-child', 'worker-pool-solo-threads'], played('worker-options.process.test.ts')),
    'worker-debug': {
      what: 'documents, messages, events, keys, and the log but for the names of the steps: see docs/DIFFERENCES.md',
      in: ['worker-options.process.test.ts'],
    },
  },
  'canvas-from-caller-5.6.3': {
    'canvases.json': { what: 'messages of every canvas', in: ['canvas-from-caller.test.ts'] },
    'canvases.txt': { what: 'messages of every canvas', in: ['canvas-from-caller.test.ts'] },
    'record.py': not('made canvases.json'),
  },
}
