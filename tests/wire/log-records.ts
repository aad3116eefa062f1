/** A worker's log as its records, without what differs from run to run: times of day, runtimes, which process. */

const REFUSED = 'Error 111 connecting to host. Connection refused.'

export interface LogOptions {
  /** What is left of a traceback; by default nothing. */
  readonly traceback?: (text: string) => string
  /** Whether it says which kind of process wrote it: a pool in the worker's own process has no name of its own. */
  readonly processes?: boolean
}

/** `INFO MainProcess Task tasks.add[id] received`, or without the process. */
export function logRecords(text: string, options: LogOptions = {}): readonly string[] {
  const { traceback = () => '', processes = false } = options
  return text
    .split(/^(?=\[\d{4}-\d\d-\d\d )/m)
    .filter((record) => /^\[\d{4}-/.test(record) && !/DeprecationWarning|FutureWarning/.test(record))
    .map((record) => {
      const [head, trace] = split(withoutBanner(record.replace(/\n+worker: [^\n]*\n?/g, '\n')))
      const line = head
        .replace(/^\[[\d-]+ [\d:,]+: (\w+)\/([\w-]+)\] /, (_all, level: string, name: string) =>
          processes ? `${level} ${processName(name)} ` : `${level} `,
        )
        .replace(/(succeeded in )[\d.e-]+s/, '$1<time>s')
        .replace(/redis:\/\/[^\s]*\/0/g, 'redis://broker/0')
        .replace(/connecting to 127\.0\.0\.1:\d+/g, 'connecting to host')
        // A server that goes down refuses a connection, or drops it after all: that is a matter of the moment.
        .replace(/Error while reading from \S+ : \(104, 'Connection reset by peer'\)/g, REFUSED)
        .replace(/pid:\d+/g, 'pid:<pid>')
        .trim()
      // billiard's own Python traceback is not there: see docs/DIFFERENCES.md
      return line.includes('Task handler raised error') ? line : `${line}${traceback(trace)}`
    })
}

/** Which records speak of a task, by its id; the others under the empty name. */
export function byTask(records: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const record of records) {
    const id =
      /^\w+ (?:(?:Pool|MainProcess) )?(?:Task |Discarding revoked task: |.*time limit.*exceeded for )[\w.]+\[([^\]]+)\]/.exec(
        record,
      )?.[1] ?? ''
    found.set(id, [...(found.get(id) ?? []), record])
  }
  return found
}

/** Of the next worker that writes to the same file. */
function withoutBanner(record: string): string {
  return record.replace(/\n\s*\n -{10,} [\s\S]*$/, '')
}

function processName(name: string): string {
  return /^ForkPoolWorker/.test(name) ? 'Pool' : name
}

function split(record: string): readonly [string, string] {
  const at = record.search(/\n(Traceback \(most recent call last\)|\s+at |[\w.]+(: |\n\s+at ))/)
  return at < 0 ? [record, ''] : [record.slice(0, at), record.slice(at + 1)]
}
