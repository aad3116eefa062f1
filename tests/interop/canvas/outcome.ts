/**
 * What a scenario left in the result backend, in a form that is equal when two of them did the same: ids are told by what
 * has them, and what is there several times at the same time is sorted.
 */
export interface Outcome {
  /** The result in its tuple form, or what was raised. */
  readonly result: unknown
  /** The worker came to rest. */
  readonly idle: boolean
  readonly documents: readonly ResultDocument[]
  /** Keys beside the results: groups that were saved, counters of chords. */
  readonly others: readonly string[]
}

export interface ResultDocument {
  readonly task_id: string
  readonly status: string
  readonly result: unknown
  readonly traceback: string | null
  readonly children: unknown
  readonly parent_id?: string | null
  readonly group_id?: string | null
  readonly name?: string | null
  readonly args?: unknown
  readonly kwargs?: unknown
  readonly retries?: number | null
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** Lines, one a task, sorted. */
export function comparable(outcome: Outcome): readonly string[] {
  const { named, of } = labels(outcome)
  const lines = outcome.documents.map(({ task_id, name, parent_id = null, children, result, args, kwargs, status }) => {
    // A chord's body is sent by whoever of the header is last: which one that is says nothing.
    const parent = isBody(args) || immutableBodies.has(name ?? '') ? 'of a header' : parent_id
    return JSON.stringify(of({ id: task_id, parent, status, children: children ?? [], result, args, kwargs }))
  })
  return [
    `answered ${JSON.stringify(of(outcome.result))}${outcome.idle ? '' : ', and never came to rest'}`,
    `left ${outcome.others.join(' ')}, ${named.size} results`,
    ...lines.sort(),
  ]
}

/** Which tasks ended how, with which values: nothing of who belongs to whom. */
export function values(outcome: Outcome): readonly string[] {
  const { of } = labels(outcome)
  const lines = outcome.documents.map(({ name, args, kwargs, status, result }) =>
    JSON.stringify(of({ name, args, kwargs, status, result })),
  )
  return [outcome.idle ? 'at rest' : 'never came to rest', ...lines.sort()]
}

/** Which tasks ended how. */
export function ends({ idle, documents }: Outcome): readonly string[] {
  return [idle ? 'at rest' : 'never came to rest', ...documents.map(({ name, status }) => `${name} ${status}`).sort()]
}

function labels({ documents }: Outcome): { named: ReadonlyMap<string, string>; of: (value: unknown) => unknown } {
  const named = new Map(documents.map((document) => [document.task_id, label(document)]))
  const of = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value ?? null).replace(uuid, (id) => named.get(id) ?? 'an id'))
  return { named, of }
}

/** Those that take no list. */
const immutableBodies: ReadonlySet<string> = new Set(['tasks.fixed', 'tasks.body', 'celery.map'])

/** Other bodies are called with a list, and nothing else is. */
function isBody(args: unknown): boolean {
  return Array.isArray(args) && Array.isArray(args[0])
}

/** What a task is, without any id. */
function label({ task_id, name, status, result }: ResultDocument): string {
  if (!/^[0-9a-f]{8}-/.test(task_id)) return task_id
  return `${name ?? 'no name'} ${status} ${JSON.stringify(result ?? null)}`
    .replace(uuid, 'an id')
    .replaceAll(/["\\]/g, "'")
}
