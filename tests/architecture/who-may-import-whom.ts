/**
 * The table of docs/ARCHITECTURE.md as data. `may` lists folders or single files outside the area itself; the rule with
 * the longest matching `area` counts for a file. What a table line needs beyond the plan says why beside it.
 */

export interface Rule {
  /** A folder or a file without its ending. */
  readonly area: string
  readonly may: readonly string[]
  /** Packages and Node modules beyond the ones everybody may use; absent: any but electron. */
  readonly packages?: RegExp
}

const engine = (...names: readonly string[]): readonly string[] => names.map((name) => `src-main/engine/${name}`)

/** What every part of the engine may know: leaves that know nothing of the others. */
const leaves = engine(
  'ports',
  'bootsteps',
  'signals',
  'ids',
  'errors',
  'states',
  'software',
  'serialization/wire-value',
)
/** A task's body and its outcome as plain data: what worker, pool and trace hand to each other. */
const jobs = engine('trace/task-runner', 'trace/trace-job', 'trace/own-command')

const insideEngine: readonly Rule[] = [
  { area: 'ports', may: [] },
  { area: 'ids', may: [] },
  { area: 'errors', may: engine('serialization/wire-value') },
  { area: 'states', may: [] },
  { area: 'software', may: [] },
  { area: 'bootsteps', may: leaves },
  { area: 'signals', may: leaves },
  { area: 'serialization', may: leaves },
  { area: 'message', may: [...leaves, ...engine('serialization')] },
  { area: 'transport', may: [...leaves, ...engine('message', 'serialization')] },
  { area: 'producer', may: [...leaves, ...engine('transport', 'message', 'serialization')] },
  // The Lamport clock goes onto every event; an event is a message on an exchange.
  { area: 'events', may: [...leaves, ...engine('transport', 'message', 'serialization')] },
  {
    area: 'control',
    may: [...leaves, ...engine('events', 'transport', 'message', 'serialization', 'trace/own-command')],
  },
  { area: 'canvas', may: [...leaves, ...engine('message', 'serialization')] },
  {
    area: 'result-backend',
    may: [...leaves, ...engine('serialization', 'message/python-time', 'transport/redis', 'transport/retry-over-time')],
  },
  { area: 'result', may: [...leaves, ...engine('result-backend', 'serialization')] },
  { area: 'trace', may: [...leaves, ...engine('canvas', 'result-backend', 'message', 'serialization')] },
  { area: 'pool', may: [...leaves, ...jobs] },
  {
    area: 'worker',
    may: [
      ...leaves,
      ...jobs,
      ...engine('pool', 'control', 'events', 'producer', 'transport', 'message', 'result-backend', 'serialization'),
    ],
  },
  { area: 'beat', may: [...leaves, ...engine('producer', 'transport', 'message', 'serialization')] },
  { area: 'app', may: engine('') },
  { area: 'cli', may: engine('') },
  { area: 'index', may: engine('') },
].map((rule) => ({ ...rule, area: `src-main/engine/${rule.area}` }))

const contract = 'src-main/contract'
const processMessages = 'src-main/processes/messages'

export const rules: readonly Rule[] = [
  ...insideEngine,
  { area: contract, may: engine('ids', 'states'), packages: /^$/ },
  { area: 'src-main/preload', may: [contract], packages: /^electron$/ },
  {
    area: 'src-main/main',
    may: ['src-main/desktop', 'src-main/lab', 'src-main/lesson-runner', 'src-main/record', contract],
  },
  { area: 'src-main/desktop', may: [contract, 'src-main/lab', 'src-main/lesson-runner', 'src-main/record'] },
  { area: 'src-main/lesson-runner', may: ['src-main/lab/lab-interface', contract] },
  {
    area: 'src-main/lab',
    // The lab starts the proxies and carries out fault orders, so it knows faults/ as well.
    may: [
      ...engine('index'),
      'src-main/embedded-redis',
      'src-main/record',
      'src-main/faults',
      processMessages,
      contract,
    ],
  },
  // Of the engine only what reads an event's body: the app's main process needs no more of it.
  { area: 'src-main/record', may: [contract, ...engine('index', 'message', 'serialization')] },
  { area: 'src-main/world', may: [contract, processMessages] },
  { area: 'src-main/faults', may: [...engine('ports'), contract] },
  { area: 'src-main/embedded-redis', may: [processMessages, contract] },
  {
    area: 'src-main/python-host',
    may: [
      ...jobs,
      ...engine('errors', 'serialization/wire-value'),
      // What a learner's process needs to know (broker, allowed services) arrives in the shape of the process messages.
      processMessages,
      contract,
      // Loaded code is named by the same fingerprint as saved code.
      'src-main/record/code-fingerprint',
    ],
  },
  // The engine's typed library is what its modules import, and what runs their tasks.
  { area: 'src-main/node-host', may: ['src-main/engine'] },
  {
    area: processMessages,
    may: [contract, ...engine('ports', 'ids', 'states', 'serialization/wire-value')],
    packages: /^$/,
  },
  {
    area: 'src-main/processes',
    may: [
      ...['engine', 'python-host', 'node-host', 'world', 'faults', 'embedded-redis', 'terminals', 'contract'],
      'record/code-fingerprint', // as python-host
    ].map((name) => `src-main/${name}`),
  },
  // Lines that are typed, and what a console's line means: knows no process, no lab and no engine.
  { area: 'src-main/terminals', may: [] },
  {
    // Composes the course without a window: what main.ts is for the app.
    area: 'src-main/processes/lessons-check',
    may: [contract, 'src-main/lab', 'src-main/lesson-runner', 'src-main/record'],
  },
  { area: 'src-renderer', may: [contract], packages: /^(?!node:|electron$|ioredis$|pyodide$)/ },
]

/** Only these may import electron. */
export const electronUsers = ['src-main/main', 'src-main/preload', 'src-main/desktop']

const withoutEnding = (path: string): string => path.replace(/\.(?:svelte\.ts|ts|svelte)$/, '')

export function isIn(path: string, area: string): boolean {
  const name = withoutEnding(path)
  return name === area || name.startsWith(area.endsWith('/') ? area : `${area}/`)
}

export function ruleFor(path: string): Rule | null {
  const matching = rules.filter(({ area }) => isIn(path, area))
  return matching.sort((one, other) => other.area.length - one.area.length)[0] ?? null
}
