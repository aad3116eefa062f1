/**
 * A message's arguments in the order of a function's parameters, or Python's TypeError about them.
 * Celery: celery/utils/functional.py head_from_fun, celery/app/task.py (typing)
 */

export interface Callable {
  readonly name: string
  /** Parameters without a default that the function has beside the bound task. */
  readonly required: number
  /** null: the parameters have no names here. */
  readonly params: readonly string[] | null
  /** The last parameter is an object of the keyword arguments that no other one takes, as Python's `**kwargs`. */
  readonly takesKwargs?: boolean
}

/** Throws a TypeError in Python's words. */
export function argumentsInOrder(
  task: Callable,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const rest: Record<string, unknown> = {}
  const ordered = placed(task, args, kwargs, rest)
  const missing = [...Array(task.required).keys()].filter((index) => !(index in ordered))
  if (missing.length > 0) throw new TypeError(missingWords(task, missing))
  if (task.takesKwargs) ordered[Math.max(ordered.length, task.params?.length ?? 0)] = rest
  return Array.from(ordered) // a parameter left out in the middle is undefined, so that its default counts
}

/** What finds no place goes into `rest`, when the task takes it. */
function placed(
  { name, params, takesKwargs = false }: Callable,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  rest: Record<string, unknown>,
): unknown[] {
  const keywords = Object.entries(kwargs)
  const ordered = [...args]
  if (params === null) {
    if (takesKwargs) Object.assign(rest, kwargs)
    if (takesKwargs || keywords.length === 0) return ordered
    throw new TypeError(
      `${name}() got keyword arguments (${Object.keys(kwargs).join(', ')}), and its parameters have no names here: ` +
        `define the task with { params: [...] }, the names in their order, or with { kwargs: true }`,
    )
  }
  if (args.length > params.length) {
    const verb = args.length === 1 ? 'was' : 'were'
    const takes = `${params.length} positional argument${params.length === 1 ? '' : 's'}`
    throw new TypeError(`${name}() takes ${takes} but ${args.length} ${verb} given`)
  }
  for (const [key, value] of keywords) {
    const at = params.indexOf(key)
    if (at < 0 && !takesKwargs) throw new TypeError(`${name}() got an unexpected keyword argument '${key}'`)
    if (at >= 0 && at < args.length) throw new TypeError(`${name}() got multiple values for argument '${key}'`)
    if (at < 0) rest[key] = value
    else ordered[at] = value
  }
  return ordered
}

function missingWords({ name, params }: Callable, missing: readonly number[]): string {
  const names = missing.map((index) => (params?.[index] === undefined ? `number ${index + 1}` : `'${params[index]}'`))
  const last = names.at(-1) ?? ''
  const list = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last
  return `${name}() missing ${missing.length} required positional argument${missing.length === 1 ? '' : 's'}: ${list}`
}
